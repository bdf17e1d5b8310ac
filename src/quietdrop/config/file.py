"""The config file: finding it, reading it, and reporting its faults."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from quietdrop.config.override_key import EXAMPLE, override_key
from quietdrop.config.promises import INSTEAD_OF
from quietdrop.config.values import SECRET, Where, unknown
from quietdrop.domain.errors import ConfigError, UsageError
from quietdrop.lib.foreign import in_our_words, toml_place
from quietdrop.lib.text import single_line
from quietdrop.lib.urls import without_secrets

LONGEST_LINE = 10_000  # characters of a value in an error
_LISTED = ("override", "clinic")  # of these a file has several tables
_PLACES = ["quietdrop.toml", "config/quietdrop.toml"]


def find_config(explicit: str | None, env: Mapping[str, str], cwd: Path) -> Path:
    """Returns the config file to read: `--config`, else the environment's, else the working
    folder's. Raises ConfigError where there is none."""
    named = explicit or env.get("QUIETDROP_CONFIG")
    tried = [cwd / name for name in ([named] if named else _PLACES)]
    for path in tried:
        if path.is_file():
            return path
    raise ConfigError(
        f"{tried[0]}: no config file here; `quietdrop init` writes one, --config FILE names another"
    )


@dataclass(frozen=True)
class ConfigFile:
    """A file's text, and what it says with the overrides in it."""

    path: Path
    text: str
    data: dict[str, Any]
    overrides: Mapping[str, str]  # by "section.key", as the command line gave them
    places: Mapping[str, Where]  # where each of them stands in `data`

    def error(self, faults: Iterable[tuple[Where, str]]) -> ConfigError | UsageError:
        """Returns one error for all faults at these places in the file, as the command line's where
        only that is at fault."""
        typed: list[str] = []
        lines: list[tuple[int, str]] = []
        for where, wrong in faults:
            if name := self._typed(where):
                typed.append(f"{_option(name, self.overrides[name])}: {wrong}")
            else:
                message = _tell(where, _at(self.data, where), wrong)
                lines.append((self.line(where), message + self._beside(where)))
        messages = [*typed, *(f"{self.path}:{line}: {message}" for line, message in sorted(lines))]
        return ConfigError("\n".join(messages)) if lines else UsageError("\n".join(messages))

    def line(self, where: Where) -> int:
        """Returns the line of a place's key, else of its section, else 1."""
        return _line(self.text, where)

    def _typed(self, where: Where) -> str:
        """The override that a place belongs to; empty where there is none."""
        here = [name for name, at in self.places.items() if at == where[: len(at)]]
        section = where[:2] if where[:1] == ("override",) else where[:1]
        if not here and where and _at(tomllib.loads(self.text), section) is None:  # it is new
            here = [name for name, at in self.places.items() if where == at[: len(where)]]
        return here[0] if here else ""

    def _beside(self, where: Where) -> str:
        """The overrides of the same section, with which a value of the file may not go."""
        options = [
            _option(name, text)
            for name, text in self.overrides.items()
            if self.places[name][0] in (where[0], "drift" if where[0] == "override" else "")
        ]
        return f" (with {', '.join(options)})" if options else ""


