"""Simulated networks of referring practices, with everything about them known.

Rates are log-normal (median 0.74 a week); rhythms are Poisson, regular (Erlang gaps), bursty
(negative binomial weeks) or wandering (the log rate is an AR(1) of sd 0.3). The network has a
season, public holidays and snow weeks. Practices take absences, grow, start late, dropped long
ago, or drift (stop, step, fade) during the weeks that are judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.lib.holidays import public_holidays

KINDS = ("mixed", "poisson", "regular", "bursty", "wandering", "entrants")
WEEKS = 165
RUNS = 61  # the weekly runs that are judged, the last of them at the end
HAZARD = 0.004  # of a drift, and of an absence, a week
BURST = 0.5  # variance μ + 0.5 μ²
WANDER_SD, WANDER_MEMORY = 0.3, 0.97
LOOK_BACK = 39  # weeks for which a drift counts as under way
LAST_DAY = date(2026, 7, 6)
WEEKDAYS = np.array([0.24, 0.21, 0.2, 0.19, 0.16])


@dataclass(frozen=True)
class Simulated:
    """One network. Matrices are practices × weeks; `onset` is −1 where nothing drifts.

    `rate` is each practice's own referrals a week with growth, wandering and old drops, before
    exposure, drift and absence; `kept` what drift leaves of it, `away` 1 but in an absence.
    `burst` is the α of the weekly variance μ + αμ², `shape` the Erlang shape of the gaps
    (1: Poisson).
    """

    kind: str
    seed: int
    counts: FloatArray
    rate: FloatArray
    exposure: FloatArray  # weeks
    kept: FloatArray
    away: FloatArray
    onset: IntArray
    burst: FloatArray
    shape: FloatArray
    start: IntArray  # first week
    days: tuple[IntArray, IntArray, IntArray]  # practice, day since 1970-01-01, referrals

    @property
    def runs(self) -> IntArray:
        """The weeks before which a run is made: 104 … 164 of 165, each judging the weeks before."""
        return np.arange(WEEKS - RUNS + 1, WEEKS + 1)

    @property
    def lost(self) -> FloatArray:
        """Referrals a week that drift takes away."""
        return self.rate * self.exposure[None, :] * (1.0 - self.kept)

    def drifting(self) -> BoolArray:
        """Practices × runs: a lasting drift of the last 39 weeks is under way."""
        age = self.runs[None, :] - self.onset[:, None]
        return (self.onset[:, None] >= 0) & (age >= 1) & (age <= LOOK_BACK)


def simulate(seed: int, practices: int = 1000, kind: str = "mixed") -> Simulated:
    """One network of that kind; the same seed gives the same network."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    week = np.arange(WEEKS)
    exposure = week_effects(rng)
    base = np.exp(rng.normal(-0.3, 0.9, practices)).clip(0.08, 12.0)
    growth = np.where(rng.random(practices) < 0.1, rng.normal(0.003, 0.003, practices), 0.0)
    rate = base[:, None] * np.exp(growth[:, None] * (week - WEEKS / 2))
    burst, shape, wanders = _rhythms(rng, practices, kind)
    rate[wanders] *= np.exp(wander(rng, int(wanders.sum())))
    share_late = 0.3 * WEEKS / 52 if kind == "entrants" else 0.15
    late = rng.random(practices) < min(share_late, 0.75)
    start = np.where(late, rng.integers(0, WEEKS - 10, practices), 0)
    onset, kept = _drifts(rng, practices, start)
    rate *= _settled(rng, onset)
    away = _absences(rng, practices)
    mean = rate * exposure * kept * away * (week >= start[:, None])
    counts, days = drawn_referrals(rng, mean, burst, shape)
    return Simulated(
        kind, seed, counts, rate, exposure, kept, away, onset, burst, shape, start, days
    )


def week_effects(rng: np.random.Generator) -> FloatArray:
    """Season, public holidays, two snow weeks, and 3 % of every week's own."""
    first = LAST_DAY - timedelta(weeks=WEEKS)
    holidays = public_holidays("US", "", first, LAST_DAY)
    days = [first + timedelta(days=offset) for offset in range(7 * WEEKS)]
    working = np.array([day not in holidays for day in days], dtype=float).reshape(WEEKS, 7)
    work = working[:, :5] @ WEEKDAYS
    middle = np.array([day.timetuple().tm_yday for day in days[3::7]])
    season = 1.0 + 0.08 * np.cos(2 * np.pi * (middle - 60) / 365.25)
    christmas = np.array(
        [any(d.month == 12 and d.day >= 24 for d in days[7 * t : 7 * t + 7]) for t in range(WEEKS)]
    )
    index = season * work * np.where(christmas, 0.65, 1.0) * rng.lognormal(0.0, 0.03, WEEKS)
    index[rng.integers(0, WEEKS, 2)] *= 0.5
    return np.asarray(index / index[-52:].mean(), dtype=float)


