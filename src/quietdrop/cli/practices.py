"""Resolving which practice or liaison an argument means, in the same way for all commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from quietdrop.cli.app import today
from quietdrop.cli.days import parse_day
from quietdrop.config import Settings
from quietdrop.domain.errors import UsageError
from quietdrop.domain.intake import Intake
from quietdrop.ingest.directory import read_directory
from quietdrop.lib.lookup import look_up
from quietdrop.lib.text import single_line
from quietdrop.store import Store

MOST_SHOWN = 10  # of several that fit


def resolve(asked: str, names: Mapping[str, str], kind: str = "practice") -> str:
    """Return the key that `asked` means, by itself or by its name.

    Raises:
        UsageError: It means none, or several; which they are, or which are near, is said.
    """
    meant = look_up(asked, names)
    if meant.key is not None:
        return meant.key
    if meant.several:
        those = _listed(meant.several[:MOST_SHOWN], names)
        more = len(meant.several) - MOST_SHOWN
        rest = f", and {more} more" if more > 0 else ""
        by = "id" if kind == "practice" else "e-mail"
        raise UsageError(
            f'"{single_line(asked)}" means several {kind}s; give the {by} of one: {those}{rest}.'
        )
    suggested = f" Did you mean {_listed(meant.near, names, ' or ')}?" if meant.near else ""
    raise UsageError(f'No {kind} "{single_line(asked)}" is known, by id or name.{suggested}')


def known_practices(of: Settings, store: Store) -> dict[str, str]:
    """Return the name of each practice that the last run or the practices table knows, by id."""
    names = store.names.of_practices()
    names |= {key: one.name for key, one in read_directory(of.source).practices.items()}
    return names


def practices_of(intake: Intake, more: Iterable[str] = ()) -> dict[str, str]:
    """Return the name of each practice that referred or that the directory lists, by id."""
    keys = {*map(str, more), *intake.practices}
    return {key: intake.practice(key).name for key in sorted(keys)}


def asked_practice(store: Store, names: Mapping[str, str], asked: str) -> str:
    """Return the id of the practice that `asked` is the id or the name of, or was before its
    spellings became one; where no practice is known yet it is taken as it is.

    Raises:
        UsageError: It means none, or several.
    """
    current = store.spellings.current(asked)
    return resolve(current, names) if names else current


def name_of(names: Mapping[str, str], practice_id: str) -> str:
    """Return a practice's name, or its id, as a terminal may show it."""
    return single_line(names.get(practice_id) or practice_id)


def done_on(on: str | None, of: Settings) -> date:
    """Return the day on which something was done, today or before. UsageError."""
    day = parse_day(on, today(of), "--on", of.source)
    if day > today(of):
        raise UsageError(f"--on {day} is in the future.")
    return day


def _listed(keys: Iterable[str], names: Mapping[str, str], last: str = ", ") -> str:
    shown = [
        single_line(key)
        if names[key] in ("", key)
        else f"{single_line(key)} ({single_line(names[key])})"
        for key in keys
    ]
    return last.join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
