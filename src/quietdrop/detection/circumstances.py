"""What bears on everybody's chances at one as-of date, gathered from what was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from quietdrop.detection.exposure import open_share
from quietdrop.detection.reporting_delay import (
    arrived,
    arrived_by_age,
    arrived_in_earlier_runs,
    day_counts,
)
from quietdrop.detection.weekly_counts import Events, WeeklyCounts
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure

SeenBefore = tuple[date, date, int]  # an earlier run's as-of date, a day, the referrals it had


def share_arrived(
    cadence: WeeklyCounts, referrals: Events, seen: Iterable[SeenBefore] = ()
) -> FloatArray:
    """The share of each week's referrals that has come in by now.

    It is learned from when the practices' `referrals` were recorded, else from what earlier runs
    had `seen`.
    """
    as_of = cadence.as_of
    if (referrals.recorded >= 0).any():
        by_age = arrived_by_age(referrals, as_of)
    else:
        by_age = arrived_in_earlier_runs(seen, day_counts(referrals, as_of), as_of)
    return arrived(cadence, by_age)


def share_open(
    cadence: WeeklyCounts, counts: pd.DataFrame, closures: Iterable[Closure]
) -> FloatArray | None:
    """Streams × weeks: the share of its usual days on which we were open; None: all of them.

    `counts` say which practice sends to which of our locations.
    """
    every = list(closures)
    places = {closure.location for closure in every if closure.location}
    shares = _location_shares(counts, cadence.ids, places, cadence.as_of)
    return open_share(every, shares, len(cadence.ids), cadence.span)


def _location_shares(
    counts: pd.DataFrame, ids: tuple[str, ...], places: set[str], as_of: date
) -> dict[str, FloatArray]:
    """The share of each stream's referrals that goes to each of `places`."""
    if not places or "location" not in counts:
        return {}
    past = counts[counts["day"] < (as_of - EPOCH).days]
    summed = past.groupby("practice_id")["referrals"].sum()
    total = summed.reindex(list(ids)).to_numpy(dtype=float)
    shares = {}
    for place in sorted(places):
        there = past[past["location"] == place].groupby("practice_id")["referrals"].sum()
        number = there.reindex(list(ids)).fillna(0.0).to_numpy(dtype=float)
        shares[place] = number / total
    return shares
