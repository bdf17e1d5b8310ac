"""The setting that catches most of what was lost, chosen on one half of the past. Pure.

It is reported on the other half, with an interval over practices: the practices are drawn again
and again, with replacement, and the gain is counted anew each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.reporting.lasting_losses import SLACK_WEEKS, Truth
from quietdrop.reporting.listing_record import ListingRecord, a_liaison_and_week

DRAWS = 4000  # the 5 % and 95 % points then move by about 0.02 standard deviations
SEED = 17  # the same past proposes the same
INTERVAL = (0.05, 0.95)
LEAST_GAIN = 0.5  # referrals; less is none


@dataclass(frozen=True)
class Half:
    """One half of the dates: from `first` up to `end`, which is in it no more."""

    first: date
    end: date

    def has(self, day: date) -> bool:
        return self.first <= day < self.end


@dataclass(frozen=True)
class Caught:
    """What one setting did in one half, by practice: referrals lost after a listing, and
    check-ins in full; `load` is those a liaison and week."""

    referrals: FloatArray
    listed: FloatArray
    load: float


@dataclass(frozen=True)
class Gain:
    """Lost referrals caught beyond today's setting, with a 90 % interval over practices."""

    referrals: float
    low: float
    high: float

    @property
    def is_beyond_chance(self) -> bool:
        """Whether nearly every draw of the practices has a gain."""
        return self.low > 0 and self.referrals >= LEAST_GAIN


def caught_in(record: ListingRecord, truth: Truth, half: Half) -> Caught:
    """What a setting caught of the losses that began in one half."""
    ids = truth.assessed.cadence.ids
    referrals = np.zeros(len(ids))
    for row in np.flatnonzero(truth.losses.onset >= 0).tolist():
        onset = truth.assessed.cadence.week_start(int(truth.losses.onset[row]))
        if half.has(onset):
            referrals[row] = _after_listing(truth, row, onset, record.listed_on)
    number = [sum(map(half.has, record.listed_on.get(practice_id, ()))) for practice_id in ids]
    loads = tuple(load for load in record.loads if half.has(load.as_of))
    return Caught(referrals, np.array(number, dtype=float), a_liaison_and_week(loads))


def _after_listing(
    truth: Truth, row: int, onset: date, listed_on: Mapping[str, Sequence[date]]
) -> float:
    """Referrals of one loss that were lost after its first listing."""
    days = listed_on.get(truth.assessed.cadence.ids[row], ())
    near = [day for day in days if day >= onset - timedelta(weeks=SLACK_WEEKS)]
    return float(truth.losses.lost[row, truth.week_of(min(near)) :].sum()) if near else 0.0


def best(tries: Sequence[Caught], budget: float) -> int | None:
    """Which setting catches most at no more check-ins a liaison and week than `budget`; of equals
    the one with fewest check-ins, then the first. None where none keeps to the budget."""
    fitting = [n for n, each in enumerate(tries) if each.load <= budget]
    if not fitting:
        return None
    return min(
        fitting,
        key=lambda n: (-round(tries[n].referrals.sum(), 6), tries[n].listed.sum(), n),
    )


def gain(today: Caught, other: Caught) -> Gain:
    """What another setting caught beyond today's."""
    more = other.referrals - today.referrals
    if not len(more):
        return Gain(0.0, 0.0, 0.0)
    low, high = np.quantile(_draws(len(more)) @ more, INTERVAL)
    return Gain(float(more.sum()), float(low), float(high))


def best_of_draws(tries: Sequence[Caught], budget: float) -> IntArray:
    """Which setting is best in each draw of the practices: how firmly it is chosen."""
    referrals = np.stack([each.referrals for each in tries])  # settings × practices
    listed = np.stack([each.listed for each in tries])
    if not referrals.shape[1]:
        return np.zeros(0, dtype=np.int64)
    weight = _draws(referrals.shape[1])  # draws × practices
    total = np.maximum(listed.sum(axis=1), 1.0)
    load = np.array([each.load for each in tries]) * (weight @ listed.T) / total
    score = np.round(weight @ referrals.T, 6) - 1e-9 * (weight @ listed.T)
    score = np.where(load <= budget, score, -np.inf)
    return np.asarray(score.argmax(axis=1), dtype=np.int64)


def _draws(practices: int) -> FloatArray:
    """How often each draw has each practice: draws × practices."""
    rng = np.random.default_rng(SEED)
    return rng.multinomial(practices, np.full(practices, 1 / practices), DRAWS).astype(float)


def in_half(record: ListingRecord, half: Half) -> ListingRecord:
    """The record of one half alone."""
    listed_on = {
        key: days
        for key, all_days in record.listed_on.items()
        if (days := tuple(filter(half.has, all_days)))
    }
    return replace(
        record,
        loads=tuple(load for load in record.loads if half.has(load.as_of)),
        checkins=tuple(c for c in record.checkins if half.has(c.opened_on)),
        listed_on=listed_on,
    )