def _rhythms(
    rng: np.random.Generator, practices: int, kind: str
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """α of the bursty, Erlang shape of the regular, and who wanders."""
    weights = {
        "poisson": (1.0, 0.0, 0.0, 0.0),
        "regular": (0.0, 1.0, 0.0, 0.0),
        "bursty": (0.0, 0.0, 1.0, 0.0),
        "wandering": (0.0, 0.0, 0.0, 1.0),
    }.get(kind, (0.4, 0.2, 0.2, 0.2))
    what = rng.choice(4, practices, p=weights)
    shape = np.where(what == 1, rng.choice([2.0, 3.0, 4.0], practices), 1.0)
    return np.where(what == 2, BURST, 0.0), shape, what == 3


def wander(
    rng: np.random.Generator, practices: int, sd: float = WANDER_SD, memory: float = WANDER_MEMORY
) -> FloatArray:
    """Draws logs that wander from week to week around 0, of this standard deviation and this
    correlation from one week to the next; in: practices, out: practices × WEEKS."""
    walk = np.zeros((practices, WEEKS))
    level = rng.normal(0.0, sd, practices)
    for week in range(WEEKS):
        walk[:, week] = level
        shock = rng.normal(0.0, sd * np.sqrt(1 - memory**2), practices)
        level = memory * level + shock
    return walk


def _drifts(
    rng: np.random.Generator, practices: int, start: IntArray
) -> tuple[IntArray, FloatArray]:
    """At most one drift a practice in the judged weeks."""
    onset = np.full(practices, -1, dtype=np.int64)
    kept = np.ones((practices, WEEKS))
    first = WEEKS - RUNS
    for practice in range(practices):
        begins = np.flatnonzero(rng.random(RUNS) < HAZARD)
        if len(begins) and first + begins[0] >= start[practice] + 13:
            onset[practice] = first + begins[0]
            kept[practice, onset[practice] :] = _shape(rng, WEEKS - int(onset[practice]))
    return onset, kept


def _settled(rng: np.random.Generator, onset: IntArray) -> FloatArray:
    """What is left of the rate where an old drop has settled: one in twenty of those who stay."""
    level = np.ones((len(onset), WEEKS))
    for practice in np.flatnonzero((onset < 0) & (rng.random(len(onset)) < 0.05)):
        level[practice, int(rng.integers(10, WEEKS - RUNS - LOOK_BACK)) :] = rng.uniform(0.2, 0.6)
    return level


def _shape(rng: np.random.Generator, weeks: int) -> FloatArray:
    """A stop, a step or a fade: what is kept in each week since the onset."""
    pick = rng.random()
    if pick < 0.35:
        return np.zeros(weeks)
    if pick < 0.7:
        return np.full(weeks, rng.uniform(0.1, 0.6))
    floor, length = rng.uniform(0.0, 0.4), rng.uniform(8.0, 20.0)
    fading: FloatArray = 1.0 - (1.0 - floor) * np.minimum((np.arange(weeks) + 0.5) / length, 1.0)
    return fading


def _absences(rng: np.random.Generator, practices: int) -> FloatArray:
    away = np.ones((practices, WEEKS))
    for practice, week in zip(*np.nonzero(rng.random((practices, WEEKS)) < HAZARD), strict=True):
        away[practice, week : week + int(rng.integers(1, 5))] = 0.0
    return away


def drawn_referrals(
    rng: np.random.Generator, mean: FloatArray, burst: FloatArray, shape: FloatArray
) -> tuple[FloatArray, tuple[IntArray, IntArray, IntArray]]:
    """Weekly counts and their days. Regular gaps are Erlang in operational time."""
    level = mean.copy()
    bursty = burst > 0
    level[bursty] *= rng.gamma(1.0 / BURST, BURST, (int(bursty.sum()), WEEKS))
    counts = rng.poisson(level).astype(float)
    for practice in np.flatnonzero(shape > 1).tolist():
        k = shape[practice]
        ticks = rng.poisson(level[practice] * k)  # every k-th event of a k times faster stream
        done = ticks.cumsum() + int(rng.integers(0, int(k)))
        counts[practice] = np.diff(done // k, prepend=(done[0] - ticks[0]) // k)
    begin = (LAST_DAY - EPOCH).days - 7 * WEEKS
    cells = np.nonzero(counts)
    number = counts[cells].astype(np.int64)
    who, week = np.repeat(cells[0], number), np.repeat(cells[1], number)
    day = begin + 7 * week + rng.choice(5, len(week), p=WEEKDAYS)
    once, copies = np.unique(who * 100_000 + day, return_counts=True)
    return counts, (once // 100_000, once % 100_000, copies)
