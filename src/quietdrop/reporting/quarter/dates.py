"""Calendar quarters, and how many working days they have. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

FRESH = timedelta(days=7)  # after its end, while a quarter is news


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter that the day is in."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def last_complete(as_of: date) -> date:
    """The first day of the last quarter that was over on the morning of `as_of`."""
    return before(quarter_of(as_of))


def before(first: date, quarters: int = 1) -> date:
    """The first day of the quarter so many quarters before."""
    for _ in range(quarters):
        first = quarter_of(first - timedelta(days=1))
    return first


def after(first: date) -> date:
    """The first day of the next quarter."""
    return quarter_of(first + timedelta(days=100))


def has_just_ended(as_of: date) -> bool:
    """Whether a quarter ended within the week before `as_of`: true on one Monday a quarter."""
    return as_of - quarter_of(as_of) < FRESH


def working_days(first: date, end: date, shut: Collection[date]) -> int:
    """The days from Monday to Friday from `first` to the day before `end`, without those of
    `shut` (public holidays, our own closures)."""
    days = (first + timedelta(days=number) for number in range((end - first).days))
    return sum(day.weekday() < 5 and day not in shut for day in days)


def label(first: date) -> str:
    """ "2026-Q2", which sorts."""
    return f"{first.year}-Q{(first.month + 2) // 3}"
