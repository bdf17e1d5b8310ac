"""What a steady referrer would have had the chance to send in each week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from quietdrop.detection.calendar import calendar_index, week_trust
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.directory import Closure

PASSES = 8
YEAR = 52
LEAST_WEEK_VARIANCE = 1e-4  # no two weeks of a network are the same to a per cent


@dataclass(frozen=True)
class Circumstances:
    """What bears on everybody's chances: public holidays, our closures, how late rows arrive.

    `arrived` is the share of each week's referrals that has come in by now (None: all of it);
    `open_share` streams × weeks, the share of its usual days on which we were open (None: all).
    """

    holidays: frozenset[date] = frozenset()
    arrived: FloatArray | None = None
    open_share: FloatArray | None = None


@dataclass(frozen=True)
class Exposure:
    """`share` is streams × weeks of exposure, mean about 1 in the last year; `calendar` each
    week's share of an ordinary week by season and holidays alone; `rate` each stream's mean
    referrals an ordinary week; `chance` streams × weeks, the share of a week that counted for a
    stream: it was known, we were open, the rows have arrived."""

    share: FloatArray
    calendar: FloatArray
    rate: FloatArray
    chance: FloatArray

    @property
    def steady(self) -> FloatArray:
        """What all streams at their mean rates would have sent in each week of calendar 1."""
        return np.asarray(self.rate @ self.chance, dtype=float)


def network_exposure(
    counts: FloatArray,
    live: FloatArray,
    weeks: Weeks,
    circumstances: Circumstances | None = None,
    stays: FloatArray | None = None,
) -> Exposure:
    """The chances of a steady referrer in each week.

    The network index is the week effects s of the two-way Poisson model y[i,t] ~ rate_i · s_t
    (iterative proportional fitting), over the chances that closures and late rows leave. It is
    leave-one-out, so that no stream hides its own fall, and shrunk to the calendar model by as
    much as the pool's weeks cannot be told from chance.

    Args:
        counts: Referrals, streams × weeks.
        live: The share of each week in which a stream could be seen, the same shape.
        weeks: Which weeks these are.
        circumstances: What bears on everybody's chances; None: nothing.
        stays: Streams × weeks, 0 where a stream is leaving and tells nothing of the week; None:
            nobody leaves.
    """
    given = circumstances or Circumstances()
    chance = live
    if given.open_share is not None:
        chance = chance * given.open_share
    if given.arrived is not None:
        chance = chance * given.arrived[None, :]
    pooled = counts if stays is None else counts * stays
    weight = chance if stays is None else chance * stays
    total = pooled.sum(axis=0)
    rates = _rates(pooled, weight)
    steady = rates @ weight
    calendar = calendar_index(total, steady, weeks, given.holidays)
    calendar = calendar / calendar[-YEAR:].mean()
    pseudo = _pseudo_referrals(total, steady * calendar)
    shrunk = (total + pseudo * calendar) / (steady + pseudo)
    others: FloatArray = total[None, :] - pooled + pseudo * calendar
    chances = np.maximum(steady[None, :] - rates[:, None] * weight, 0.0) + pseudo
    others /= chances
    others /= shrunk[-YEAR:].mean()
    others *= chance
    return Exposure(others, calendar, rates, chance)


def _rates(counts: FloatArray, chance: FloatArray) -> FloatArray:
    """Each stream's rate in the two-way model, whose week effects have mean 1 in the last year."""
    index = np.ones(counts.shape[1])
    by_stream, by_week = counts.sum(axis=1), counts.sum(axis=0)
    rates: FloatArray = by_stream
    for _ in range(PASSES):
        exposure = chance @ index
        rates = np.divide(by_stream, exposure, out=np.zeros_like(by_stream), where=exposure > 0)
        steady = rates @ chance
        index = np.divide(by_week, steady, out=np.ones_like(by_week), where=steady > 0)
        mean = float(index[-YEAR:].mean())
        index /= mean if mean > 0 else 1.0
    return rates


def _pseudo_referrals(total: FloatArray, expected: FloatArray) -> FloatArray:
    """How many of the calendar's referrals to mix into each week: 1 / (variance of its effect).

    Method of moments: the ratio total/expected varies by the weeks' own effects plus 1/expected
    by chance. A week far outside has an effect of its own size, and little is mixed in.
    """
    seen = expected > 0
    if seen.sum() < 4:
        return np.full(len(total), 1e6)
    weight = np.where(seen, expected, 0.0)
    ratio = np.divide(total, expected, out=np.ones_like(total), where=seen)
    trust = week_trust(total, expected)
    level = np.average(ratio, weights=weight)
    spread = float(np.average((ratio - level) ** 2, weights=weight * trust))
    chance = float(np.average(1.0 / expected[seen], weights=(weight * trust)[seen]))
    usual = max(spread - chance, LEAST_WEEK_VARIANCE)
    variance: FloatArray = np.maximum(usual, ((1.0 - trust) * (ratio - level)) ** 2)
    return 1.0 / variance


def open_share(
    closures: Iterable[Closure],
    locations: dict[str, FloatArray],
    streams: int,
    weeks: Weeks,
) -> FloatArray | None:
    """Streams × weeks: the share of each stream's usual days on which we were open.

    `locations` gives, for each location, the share of every stream's referrals that goes there;
    a closure of no named location is one of all. None where no closure touches these weeks.
    """
    by_day = np.zeros((streams, 7 * weeks.number))
    touched = False
    for closure in closures:
        first = max((closure.closed_from - weeks.start).days, 0)
        last = (closure.closed_to - weeks.start).days
        share = locations.get(closure.location) if closure.location else np.ones(streams)
        if share is None or last < first or first >= 7 * weeks.number:
            continue
        touched = True
        by_day[:, first : last + 1] += share[:, None]
    if not touched:
        return None
    closed = np.minimum(by_day, 1.0).reshape(streams, weeks.number, 7) * weeks.profile
    return np.asarray(1.0 - closed.sum(axis=2), dtype=float)
