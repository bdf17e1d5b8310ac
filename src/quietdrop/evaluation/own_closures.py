"""Closures of ours that nobody told us of, as the referrals show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pandas as pd

from quietdrop.detection.closures import shared_dips
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure

SPAN_WEEKS = 52  # older closures weigh little, and nobody remembers them


def suspected(
    counts: pd.DataFrame,
    cadence: WeeklyCounts,
    index: FloatArray,
    said: Iterable[Closure],
) -> list[Closure]:
    """Finds stretches of the last year in which a location took nobody.

    Args:
        counts: Those known on the as-of date.
        cadence: The same by week.
        index: Each week's share of an ordinary week, by season and holidays.
        said: Closures that are known or refused; what overlaps one is not asked about.

    Returns:
        The closures that nobody told us of, the oldest first.
    """
    if "location" not in counts:
        return []
    weeks = min(SPAN_WEEKS, cadence.weeks)
    start = cadence.week_start(cadence.weeks - weeks)
    day = counts["day"].to_numpy() - (start - EPOCH).days
    recent = counts.assign(day=day)[(day >= 0) & (counts["location"] != "")]
    answered = list(said)
    closures = []
    for location, rows in recent.groupby("location", sort=True):
        practice = pd.factorize(rows["practice_id"])[0]
        by_day = np.zeros((int(practice.max()) + 1, 7 * weeks))
        np.add.at(by_day, (practice, rows["day"].to_numpy()), rows["referrals"].to_numpy())
        for first, last in shared_dips(by_day, index[-weeks:]):
            closed_from, closed_to = start + timedelta(days=first), start + timedelta(days=last)
            closure = Closure(closed_from, closed_to, str(location))
            if not any(_overlap(closure, each) for each in answered):
                closures.append(closure)
    return sorted(closures, key=lambda closure: (closure.closed_from, closure.location))


def _overlap(one: Closure, other: Closure) -> bool:
    same_place = other.location in ("", one.location)
    return same_place and one.closed_from <= other.closed_to and other.closed_from <= one.closed_to
