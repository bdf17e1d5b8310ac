"""A day on the command line: ISO, or month-first where the source's own days are."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from quietdrop.domain.errors import UsageError
from quietdrop.lib.text import single_line

if TYPE_CHECKING:
    from quietdrop.config.settings import DateOrder, SourceSettings

# The readers and Babel are imported where a day is not ISO, which is seldom.
_BY_SLASHES = re.compile(r"\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})", re.ASCII)
EARLIEST = date(1900, 1, 1)  # no referral is older, and no span back from it leaves the calendar

CountsFrom = Annotated[
    str | None,
    typer.Option("--from", help="The day from which it counts in `rehearse`; default today."),
]


def parse_day(
    text: str | None, default: date, name: str = "--as-of", source: SourceSettings | None = None
) -> date:
    """Return the day that was given for an option; `default` where none was.

    11/23/2026 is taken where the source's days are month-first, and then said in words, so that a
    slip is seen. `source` is where the referrals are; without one only ISO is taken.

    Raises:
        UsageError: It is no day, or could be another one; with the spelling that is taken.
    """
    if text is None:
        return default
    day = _iso(text) or _month_first(text.strip(), name, source)
    if day is None:
        raise UsageError(f'{name} "{single_line(text)}" is {_spelled(text.strip())}.')
    if day < EARLIEST:
        raise UsageError(f"{name} {day}: give a day from {EARLIEST} on.")
    return day


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _month_first(text: str, name: str, source: SourceSettings | None) -> date | None:
    """Return the day of 11/23/2026 where the source writes its days so; None otherwise."""
    if not _BY_SLASHES.fullmatch(text) or source is None:
        return None
    from quietdrop.ingest.dates import parse
    from quietdrop.ingest.day_order import day_order
    from quietdrop.lib.reader import full_day

    order = day_order(source)
    if order != "month-first":
        if parse(text, "month-first") or parse(text, "day-first"):
            days = "are not month-first" if order else "do not show which way round this is"
            raise UsageError(f"{name} {text} is {_spelled(text)}: the source's days {days}.")
        return None
    day = parse(text, order)
    if day is not None:
        typer.echo(f"{name} {text} is {full_day(day)}: month first, as in the source.", err=True)
    return day


def _spelled(text: str) -> str:
    """Return how to write the day, or the days, that a text may mean."""
    from quietdrop.ingest.dates import parse
    from quietdrop.lib.reader import full_day

    orders: tuple[DateOrder, ...] = ("month-first", "day-first")
    days = dict.fromkeys(day for order in orders if (day := parse(text, order)))
    if not days:
        return "not a date; write it as 2026-07-06"
    return "not taken; write " + " or ".join(f"{day} ({full_day(day)})" for day in days)
