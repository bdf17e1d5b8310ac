"""How busy a week is: season and public holidays."""

from __future__ import annotations

import math
from datetime import date, timedelta

HOLIDAY_SHARE = 0.85  # of a week that holds one
CHRISTMAS_SHARE = 0.5


def week_share(first: date) -> float:
    """What a steady referrer sends in the week from `first`, over an ordinary week."""
    days = [first + timedelta(days=offset) for offset in range(7)]
    season = 1.0 + 0.06 * math.cos(2 * math.pi * (first.timetuple().tm_yday - 60) / 365.25)
    if any(day.month == 12 and day.day == 25 for day in days):
        return season * CHRISTMAS_SHARE
    return season * (HOLIDAY_SHARE if any(is_holiday(day) for day in days) else 1.0)


def is_holiday(day: date) -> bool:
    """The six days on which nearly every office in the United States is closed."""
    if (day.month, day.day) in {(1, 1), (7, 4), (12, 25)}:
        return True
    monday, thursday = day.weekday() == 0, day.weekday() == 3
    return (
        (monday and day.month == 5 and day.day > 24)
        or (monday and day.month == 9 and day.day < 8)
        or (thursday and day.month == 11 and 22 <= day.day <= 28)
    )