def read_config(path: Path, overrides: Mapping[str, str]) -> ConfigFile:
    """Reads a TOML file; values of "section.key" override its own. Raises ConfigError,
    UsageError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = line[1] if line else str(len(text.splitlines()) or 1)
        raise ConfigError(f"{path}:{number}: is not valid TOML: {toml_place(error)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {in_our_words(error)}") from None
    places = {}
    for name, value in overrides.items():
        places[name] = _override(data, name, value)
        _drop_counterpart(data, places[name], name, overrides)
    return ConfigFile(path, text, data, overrides, places)


def _override(data: dict[str, Any], name: str, text: str) -> Where:
    """Puts a value of "section.key" into the parsed TOML; one that is no TOML is a plain text.
    Returns where it stands."""
    section, _, key = name.partition(".")
    if section.partition("[")[0] == "override":
        table, section, key = _table_of(data, name)
    elif key and isinstance(data.setdefault(section, {}), dict):
        table = data[section]
    else:
        raise UsageError(f'--set {name}: name a section and a key, as "drift.hazard=0.01"')
    try:
        table[key] = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        table[key] = text
    return (*section.split("."), *key.split("."))


def _drop_counterpart(
    data: dict[str, Any], where: Where, name: str, overrides: Mapping[str, str]
) -> None:
    """Of a promise and a threshold the one that was typed holds, unless both were."""
    other = INSTEAD_OF.get(where[-1], "")
    if other and name.removesuffix(where[-1]) + other not in overrides:
        table = _at(data, where[:-1])
        if isinstance(table, dict):
            table.pop(other, None)


def _table_of(data: dict[str, Any], name: str) -> tuple[dict[str, Any], str, str]:
    """The `[[override]]` table that a name is about, added where there is none, the table's
    place, and its key."""
    of = override_key(name)
    if of is None:
        raise UsageError(
            f"--set {single_line(name)}: name a territory, a tier, or both, and one key, as "
            f'"{EXAMPLE}"'
        )
    tables = data.setdefault("override", [])
    if not isinstance(tables, list):  # the model says what is wrong with it
        return {}, "override", of.key
    for place, table in enumerate(tables):
        if isinstance(table, dict) and of.is_of(table):
            return table, f"override.{place}", of.key
    tables.append(dict(of.names))
    return tables[-1], f"override.{len(tables) - 1}", of.key


def _option(name: str, text: str) -> str:
    """An override as it was typed, without any secret."""
    is_hidden = SECRET.search(name) or name.endswith(".query")
    shown = "***" if is_hidden else without_secrets(name.rpartition(".")[2], text)
    return f"--set {name}={single_line(shown)}"


def words(error: Any, sections: Mapping[str, type[BaseModel]]) -> str:
    """Returns one of pydantic's errors in plain words."""
    kind, where = error["type"], [str(step) for step in error["loc"]]
    if kind == "extra_forbidden":
        section = ".".join(step for step in where[:-1] if not step.isdecimal())
        fields = sections[section].model_fields
        names = [field.alias or name for name, field in fields.items()]
        return unknown(where[-1], [n for n in names if n not in ("path", "directory_columns")])
    if kind in ("model_type", "tuple_type") and where[0] == "override":
        return "should be tables, each headed [[override]]"
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


def _at(data: Any, where: Where) -> Any:
    """Returns the value at a place in parsed TOML, or None."""
    for step in where:
        if isinstance(data, list) and step.isdecimal():
            data = data[int(step)] if int(step) < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def _tell(where: Where, value: Any, wrong: str) -> str:
    """Returns a line for a person about a fault at a place, without any secret."""
    if where[0] in _LISTED and len(where) > 1:  # the line says which of the tables is meant
        return f"[[{where[0]}]] {_of_a_table(where[2:], value)}{wrong}"
    *section, key = where if not where[-1].isdecimal() else where[:-1]
    head = f"[{'.'.join(section)}] " if section else ""
    if isinstance(value, dict) or value is None or key == "query":  # it may name a patient
        return f"{head}{key if section else f'[{key}]'}: {wrong}"
    safe = without_secrets(key, value) if isinstance(value, str) else value
    shown = "***" if SECRET.search(key) else json.dumps(safe, ensure_ascii=False, default=str)
    return f"{head}{key} = {single_line(shown, LONGEST_LINE)}: {wrong}"


def _of_a_table(key: Where, value: Any) -> str:
    """A key of one of several tables with its value; nothing where the table itself is meant."""
    if not key:
        return ""
    text = "***" if SECRET.search(key[0]) else json.dumps(value, ensure_ascii=False, default=str)
    shown = single_line(text)
    return f"{key[0]}: " if value is None else f"{key[0]} = {shown}: "


def _line(text: str, where: Where) -> int:
    """Returns the line of a place's key in the file's text, else of its section, else 1."""
    best, depth, section = 1, 0, ""
    tables: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line)
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if table := re.match(r"\s*\[\[([^\[\]]+)\]\]", line):
            name = table[1].strip()
            section, tables[name] = f"{name}.{tables[name]}", tables[name] + 1
            head = table
        elif head:
            section = head[1].strip()
        header = section if head else f"{section}.{key[1]}" if key else ""
        steps = tuple(part.strip(" \"'") for part in header.split(".") if part)
        if steps and steps == where[: len(steps)] and len(steps) > depth:
            best, depth = number, len(steps)
    return best
