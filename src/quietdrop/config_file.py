"""TOML to frozen settings; all that is wrong is told at once, with line and nearest name."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from quietdrop.config import (
    DIRECTORY_COLUMNS,
    REFERRAL_COLUMNS,
    CalendarSettings,
    DigestSettings,
    DriftSettings,
    FeedSettings,
    MailSettings,
    ScheduleSettings,
    Section,
    Settings,
    SourceSettings,
    StoreSettings,
)
from quietdrop.errors import ConfigError
from quietdrop.masking import SECRET, masked, secrets

_FILE = re.compile(r"[/\\*?]|\.(csv|tsv|txt|gz|xlsx|xlsm|xls|parquet|ndjson|json)$", re.I)
_NAME = re.compile(r"\$\{(\w+)\}")


def find_config(explicit: str | None, env: Mapping[str, str], cwd: Path) -> Path:
    """In: `--config`, the environment, the working folder. Out: the config file to read.
    Errors: ConfigError where there is none."""
    named = explicit or env.get("QUIETDROP_CONFIG")
    tried = [cwd / name for name in ([named] if named else _PLACES)]
    for path in tried:
        if path.is_file():
            return path
    raise ConfigError(
        f"{tried[0]}: no config file here; `quietdrop init` writes one, --config FILE names another"
    )


_PLACES = ["quietdrop.toml", "config/quietdrop.toml"]


def load(
    path: Path, env: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> Settings:
    """In: a TOML file, the environment for `${NAME}`, values of "section.key" that win over the
    file's. Out: the settings, with absolute paths. Errors: ConfigError with one line for each
    thing wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = line[1] if line else str(len(text.splitlines()) or 1)
        raise ConfigError(f"{path}:{number}: is not valid TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    _override(data, overrides or {})
    problems: list[tuple[tuple[str, ...], Any, str]] = []
    shown = _copy(data)
    for where, wrong in _prepare(data, env, path.absolute().parent):
        problems.append((where, _at(shown, where), wrong))
    try:
        settings = Settings.model_validate(data | {"path": path.absolute()})
    except ValidationError as failure:
        for fault in failure.errors():
            where = tuple(str(step) for step in fault["loc"])
            problems.append((where, _at(shown, where), _words(fault)))
    else:
        if not problems:
            return settings
    lines = [(_line(text, where), _tell(where, value, wrong)) for where, value, wrong in problems]
    raise ConfigError("\n".join(f"{path}:{number}: {told}" for number, told in sorted(lines)))


def _override(data: dict[str, Any], overrides: Mapping[str, str]) -> None:
    """Puts each "section.key" into the parsed TOML; a value that is no TOML is a plain text."""
    for name, text in overrides.items():
        section, _, key = name.partition(".")
        if not key or not isinstance(data.setdefault(section, {}), dict):
            raise ConfigError(f'--set {name}: name a section and a key, as "drift.hazard=0.01"')
        try:
            data[section][key] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            data[section][key] = text


def _copy(value: Any) -> Any:
    """In: parsed TOML. Out: a copy of its tables and lists."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _prepare(
    data: dict[str, Any], env: Mapping[str, str], folder: Path
) -> Iterator[tuple[tuple[str, ...], str]]:
    """In: parsed TOML, changed in place to what Settings takes. Out: what is wrong, and where."""
    if "path" in data:
        yield ("path",), _unknown("path", ["source"])
        del data["path"]
    for name, section in data.items():
        for key, value in list(section.items()) if isinstance(section, dict) else []:
            if name == "mail" and SECRET.search(key):
                yield (name, key), "keep it out: set QUIETDROP_MAIL_PASSWORD or use the keyring"
                del section[key]
            elif isinstance(value, list):
                section[key] = tuple(value)
            elif isinstance(value, str) and key != "query" and ("://" in value or "${" in value):
                if not all(_NAME.fullmatch(secret) for secret in secrets(value)):
                    yield (name, key), "a password stands in the URL; write ${NAME} in its place"
                for missing in [m for m in _NAME.findall(value) if m not in env]:
                    yield (name, key), f"the environment variable {missing} is not set"
                section[key] = _filled(value, env)
    source = data.get("source")
    if isinstance(source, dict):
        yield from _columns(source)
        _anchor(source, folder)
    store = data.get("store", {"url": StoreSettings().url})
    if isinstance(store, dict):
        store.setdefault("url", StoreSettings().url)
        store["url"] = _absolute(store["url"], folder)
        data["store"] = store


def _filled(value: str, env: Mapping[str, str]) -> str:
    """In: text with `${NAME}`s. Out: it with their values; within a URL they are encoded, so that
    a password may hold any character. One that is all of the text may be a URL itself."""
    encode = "://" in value and not _NAME.fullmatch(value)

    def filling(found: re.Match[str]) -> str:
        given = env.get(found[1], "")
        return quote(given, safe="") if encode else given

    return _NAME.sub(filling, value)


def _anchor(source: dict[str, Any], folder: Path) -> None:
    """In: the [source] table; its paths become absolute, a database's table names stay."""
    database = "://" in str(source.get("referrals", ""))
    source.setdefault("rejects", "quietdrop-rejects.csv")
    for key in ("referrals", "rejects", *DIRECTORY_COLUMNS):
        value = source.get(key)
        if (
            isinstance(value, str)
            and value
            and (not database or key == "rejects" or "://" in value or _FILE.search(value))
        ):
            source[key] = _absolute(value, folder)


def _absolute(value: Any, folder: Path) -> Any:
    """In: a path or URL. Out: the path, or the path in a sqlite URL, seen from the folder."""
    if not isinstance(value, str) or not value:
        return value
    if "://" not in value:
        return str(folder / Path(value).expanduser())
    found = re.fullmatch(r"(sqlite(?:\+\w+)?:///)([^/:?][^?]*)(.*)", value)
    return f"{found[1]}{folder / found[2]}{found[3]}" if found else value


def _columns(source: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """In: the [source] table; its columns are split by table. Out: unknown names, and where."""
    columns = source.get("columns")
    if not isinstance(columns, dict):
        return
    if "directory_columns" in source:
        yield ("source", "directory_columns"), _unknown("directory_columns", ["columns"])
    tables = {key: value for key, value in columns.items() if isinstance(value, dict)}
    source["columns"] = {key: value for key, value in columns.items() if key not in tables}
    source["directory_columns"] = {k: v for k, v in tables.items() if k in DIRECTORY_COLUMNS}
    for name in source["columns"]:
        if name not in REFERRAL_COLUMNS:
            yield ("source", "columns", name), _unknown(name, REFERRAL_COLUMNS)
    for table, mapping in tables.items():
        if table not in DIRECTORY_COLUMNS:
            yield ("source", "columns", table), _unknown(table, DIRECTORY_COLUMNS)
            continue
        for name in mapping:
            if name not in DIRECTORY_COLUMNS[table]:
                where = ("source", "columns", table, name)
                yield where, _unknown(name, DIRECTORY_COLUMNS[table])


def _unknown(name: str, names: Any) -> str:
    near = difflib.get_close_matches(name, list(names), 1, 0.5)
    return "is not known here" + (f'; did you mean "{near[0]}"?' if near else "")


def _words(error: Any) -> str:
    """In: one of pydantic's errors. Out: what is wrong in plain words."""
    kind, where = error["type"], [str(step) for step in error["loc"]]
    if kind == "extra_forbidden":
        model: Any = Settings
        for step in where[:-1]:
            model = _SECTIONS[step]
        names = [field.alias or name for name, field in model.model_fields.items()]
        return _unknown(where[-1], [n for n in names if n not in ("path", "directory_columns")])
    if kind == "model_type":
        return f"should be a table, [{where[-1]}]"
    if kind == "missing":
        return "is needed and missing"
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
        near = difflib.get_close_matches(str(error["input"]), choices, 1, 0.4)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        return "must be one of " + ", ".join(choices) + hint
    return str(error["msg"]).removeprefix("Value error, ").replace("Input should", "should")


_SECTIONS: dict[str, type[Section]] = {
    "source": SourceSettings,
    "store": StoreSettings,
    "drift": DriftSettings,
    "digest": DigestSettings,
    "schedule": ScheduleSettings,
    "calendar": CalendarSettings,
    "feed": FeedSettings,
    "mail": MailSettings,
}


def _at(data: Any, where: tuple[str, ...]) -> Any:
    """In: parsed TOML, a place in it. Out: the value there, or None."""
    for step in where:
        if isinstance(data, list) and step.isdecimal():
            data = data[int(step)]
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def _tell(where: tuple[str, ...], value: Any, wrong: str) -> str:
    """In: a place, its value, what is wrong. Out: the line for a human, without any secret."""
    *section, key = where if not where[-1].isdecimal() else where[:-1]
    head = f"[{'.'.join(section)}] " if section else ""
    if isinstance(value, dict) or value is None:
        return f"{head}{key if section else f'[{key}]'}: {wrong}"
    shown = "***" if SECRET.search(key) else json.dumps(value, ensure_ascii=False, default=str)
    return f"{head}{key} = {masked(shown)}: {wrong}"


def _line(text: str, where: tuple[str, ...]) -> int:
    """In: the file's text, a place. Out: the line of its key, else of its section, else 1."""
    best, depth, section = 1, 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line)
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if head:
            section = head[1].strip()
        found = section if head else f"{section}.{key[1]}" if key else ""
        steps = tuple(part.strip(" \"'") for part in found.split(".") if part)
        if steps and steps == where[: len(steps)] and len(steps) > depth:
            best, depth = number, len(steps)
    return best
