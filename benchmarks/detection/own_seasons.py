"""Practices with seasons of their own, and pools that one referrer dominates.

`python -m benchmarks.detection.own_seasons` measures these alone, in minutes: of the seasonal
and the plain practices, who is falsely listed in the third year, and how late drifts are found; of
small networks whose largest referrer stops, whether the falls of the others are seen.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from benchmarks.detection.measure import before_onset
from benchmarks.detection.ours import SHIPPED, ours
from benchmarks.detection.simulate import (
    LAST_DAY,
    RUNS,
    WEEKS,
    Simulated,
    drawn_referrals,
    simulate,
)
from benchmarks.detection.tables import bar, table
from quietdrop.domain.arrays import FloatArray, IntArray

SHAPES = ("October to April only", "busy winter", "summer dip")
SEASONAL = 0.24  # of the practices
YEAR = 52
FOUND_WITHIN = 26  # weeks
MOST_FALSE = 0.15  # of the seasonal practices, in their third year
SMALL = 15  # practices
FALLING = slice(1, 4)  # of a small network, beside the largest
FALLING_RATE, KEPT = 1.5, 0.35
STOPS = WEEKS - RUNS + 10
LEAST_FOUND, SEEN_WITHIN = 0.6, 25


@dataclass(frozen=True)
class Seasonal:
    """A network, and each practice's shape as an index into SHAPES; −1 where it has none."""

    network: Simulated
    shape: IntArray


def seasonal(seed: int, practices: int) -> Seasonal:
    """A mixed network in which a quarter of the practices keep to a season of three shapes."""
    plain = simulate(seed, practices, "mixed")
    rng = np.random.default_rng([seed, 77])
    has = rng.random(practices) < SEASONAL
    shape = np.where(has, rng.integers(0, len(SHAPES), practices), -1)
    rate = plain.rate.copy()
    rate[has] *= season_shapes()[shape[has]]
    start = np.where(has, 0, plain.start)
    live = np.arange(WEEKS) >= start[:, None]
    mean = rate * plain.exposure * plain.kept * plain.away * live
    counts, days = drawn_referrals(rng, mean, plain.burst, plain.shape)
    return Seasonal(replace(plain, rate=rate, counts=counts, days=days, start=start), shape)


def season_shapes() -> FloatArray:
    """What each shape makes of each week."""
    first = LAST_DAY - timedelta(weeks=WEEKS)
    middles = [first + timedelta(days=7 * week + 3) for week in range(WEEKS)]
    return np.array([[share(day) for day in middles] for share in (_snow, _winter, _dip)])


def _snow(day: date) -> float:
    return 1.0 if day.month >= 10 or day.month <= 4 else 0.02


def _winter(day: date) -> float:
    if day.month in (11, 12, 1, 2, 3):
        return 1.8
    return 0.45 if day.month in (6, 7, 8, 9) else 1.0


def _dip(day: date) -> float:
    return 0.25 if (6, 10) <= (day.month, day.day) <= (8, 20) else 1.0


def dominated(seed: int, *, stops: bool) -> Simulated:
    """Fifteen practices: the first has as much as all others and stops or not; in that week three
    others fall to a third."""
    plain = simulate(seed, SMALL, "mixed")
    rng = np.random.default_rng([seed, 5])
    rate = np.exp(rng.normal(-0.3, 0.7, SMALL)).clip(0.2, 4.0)
    rate[FALLING] = FALLING_RATE
    rate[0] = rate[1:].sum()
    kept = np.ones((SMALL, WEEKS))
    kept[FALLING, STOPS:] = KEPT
    kept[0, STOPS:] = 0.0 if stops else 1.0
    burst, shape = np.zeros(SMALL), np.ones(SMALL)
    counts, days = drawn_referrals(rng, rate[:, None] * plain.exposure * kept, burst, shape)
    onset = np.full(SMALL, -1)
    onset[FALLING] = STOPS
    onset[0] = STOPS if stops else -1
    level = np.repeat(rate[:, None], WEEKS, axis=1)
    start = np.zeros(SMALL, dtype=np.int64)
    return replace(
        plain,
        counts=counts,
        days=days,
        onset=onset,
        kept=kept,
        rate=level,
        burst=burst,
        shape=shape,
        start=start,
    )


