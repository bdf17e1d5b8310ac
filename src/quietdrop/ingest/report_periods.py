"""The period of a report that states it once: in its sheet's name, its file's, or its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from quietdrop.ingest.dates import month_number
from quietdrop.ingest.periods import SUNDAY, month_of
from quietdrop.lib.periods import Period, first_weekday

_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_MONTH = re.compile(
    rf"(?<![A-Za-z0-9])(?:{_NAME}[-_\s,']*(?:20)?\d\d|(?:19|20)\d\d[-_./\s]*{_NAME}"
    r"|(?:19|20)\d\d[-_./]?(?:0[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[-_./](?:19|20)\d\d)"
    r"(?![A-Za-z0-9])(?![-_./]\d)",
    re.IGNORECASE,
)
_DAY = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_ISO = r"(\d{4})-(\d\d)-(\d\d)"
_RANGE = re.compile(rf"(?:{_DAY}|{_ISO})\s*(?:-|to|through|thru|\u2013)\s*(?:{_DAY}|{_ISO})", re.I)
_WEEK = re.compile(rf"week\s*(of|beginning|ending|starting)?:?\s*(?:{_DAY}|{_ISO})", re.I)
Stated = tuple[Period, date, str]  # a period, a day in it, and where it is stated
_PLACES = ("the sheet's name", "the file's name", "the title")


def report_period(name: str, path: Path, above: Sequence[Sequence[str]]) -> Stated | None:
    """Return a report's period, a day in it, and where it is stated; None where nothing says it.

    Args:
        name: The sheet's name, or an archive member's.
        path: The file.
        above: The rows above its header.
    """
    title = " ".join(cell.strip() for row in above for cell in row if cell.strip())
    for text, where in zip((name, path.name.partition(".")[0], title), _PLACES, strict=True):
        if period := _period_in(text):
            return *period, where
    return None


def _period_in(text: str) -> tuple[Period, date] | None:
    if match := _RANGE.search(text):
        first, last = _day(match.groups()[:6]), _day(match.groups()[6:])
        if first and last and (first.year, first.month) == (last.year, last.month):
            return ("month", first) if (last - first).days > 6 else ("week", _monday(first, ""))
        return None
    if (match := _WEEK.search(text)) and (day := _day(match.groups()[1:])):
        return "week", _monday(day, match[1] or "")
    months = {day for match in _MONTH.finditer(text) if (day := _month(match[0]))}
    return ("month", months.pop()) if len(months) == 1 else None


def _monday(day: date, word: str) -> date:
    """Return the Monday of a week by its first day, or by its last where the word is "ending"."""
    is_first = word.lower() != "ending" and day.weekday() == SUNDAY
    return first_weekday(day + timedelta(days=1) if is_first else day, "week")


def _month(text: str) -> date | None:
    """Return the first day of a month's text; None if the word is not a month."""
    word = re.sub(r"[^A-Za-z]", "", text)
    if word and month_number(word) is None:
        return None
    return month_of(re.sub(r"[_\s,']+", " ", text).strip().replace(".", "-"))


def _day(parts: Sequence[str | None]) -> date | None:
    """Return the day of (month, day, year) or (year, month, day); a first number over 12 is the
    day, as most of the world writes it."""
    try:
        if parts[0] is not None:
            first, second, year = (int(part or 0) for part in parts[:3])
            return date(year, second, first) if first > 12 else date(year, first, second)
        year, month, day = (int(part or 0) for part in parts[3:])
        return date(year, month, day)
    except ValueError:
        return None
