"""Late data: the share of a day's referrals that has arrived by the as-of date.

Learned from when rows were recorded, else from what earlier runs had seen of the same days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from quietdrop.detection.weekly_counts import Events, WeeklyCounts
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import EPOCH

MATURE_DAYS = 56  # a referral this old counts as arrived
MEMORY_DAYS = 365
LEAST_ROWS = 50
GAP_REFERRALS = 6.0  # P(none | 6 expected) = 0.2 %: the feed ends there, not the referrals


def arrived_by_age(referrals: Events, as_of: date) -> FloatArray:
    """Share of a day's referrals recorded by the time the day is 1, 2 … 56 days old.

    Counts what was recorded in the last year of days that are themselves 56 days past, so that
    nothing is missing because it has yet to come. All ones where too little is known.
    """
    return share_by_age(numbers_by_lag(referrals, as_of))


def numbers_by_lag(referrals: Events, as_of: date) -> FloatArray:
    """How many of those referrals were recorded 0, 1 … 56 days or more after their day."""
    end = (as_of - EPOCH).days
    age = end - referrals.day
    mature = (age > MATURE_DAYS) & (age <= MATURE_DAYS + MEMORY_DAYS) & (referrals.recorded >= 0)
    mature &= referrals.recorded < end
    late = np.clip(referrals.recorded[mature] - referrals.day[mature], 0, MATURE_DAYS)
    number = np.bincount(late, weights=referrals.count[mature], minlength=MATURE_DAYS + 1)
    return number.astype(float)


def share_by_age(by_lag: FloatArray) -> FloatArray:
    """What `arrived_by_age` says, from the numbers of all referrals."""
    if by_lag.sum() < LEAST_ROWS:
        return np.ones(MATURE_DAYS)
    return np.asarray(by_lag.cumsum()[:MATURE_DAYS] / by_lag.sum(), dtype=float)


def arrived_in_earlier_runs(
    seen: Iterable[tuple[date, date, int]], daily: dict[date, int], as_of: date
) -> FloatArray:
    """The same from what earlier runs had counted: (as-of date, day, referrals) each.

    `daily` is what stands there today. Only days that are now 56 days old are compared; ages
    without a comparison, and anything that shrank since, count as arrived.
    """
    then, now = np.zeros(MATURE_DAYS), np.zeros(MATURE_DAYS)
    for run, day, referrals in seen:
        age = (run - day).days
        if 1 <= age <= MATURE_DAYS and (as_of - day).days > MATURE_DAYS:
            then[age - 1] += referrals
            now[age - 1] += max(daily.get(day, referrals), referrals)
    share = np.divide(then, now, out=np.full(MATURE_DAYS, np.nan), where=now >= LEAST_ROWS)
    observed = np.flatnonzero(~np.isnan(share))
    if not len(observed):
        return np.ones(MATURE_DAYS)
    filled = np.interp(np.arange(MATURE_DAYS), observed, share[observed], right=1.0)
    return np.maximum.accumulate(filled)


@dataclass(frozen=True)
class DayTotals:
    """Referrals by day, in any order and any number of times a day."""

    day: IntArray
    number: IntArray


def arrived(cadence: WeeklyCounts, by_age: FloatArray) -> FloatArray:
    """The share of each week's referrals that has arrived, 0 to 1."""
    return arrived_by_week(cadence.span, DayTotals(cadence.event_day, cadence.event_count), by_age)


def arrived_by_week(weeks: Weeks, totals: DayTotals, by_age: FloatArray) -> FloatArray:
    """The same from the referrals of all streams in these weeks.

    Days after the newest referral, where the pool would have sent more than a few by now, have
    not arrived at all: a feed that trails.
    """
    age = 7 * weeks.number - np.arange(7 * weeks.number)
    share = np.where(age > MATURE_DAYS, 1.0, by_age[np.minimum(age, MATURE_DAYS) - 1])
    share[age <= _trailing_days(weeks, totals, by_age)] = 0.0
    by_day = np.tile(weeks.profile, weeks.number)
    return np.asarray((share * by_day).reshape(weeks.number, 7).sum(axis=1), dtype=float)


def _trailing_days(weeks: Weeks, totals: DayTotals, by_age: FloatArray) -> int:
    """How many of the last days the feed does not reach, 0 where chance may explain them."""
    if not len(totals.day):
        return 0
    end = (weeks.start - EPOCH).days + 7 * weeks.number
    gap = end - 1 - int(totals.day.max())
    recent = totals.day >= end - gap - 13 * 7
    weekly = totals.number[recent].sum() / 13.0
    missed: IntArray = np.arange(1, min(gap, MATURE_DAYS) + 1)
    expected = weekly * (weeks.profile[(-missed) % 7] * by_age[missed - 1]).sum()
    return gap if expected >= GAP_REFERRALS else 0


def day_counts(referrals: Events, as_of: date) -> dict[date, int]:
    """All streams' referrals of each day before `as_of` and no older than a year and 56 days."""
    arrived = referrals.known_on(as_of)
    oldest = (as_of - EPOCH).days - MATURE_DAYS - MEMORY_DAYS
    recent = arrived.day >= oldest
    number = np.bincount(arrived.day[recent] - oldest, weights=arrived.count[recent])
    return {
        EPOCH + timedelta(days=oldest + int(day)): int(number[day])
        for day in np.flatnonzero(number)
    }
