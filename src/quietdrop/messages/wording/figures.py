"""Rates, dates and odds in words, one number at a time."""

from __future__ import annotations

from datetime import date

from quietdrop.lib.reader import day_and_month, decimal, full_day, short_month, whole
from quietdrop.lib.reader import month as month_of
from quietdrop.lib.reader import short_day as short_day_of

MINUS = "\u2212"
WEEKS_A_MONTH = 365.25 / 12 / 7
LEAST_PERCENT = 0.005  # a smaller share would be rounded to 0 %
NEAR_DAYS = 335  # eleven months: a day nearer than that is not taken for last year's


def rate(per_week: float) -> str:
    """Referrals a week, in the unit that makes a small whole number."""
    if per_week >= 0.95:
        return f"{decimal(per_week)} a week"
    if per_week * WEEKS_A_MONTH >= 1.5:
        return f"{decimal(per_week * WEEKS_A_MONTH)} a month"
    if per_week <= 1 / 104:
        return "less than one a year"
    return f"one every {whole(1 / per_week)} weeks"


def gap(per_week: float) -> str:
    """The same where the time between two referrals is meant."""
    days = whole(7 / per_week) if per_week > 0 else 0
    return f"one every {days} days" if 8 <= days <= 31 else rate(per_week)


def sureness(probability: float) -> str:
    """How sure we are, in steps; never above 99 %."""
    if probability < 0.7:
        return "more likely than not"
    if probability < 0.78:
        return "about 3 in 4"
    if probability < 0.85:
        return "about 4 in 5"
    if probability < 0.93:
        return "about 9 in 10"
    return f"{min(int(probability * 100), 99)} % sure"


def odds(probability: float | None) -> str:
    """How likely a lasting fall is, as briefly as a column needs it; "" where it is not."""
    if probability is None or probability < 0.2:
        return ""
    if probability < 0.29:
        return "1 in 4"
    if probability < 0.42:
        return "1 in 3"
    if probability < 0.5:
        return "nearly even"
    return sureness(probability).removeprefix("about ").removesuffix(" sure")


def day(when: date, as_of: date) -> str:
    """ "October 5", with the year where it is eleven months or more away."""
    return day_and_month(when) if _is_near(when, as_of) else full_day(when)


def short_day(when: date, as_of: date) -> str:
    """ "Oct 5"; the month and the year where it is eleven months or more away."""
    return short_day_of(when) if _is_near(when, as_of) else f"{short_month(when)} {when.year}"


def month(when: date, as_of: date) -> str:
    """ "October", with the year where it is eleven months or more away."""
    return month_of(when) if _is_near(when, as_of) else f"{month_of(when)} {when.year}"


def count(number: int, one: str, many: str) -> str:
    """ "1 practice", "2,000 practices"."""
    return f"{decimal(number)} {one if number == 1 else many}"


def number(value: float, digits: int = 0) -> str:
    """A number with so many digits; what is above zero never reads as 0."""
    least = 10**-digits
    if not 0 < value < least / 2:
        return decimal(value, digits)
    return f"less than {decimal(least, digits)}" if digits else "fewer than 1"


def about(value: float, one: str, many: str) -> str:
    """ "6 referrals" of 5.8, "fewer than 1 referral" of 0.3."""
    if 0 < value < 0.5:
        return f"{number(value)} {one}"
    return count(whole(value), one, many)


def loss(per_week: float) -> str:
    """What is at stake a week, for a column: "−1.3", "less than 0.1", "–" where nothing is."""
    if per_week <= 0:
        return "–"
    words = number(per_week, 1)
    return f"{MINUS}{words}" if words[0].isdigit() else words


def percent(share: float) -> str:
    """ "80 %" of a share of 0.8; only what is none reads as 0 %, and only what is all as 100 %."""
    if 0 < share < LEAST_PERCENT:
        return f"less than {decimal(1)} %"
    if 1 - LEAST_PERCENT <= share < 1:
        return f"more than {decimal(99)} %"
    return f"{decimal(100 * share)} %"


def _is_near(when: date, as_of: date) -> bool:
    return abs((as_of - when).days) < NEAR_DAYS
