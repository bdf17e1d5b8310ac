"""Settings as lines of the config file: to paste, and written into it with its comments kept."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from quietdrop.config.file import read_config
from quietdrop.config.override_key import override_key
from quietdrop.domain.errors import ConfigError
from quietdrop.lib.safe_files import refuse_link, write_bytes

Value = str | int | float
BACKUP = ".bak"


def literal(value: object) -> str:
    """A setting's value as TOML: 0.7, "volume"."""
    if isinstance(value, float):
        return f"{value:.10g}" if value != int(value) else f"{value:.1f}"
    return str(tomlkit.item(value).as_string())


def lines_to_paste(changes: Iterable[tuple[str, str, str]]) -> str:
    """The lines for quietdrop.toml, by section, each with today's value behind it.

    Args:
        changes: "section.key", today's value and the new one, both as TOML; "" where it is not set.
    """
    sections: dict[str, list[tuple[str, str, str]]] = {}
    for name, today, proposed in changes:
        head, key = _head(name)
        sections.setdefault(head, []).append((key, today, proposed))
    blocks = []
    for head, theirs in sections.items():
        lines = [
            f"{key} = {proposed}" if proposed else f"# take {key} out"
            for key, _, proposed in theirs
        ]
        width = max(map(len, lines))
        lines = [
            f"{line:<{width}}  # was {today}" if today else line
            for line, (_, today, _) in zip(lines, theirs, strict=True)
        ]
        blocks.append("\n".join([head, *lines]))
    return "\n\n".join(blocks)


def _head(name: str) -> tuple[str, str]:
    """The lines above a key, and the key."""
    of = override_key(name)
    if of is None:
        section, _, key = name.rpartition(".")
        return f"[{section}]", key
    whom = (f"{each} = {literal(value)}" for each, value in of.names.items())
    return "\n".join(["[[override]]", *whom]), of.key


def write_values(path: Path, values: Mapping[str, Value]) -> Path:
    """Puts each "section.key" into the config file; comments, order and blank lines stay.

    The file as it was is kept beside it, for its owner only, and so are those of earlier changes.
    Returns that backup's path.

    Raises:
        ConfigError: where the file cannot be read or is not TOML.
        UnsafePath, OSError: where it cannot be written.
    """
    read_config(path, {})  # says in our words what is wrong with it
    before = path.read_bytes()
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    try:
        document = tomlkit.parse(before.removeprefix(mark).decode("utf-8"))
    except TOMLKitError:
        raise ConfigError(f"{path}: cannot be changed by quietdrop; paste the lines.") from None
    for name, value in values.items():
        section, _, key = name.rpartition(".")
        table = document.get(section)
        if table is None:
            table = tomlkit.table()
            document[section] = table
        if not isinstance(table, tomlkit.items.AbstractTable):
            raise ConfigError(f"{path}: [{section}] is not a table; paste the lines.")
        table[key] = value
    refuse_link(path)
    backup, rights = _next_backup(path), path.stat()
    write_bytes(backup, before)
    write_bytes(path, mark + tomlkit.dumps(document).encode("utf-8"))
    _give_back(path, rights)
    return backup


def _next_backup(path: Path) -> Path:
    """The first of NAME.bak, NAME.bak2, NAME.bak3 and so on that is not there yet."""
    numbers = itertools.chain([""], itertools.count(2))
    names = (path.with_name(f"{path.name}{BACKUP}{number}") for number in numbers)
    return next(name for name in names if not os.path.lexists(name))


def _give_back(path: Path, rights: os.stat_result) -> None:
    """Owner and rights as they were: the service that reads the file may be another user's."""
    if hasattr(os, "chown") and path.stat().st_uid != rights.st_uid:
        with contextlib.suppress(PermissionError):
            os.chown(path, rights.st_uid, rights.st_gid)
    path.chmod(stat.S_IMODE(rights.st_mode))
