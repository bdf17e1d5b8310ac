"""What is known of each practice before each week, as numbers that a hazard can hang on.

Every covariate is streams × weeks and 0 where nothing is known. Week t uses only what happened
before it began, so that no drop explains itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quietdrop.domain.arrays import FloatArray, IntArray

QUARTER, HALF_YEAR, YEAR = 13, 26, 52  # weeks
EARLIER = 39  # weeks before the last quarter, which a practice's wait is compared with
# What shrinks a practice to everybody: as many appointments, notes or referrals as usual ones.
USUAL_NUMBER = 2.0
# A drop is dated to within about a month, and visits follow drops: newer touches say nothing of
# what went before.
LAG = 4
LATELY = 8  # weeks over which a fall of neighbors is measured, against the year before
USUAL_REFERRALS = 20.0  # of neighbors, that shrink their fall to none


@dataclass(frozen=True)
class Grid:
    """Streams × weeks to be filled."""

    streams: int
    weeks: int

    def summed(self, stream: IntArray, week: IntArray, value: FloatArray) -> FloatArray:
        """The values by stream and week; what lies outside the weeks is left out."""
        inside = (week >= 0) & (week < self.weeks)
        cell = stream[inside] * self.weeks + week[inside]
        size = self.streams * self.weeks
        total = np.bincount(cell, weights=value[inside], minlength=size)
        return np.asarray(total.reshape(self.streams, self.weeks), dtype=float)


def before(values: FloatArray, weeks: int, since: int = 0) -> FloatArray:
    """Sums over the `weeks` weeks that end `since` weeks before each week."""
    nothing = np.zeros((len(values), 1))
    total = np.hstack([nothing, values.cumsum(axis=1)])  # [t]: everything before week t
    week = np.arange(values.shape[1])
    last, first = np.maximum(week - since, 0), np.maximum(week - since - weeks, 0)
    return np.asarray(total[:, last] - total[:, first], dtype=float)


def waits(days: FloatArray, number: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How long a practice's patients wait, against everybody's and against its own past.

    Args:
        days: Days waited, summed over the appointments of each week, streams × weeks.
        number: Those appointments.

    Returns:
        Logs of the mean wait of the last quarter over everybody's in the same weeks, and over the
        practice's own of the three quarters before, each shrunk to everybody's.
    """
    wait, usual = _mean(days, number, QUARTER)
    earlier, earlier_usual = _mean(days, number, EARLIER, QUARTER)
    relative = _log_ratio(wait, usual)
    return relative, relative - _log_ratio(earlier, earlier_usual)


def _mean(
    days: FloatArray, number: FloatArray, weeks: int, since: int = 0
) -> tuple[FloatArray, FloatArray]:
    """A practice's mean wait, shrunk to everybody's, and everybody's, of the same weeks."""
    came, many = before(days, weeks, since), before(number, weeks, since)
    total = many.sum(axis=0)
    usual = np.divide(came.sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    return (came + USUAL_NUMBER * usual) / (many + USUAL_NUMBER), np.broadcast_to(usual, came.shape)


def _log_ratio(value: FloatArray, usual: FloatArray) -> FloatArray:
    # A day more on both sides: a wait of none is no infinite improvement.
    return np.asarray(np.log((value + 1.0) / (usual + 1.0)), dtype=float)


def excess_share(count: FloatArray, of: FloatArray, since: int = 0) -> FloatArray:
    """A practice's share of the last half year, shrunk to everybody's, less everybody's."""
    number, many = before(count, HALF_YEAR, since), before(of, HALF_YEAR, since)
    total = many.sum(axis=0)
    usual = np.divide(number.sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    share = (number + USUAL_NUMBER * usual) / (many + USUAL_NUMBER)
    return np.asarray(share - usual, dtype=float)


def lately(happened: FloatArray, weeks: int) -> FloatArray:
    """1 in the `weeks` weeks after something happened, else 0."""
    return np.asarray(before(happened, weeks) > 0, dtype=float)


def untouched(touched: FloatArray) -> FloatArray:
    """Years since the last touch, at most 1; 0 for all where nobody records touches."""
    if not touched.any():
        return np.zeros_like(touched)
    week = np.arange(touched.shape[1])[None, :]
    last = np.maximum.accumulate(np.where(touched > 0, week, -YEAR), axis=1)
    unseen = np.full((len(last), LAG + 1), -YEAR)
    last = np.hstack([unseen, last])[:, : touched.shape[1]]
    return np.asarray(np.minimum((week - last) / YEAR, 1.0), dtype=float)


def neighbors_fall(counts: FloatArray, live: FloatArray, groups: Sequence[IntArray]) -> FloatArray:
    """The share by which the other members of a practice's groups fell of late, more than
    everybody did; the largest of its groups', at least 0.

    Args:
        counts: Streams × weeks.
        live: The share of each week in which each stream was there.
        groups: The rows of each group's members: a territory's, a health system's.
    """
    fallen = np.zeros_like(counts)
    chances = before(live, YEAR, LATELY)
    came = before(counts, YEAR, LATELY)
    rate = np.divide(came, chances, out=np.zeros_like(came), where=chances > 0)
    now = before(counts, LATELY) * (chances > 0)
    expected = rate * before(live, LATELY)
    total = expected.sum(axis=0)
    everybody = np.divide(now.sum(axis=0), total, out=np.ones_like(total), where=total > 0)
    for rows in groups:
        others_now = now[rows].sum(axis=0) - now[rows]
        others_expected = everybody * (expected[rows].sum(axis=0) - expected[rows])
        level = (others_now + USUAL_REFERRALS) / (others_expected + USUAL_REFERRALS)
        fallen[rows] = np.maximum(fallen[rows], 1.0 - level)
    return fallen