def section(seeds: range, practices: int) -> str:
    """Both, as Markdown."""
    return "\n\n".join([_seasons(seeds, practices), _dominated(seeds)])


def _seasons(seeds: range, practices: int) -> str:
    """A row a shape: who is falsely listed in the last year, and how late drifts are found."""
    rows, wrong, all_of = [], 0, 0
    measured = [(each, ours(each.network)[0]) for each in _networks(seeds, practices)]
    for which, name in [*enumerate(SHAPES), (-1, "none")]:
        listed, steady, delays = 0, 0, list[int]()
        for each, probability in measured:
            alarm = probability >= SHIPPED.alert_probability
            mine = each.shape == which
            stays = mine & (each.network.onset < 0)
            false = alarm[:, -YEAR:] & before_onset(each.network)[:, -YEAR:]
            listed += int(false[stays].any(axis=1).sum())
            steady += int(stays.sum())
            delays += _delays(each.network, alarm, mine)
        if which >= 0:
            wrong, all_of = wrong + listed, all_of + steady
        share = f"{listed} of {steady} ({listed / max(steady, 1):.1%})"
        rows.append([name, share, f"{np.mean(delays):.1f} ({len(delays)})" if delays else "-"])
    overall = wrong / max(all_of, 1)
    head = ["own season", "falsely listed in the third year", "mean delay, weeks (drifts)"]
    return "\n\n".join(
        [
            f"### Own seasons\n\n{len(seeds)} mixed networks of {practices} practices.",
            table(head, rows),
            f"- Of all seasonal ones: {overall:.1%}: {bar(overall <= MOST_FALSE, 'at most 15 %')}.",
        ]
    )


def _networks(seeds: range, practices: int) -> list[Seasonal]:
    return [seasonal(seed, practices) for seed in seeds]


def _delays(network: Simulated, alarm: np.ndarray, mine: np.ndarray) -> list[int]:
    """Weeks from each onset to its alarm, at most FOUND_WITHIN."""
    early = (network.onset >= 0) & (network.onset <= WEEKS - FOUND_WITHIN)
    weeks = []
    for practice in np.flatnonzero(mine & early):
        first = int(network.onset[practice] + 1 - network.runs[0])
        hits = np.flatnonzero(alarm[practice, first : first + FOUND_WITHIN])
        weeks.append(int(hits[0]) + 1 if len(hits) else FOUND_WITHIN)
    return weeks


def _dominated(seeds: range) -> str:
    """Whether the falls beside a large referrer are seen, where it stops and where it does not."""
    rows, shares = [], {}
    for stops in (True, False):
        networks = [dominated(seed, stops=stops) for seed in seeds]
        alarms = [ours(each)[0] >= SHIPPED.alert_probability for each in networks]
        first = STOPS + 1 - int(networks[0].runs[0])
        after = slice(first, first + SEEN_WITHIN)
        shares[stops] = float(np.mean([a[FALLING, after].any(axis=1) for a in alarms]))
        false = float(np.mean([a[FALLING.stop :].any(axis=1) for a in alarms]))
        rows.append(["stops" if stops else "is steady", f"{shares[stops]:.0%}", f"{false:.1%}"])
    met = bar(shares[True] >= LEAST_FOUND, "at least 0.6")
    head = ["the largest", "others found", "steady ones listed"]
    return "\n\n".join(
        [
            f"### One referrer with half the volume\n\n{len(seeds)} networks of {SMALL} practices;"
            f" three fall to {KEPT:.0%}, found within {SEEN_WITHIN} weeks.",
            table(head, rows),
            f"- Others found where it stops: {shares[True]:.2f}: {met}.",
        ]
    )


def main() -> None:
    """Measures these kinds alone and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="networks of each kind")
    parser.add_argument("--first", type=int, default=301, help="the first seed")
    parser.add_argument("--practices", type=int, default=300, help="practices a network")
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds), chosen.practices))


if __name__ == "__main__":
    main()
