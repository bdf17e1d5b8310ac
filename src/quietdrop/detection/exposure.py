"""What a steady referrer would have had the chance to send in each week."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce

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


@dataclass(frozen=True)
class NetworkIndex:
    """What all streams together say of each week: one value a week.

    `effect` is the week effects that the streams' rates are drawn from; `total` what all sent,
    `steady` what they would have sent at their rates; `calendar` the week's share of an ordinary
    one; `pseudo` how many of the calendar's referrals are mixed into the week.
    """

    effect: FloatArray
    total: FloatArray
    steady: FloatArray
    calendar: FloatArray
    pseudo: FloatArray

    @property
    def shrunk(self) -> FloatArray:
        """The index of all streams, shrunk to the calendar."""
        return (self.total + self.pseudo * self.calendar) / (self.steady + self.pseudo)


def network_exposure(
    counts: FloatArray,
    live: FloatArray,
    weeks: Weeks,
    circumstances: Circumstances | None = None,
    stays: FloatArray | None = None,
) -> Exposure:
    """The chances of a steady referrer in each week, where all streams are at hand.

    Args:
        counts: Referrals, streams × weeks.
        live: The share of each week in which a stream could be seen, the same shape.
        weeks: Which weeks these are.
        circumstances: What bears on everybody's chances; None: nothing.
        stays: Streams × weeks, 0 where a stream is leaving and tells nothing of the week; None:
            nobody leaves.
    """
    given = circumstances or Circumstances()
    chance = chance_rows(live, given)
    pooled = those_who_stay(counts, stays)
    weights = IndexWeights(those_who_stay(chance, stays), pooled.sum(axis=1))
    index = network_index(
        pooled.sum(axis=0), lambda effect: [weights.steady(effect)], weeks, given.holidays
    )
    return stream_exposure(pooled, chance, weights, index)


def chance_rows(live: FloatArray, around: Circumstances) -> FloatArray:
    """Streams × weeks: the share of each week that counted, from that in which they were seen."""
    chance = live
    if around.open_share is not None:
        chance = chance * around.open_share
    if around.arrived is not None:
        chance = chance * around.arrived[None, :]
    return chance


@dataclass(frozen=True)
class IndexWeights:
    """How some streams count in the network's index.

    `weight` is streams × weeks, the share of each week that counted, 0 where a stream is leaving;
    `by_stream` the sum of each one's referrals in those weeks.
    """

    weight: FloatArray
    by_stream: FloatArray

    def rates(self, effect: FloatArray) -> FloatArray:
        """Each stream's mean rate, given the week effects."""
        exposure = self.weight @ effect
        seen = exposure > 0
        return np.divide(self.by_stream, exposure, out=np.zeros_like(exposure), where=seen)

    def steady(self, effect: FloatArray) -> FloatArray:
        """What these streams at their mean rates would have sent in each week."""
        return np.asarray(self.rates(effect) @ self.weight, dtype=float)


def those_who_stay(values: FloatArray, stays: FloatArray | None) -> FloatArray:
    """Streams × weeks, 0 where a stream is leaving; `stays` as `network_exposure` takes it."""
    return values if stays is None else values * stays


def stream_exposure(
    pooled: FloatArray, chance: FloatArray, weights: IndexWeights, index: NetworkIndex
) -> Exposure:
    """Some streams' chances in each week.

    The network index is leave-one-out, so that no stream hides its own fall, and shrunk to the
    calendar model by as much as the pool's weeks cannot be told from chance.

    Args:
        pooled: Those referrals that count in the index, streams × weeks.
        chance: The share of each week that counted for a stream, the same shape.
        weights: How the streams count in the index.
        index: That of the network.
    """
    rates = weights.rates(index.effect)
    others: FloatArray = index.total[None, :] - pooled + index.pseudo * index.calendar
    steady = index.steady[None, :]
    chances = np.maximum(steady - rates[:, None] * weights.weight, 0.0) + index.pseudo
    others /= chances
    others /= index.shrunk[-YEAR:].mean()
    others *= chance
    return Exposure(others, index.calendar, rates, chance)


def network_index(
    total: FloatArray,
    steady_at: Callable[[FloatArray], Iterable[FloatArray]],
    weeks: Weeks,
    holidays: frozenset[date],
) -> NetworkIndex:
    """The week effects s of the two-way Poisson model y[i,t] ~ rate_i · s_t, by iterative
    proportional fitting over the chances that closures and late rows leave.

    Args:
        total: What all streams sent in each week.
        steady_at: What the streams of each block would have sent, given week effects whose mean is
            1 in the last year. It is summed in the order of the blocks.
        weeks: Which weeks these are.
        holidays: Public holidays.
    """
    following = np.ones(len(total))
    for _ in range(PASSES):
        effect = following
        steady = in_order(steady_at(effect))
        following = np.divide(total, steady, out=np.ones_like(total), where=steady > 0)
        mean = float(following[-YEAR:].mean())
        following /= mean if mean > 0 else 1.0
    calendar = calendar_index(total, steady, weeks, holidays)
    calendar = calendar / calendar[-YEAR:].mean()
    return NetworkIndex(
        effect, total, steady, calendar, _pseudo_referrals(total, steady * calendar)
    )


def in_order(parts: Iterable[FloatArray]) -> FloatArray:
    """The sum of the blocks' parts, in the order of the blocks: always the same bits."""
    return reduce(np.add, parts)


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
