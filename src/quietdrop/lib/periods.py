"""Days, weeks and months that counts of referrals stand for."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

Period = Literal["day", "week", "month"]


def first_weekday(day: date, period: Period) -> date:
    """Return the first Monday-to-Friday day of the period in which a day lies."""
    if period == "day":
        return day
    start = day.replace(day=1) if period == "month" else day - timedelta(days=day.weekday())
    return start + timedelta(days=max(0, 7 - start.weekday()) if start.weekday() > 4 else 0)


def last_day(day: date, period: Period) -> date:
    """Return the last day of the period in which a day lies."""
    if period == "month":
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day + timedelta(days=6 - day.weekday()) if period == "week" else day


def next_due(newest: date, period: Period | None) -> date:
    """Return the day from which the data after `newest` may be expected: the day itself without
    periods, else the last day of the next period."""
    return newest if period is None else last_day(newest + timedelta(days=1), period)
