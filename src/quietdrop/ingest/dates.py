"""Days from text: one convention for a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from quietdrop.errors import SourceError
from quietdrop.ingest.settings import DateOrder

_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_STRAY = 0.05  # the share of contrary values that count as mistakes


def day_part(value: str) -> str:
    """In: a date, with a time or without. Out: the text of its day, at most 10 characters."""
    part = re.split(r"[\sT]", value.strip()[:10], maxsplit=1)
    return part[0]


def convention(values: Iterable[str], setting: DateOrder, where: str) -> DateOrder:
    """In: a column's distinct day texts. Out: the one convention that they follow.

    Errors: SourceError where the values fit month-first and day-first alike.
    """
    if setting != "auto":
        return setting
    parts = [found for value in values if (found := _YEAR_LAST.fullmatch(value))]
    if not parts:
        return "iso"
    days = [found[0] for found in parts if int(found[1]) > 12 and 1 <= int(found[3]) <= 12]
    months = [found[0] for found in parts if int(found[3]) > 12 and 1 <= int(found[1]) <= 12]
    if len(days) < len(months) * _STRAY or (months and not days):
        return "month-first"
    if len(months) < len(days) * _STRAY or (days and not months):
        return "day-first"
    raise SourceError(
        f"{where}: the dates are ambiguous: they may be month-first or day-first; "
        'say which: [source] dates = "month-first" or "day-first"'
    )


def parse(value: str, order: DateOrder) -> date | None:
    """In: a day's text, the column's convention. Out: the day, or None where it is none."""
    try:
        if found := _YEAR_FIRST.fullmatch(value):
            if not found[2] and len(value) != 8:
                return None
            return date(int(found[1]), int(found[3]), int(found[4]))
        found = _YEAR_LAST.fullmatch(value)
        if found is None or order not in ("month-first", "day-first"):
            return None
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if len(found[4]) == 2:
            year += 1900 if year > 68 else 2000
        return date(year, first, second) if order == "month-first" else date(year, second, first)
    except ValueError:
        return None
