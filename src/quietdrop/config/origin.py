"""Where each setting comes from: the default, a line of the file, the environment, --set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from quietdrop.config.file import ConfigFile, read_config
from quietdrop.config.loading import load
from quietdrop.config.values import SECRET, Where
from quietdrop.lib.urls import NAME, without_secrets

_HIDDEN = "***"


class Origin(StrEnum):
    """Where a value comes from."""

    default = "default"
    file = "file"
    environment = "environment"  # the file names a variable in ${…}
    command_line = "--set"
    learned = "false_alarm_years"  # what the promise came to in the last run


@dataclass(frozen=True)
class Setting:
    """One setting as a person may see it.

    Attributes:
        name: "section.key".
        value: As JSON takes it, without any secret; ${NAME} stays as the file has it.
        origin: Where it comes from.
        line: Its line in the file; None where it does not stand there.
        variables: The environment's variables that it is filled with.
    """

    name: str
    value: Any
    origin: Origin
    line: int | None = None
    variables: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def key(self) -> str:
        return self.name.rpartition(".")[2]


def settings_shown(
    path: Path, env: Mapping[str, str], overrides: Mapping[str, str]
) -> list[Setting]:
    """Return every setting of a config file, in the order in which they are described.

    Raises:
        ConfigError, UsageError: as `load`.
    """
    settings = load(path, env, overrides)
    file = read_config(path, overrides)
    result: list[Setting] = []
    whole: list[Setting] = []  # tables that are not set, and lists of tables
    for name in type(settings).model_fields:
        section = getattr(settings, name)
        if isinstance(section, BaseModel):
            shown = _of_section(file, name, section)
            result += sorted(shown, key=lambda each: each.name.count("."))  # tables come last
        elif name in file.data:
            whole += _of_file(file, (name,), file.data[name])
        elif name != "path":
            whole.append(Setting(name, _shown(name, section), Origin.default))
    return result + whole


def _of_section(file: ConfigFile, name: str, section: BaseModel) -> Iterator[Setting]:
    written = file.data.get(name, {})
    for field_name, field in type(section).model_fields.items():
        key = field.alias or field_name
        if key in written:
            yield from _of_file(file, (name, key), written[key])
        elif key != "directory_columns":  # its tables stand below "columns" in the file
            yield Setting(
                f"{name}.{key}", _shown(key, getattr(section, field_name)), Origin.default
            )


def _of_file(file: ConfigFile, where: Where, value: Any) -> Iterator[Setting]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = dict(enumerate(value))
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _of_file(file, (*where, str(key)), each)
        return
    name = ".".join(where)
    if where in file.places.values():
        yield Setting(name, _shown(where[-1], value), Origin.command_line)
        return
    variables = tuple(NAME.findall(value)) if isinstance(value, str) else ()
    origin = Origin.environment if variables else Origin.file
    yield Setting(name, _shown(where[-1], value), origin, file.line(where), variables)


def _shown(key: str, value: Any) -> Any:
    """The value without any secret. A query may name a patient."""
    if isinstance(value, str):
        if SECRET.search(key) or key == "query":
            return _HIDDEN
        return without_secrets(key, value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return json.loads(json.dumps(value, default=str))
