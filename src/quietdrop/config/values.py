"""What a config says, made ready for Settings: values of ${NAME}, absolute paths, known columns."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from quietdrop.domain import patient_guard
from quietdrop.domain.columns import DIRECTORY as DIRECTORY_COLUMNS
from quietdrop.domain.columns import REFERRALS as REFERRAL_COLUMNS
from quietdrop.lib.file_settings import names_files
from quietdrop.lib.urls import NAME, filled, is_written_out

STORE = "sqlite:///quietdrop.db"
REJECTS = "quietdrop-rejects.csv"
SECRET = re.compile(r"pass|pwd|secret|token", re.I)
Where = tuple[str, ...]


def prepare(
    data: dict[str, Any], env: Mapping[str, str], folder: Path
) -> Iterator[tuple[Where, str]]:
    """Changes parsed TOML in place to what Settings accepts. Returns what is wrong, and where."""
    if "path" in data:
        yield ("path",), unknown("path", ["source"])
        del data["path"]
    if isinstance(data.get("override"), list):
        data["override"] = tuple(data["override"])
    for name, section in data.items():
        for key, value in list(section.items()) if isinstance(section, dict) else []:
            if name == "mail" and SECRET.search(key):
                yield (name, key), "keep it out: set QUIETDROP_MAIL_PASSWORD or use the keyring"
                del section[key]
            elif isinstance(value, list):
                section[key] = tuple(value)
            elif isinstance(value, str) and key != "query" and ("://" in value or "${" in value):
                if is_written_out(value):
                    yield (name, key), "the URL contains a password; write ${NAME} instead"
                for missing in [m for m in NAME.findall(value) if m not in env]:
                    yield (name, key), f"the environment variable {missing} is not set"
                section[key] = filled(value, env)
    source = data.get("source")
    if isinstance(source, dict):
        yield from _columns(source)
        yield from _patients(source)
        _anchor(source, folder)
    digest = data.get("digest")
    if isinstance(digest, dict) and "phrases" in digest:
        digest["phrases"] = _absolute(digest["phrases"], folder)
    store = data.get("store", {"url": STORE})
    if isinstance(store, dict):
        store.setdefault("url", STORE)
        store["url"] = _absolute(store["url"], folder)
        data["store"] = store


def _anchor(source: dict[str, Any], folder: Path) -> None:
    """Makes the paths of the [source] table absolute; a database's table names stay."""
    database = "://" in str(source.get("referrals", ""))
    source.setdefault("rejects", REJECTS)
    for key in ("referrals", "rejects", *DIRECTORY_COLUMNS):
        value = source.get(key)
        if (
            isinstance(value, str)
            and value
            and (not database or key == "rejects" or "://" in value or names_files(value))
        ):
            source[key] = _absolute(value, folder)
    if "nppes" in source:
        source["nppes"] = _absolute(source["nppes"], folder)


def _absolute(value: Any, folder: Path) -> Any:
    """Returns a path, or the path in a sqlite URL, resolved from the folder."""
    if not isinstance(value, str) or not value:
        return value
    if "://" not in value:
        return str(folder / Path(value).expanduser())
    match = re.fullmatch(r"((?:sqlite|duckdb)(?:\+\w+)?:///)([^/:?][^?]*)(.*)", value)
    return f"{match[1]}{folder / match[2]}{match[3]}" if match else value


def _columns(source: dict[str, Any]) -> Iterator[tuple[Where, str]]:
    """Splits the columns of the [source] table by table. Returns unknown names, and where."""
    columns = source.get("columns")
    if not isinstance(columns, dict):
        return
    if "directory_columns" in source:
        yield ("source", "directory_columns"), unknown("directory_columns", ["columns"])
    tables = {key: value for key, value in columns.items() if isinstance(value, dict)}
    source["columns"] = {key: value for key, value in columns.items() if key not in tables}
    source["directory_columns"] = {k: v for k, v in tables.items() if k in DIRECTORY_COLUMNS}
    for name in source["columns"]:
        if name not in REFERRAL_COLUMNS:
            yield ("source", "columns", name), unknown(name, REFERRAL_COLUMNS)
    for table, mapping in tables.items():
        if table not in DIRECTORY_COLUMNS:
            yield ("source", "columns", table), unknown(table, DIRECTORY_COLUMNS)
            continue
        for name in mapping:
            if name not in DIRECTORY_COLUMNS[table]:
                where = ("source", "columns", table, name)
                yield where, unknown(name, DIRECTORY_COLUMNS[table])


def _patients(source: dict[str, Any]) -> Iterator[tuple[Where, str]]:
    """Returns the mappings of the [source] table onto a patient's column."""
    given = source.get("allow", ())
    allow = [one for one in given if isinstance(one, str)] if isinstance(given, tuple) else []
    query = source.get("query")
    columns = source.get("columns", {})
    tables = {"referrals": columns} | source.get("directory_columns", {})
    for table, mapping in tables.items():
        where = ("source", "columns") if table == "referrals" else ("source", "columns", table)
        for ours, theirs in mapping.items() if isinstance(mapping, dict) else ():
            if isinstance(theirs, str) and (
                wrong := patient_guard.fault_by_name(theirs, allow, table=table)
            ):
                yield (*where, ours), wrong
    only = source.get("only")
    for name in only if isinstance(only, dict) else ():
        if wrong := patient_guard.fault_by_name(name, allow):
            yield ("source", "only", name), wrong
    if isinstance(query, str) and isinstance(columns, dict):
        read = [*REFERRAL_COLUMNS, *(name for name in columns.values() if isinstance(name, str))]
        for wrong in patient_guard.faults_in_query(query, read, allow):
            yield ("source", "query"), wrong


def unknown(name: str, names: Iterable[str]) -> str:
    """Returns what is wrong with a name, with the nearest existing one."""
    near = difflib.get_close_matches(name, list(names), 1, 0.5)
    return "is not a known setting" + (f'; did you mean "{near[0]}"?' if near else "")
