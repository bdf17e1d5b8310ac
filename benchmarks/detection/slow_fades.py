"""Slow fades, and practices that send on and off.

`python -m benchmarks.detection.slow_fades` measures these alone, in minutes: of practices that lose
60 % over 12 to 18 months, who is told of, by the long comparison or by a listing, and how late; of
steady, seasonal and wandering ones, and of those that send on and off, who is told of falsely.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from benchmarks.detection.measure import before_onset
from benchmarks.detection.ours import SHIPPED, assessed_weekly
from benchmarks.detection.own_seasons import SEASONAL, SHAPES, season_shapes
from benchmarks.detection.simulate import RUNS, WEEKS, Simulated, drawn_referrals, simulate
from benchmarks.detection.tables import bar, table
from quietdrop.domain.arrays import BoolArray, FloatArray
from quietdrop.findings.slow import slowly_down

YEAR = 52
BEGINS = 91  # the week of every fade: a baseline of a year and three quarters
FADES, ON_AND_OFF = 0.15, 0.1  # of the practices
FADE_WEEKS, FADE_LEFT = (52.0, 78.0), 0.4
RATES = (0.5, 4.0)  # referrals a week of those that fade, and of those that are on
ON_WEEKS, OFF_WEEKS = (8, 14), (4, 8)
STOPS = WEEKS - 40  # the week in which half of those on and off stop for good
FOUND_WITHIN = 26  # weeks
LEAST_MEDIAN, MOST_FALSE = 35, 0.02  # weeks; of steady and seasonal practices in a year
BOUNDS = (0.5, 1.0, 2.0, 4.0)


class Kind(StrEnum):
    """What a practice is."""

    STEADY = "steady"
    SEASONAL = "own season"
    UNSTEADY = "wandering, growing, or fell long ago"
    FADING = "fading"
    ON_AND_OFF = "on and off"
    OVER = "on and off, then gone"


@dataclass(frozen=True)
class Planted:
    """A network, and what each of its practices is."""

    network: Simulated
    kind: np.ndarray


@dataclass(frozen=True)
class Seen:
    """Practices × runs: listed as a drift, and told of as slowly declining."""

    listed: BoolArray
    slow: BoolArray


def planted(seed: int, practices: int) -> Planted:
    """A mixed network in which some practices fade, and some send on and off."""
    plain = simulate(seed, practices, "mixed")
    rng = np.random.default_rng([seed, 78])
    kind = _kinds(rng, plain)
    rate, kept, onset = plain.rate.copy(), plain.kept.copy(), plain.onset.copy()
    seasonal = kind == Kind.SEASONAL
    rate[seasonal] *= season_shapes()[rng.integers(0, len(SHAPES), int(seasonal.sum()))]
    least, most = np.log(RATES)
    level = np.exp(rng.uniform(least, most, practices))
    ours = np.isin(kind, (Kind.FADING, Kind.ON_AND_OFF, Kind.OVER))
    rate[ours] = level[ours, None]
    onset[ours], kept[ours] = -1, 1.0
    for row in np.flatnonzero(kind == Kind.FADING).tolist():
        onset[row], kept[row] = BEGINS, _fade(rng.uniform(*FADE_WEEKS))
    for row in np.flatnonzero(np.isin(kind, (Kind.ON_AND_OFF, Kind.OVER))).tolist():
        rate[row] *= _bouts(rng)
    onset[kind == Kind.OVER] = STOPS
    kept[kind == Kind.OVER, STOPS:] = 0.0
    start = np.where(ours | seasonal, 0, plain.start)
    mean = rate * plain.exposure * kept * plain.away * (np.arange(WEEKS) >= start[:, None])
    counts, days = drawn_referrals(rng, mean, plain.burst, plain.shape)
    network = replace(
        plain, rate=rate, kept=kept, onset=onset, counts=counts, days=days, start=start
    )
    return Planted(network, kind)


def _kinds(rng: np.random.Generator, plain: Simulated) -> np.ndarray:
    """What each practice is to be; who drifts by itself is none of it."""
    constant = np.ptp(plain.rate, axis=1) < 1e-9
    kind = np.where(constant, Kind.STEADY.value, Kind.UNSTEADY.value).astype(object)
    drawn = rng.random(len(kind))
    kind[constant & (drawn < SEASONAL)] = Kind.SEASONAL
    free = (drawn >= SEASONAL) & (drawn < SEASONAL + FADES + ON_AND_OFF)
    fades = free & (drawn < SEASONAL + FADES)
    kind[fades] = Kind.FADING
    kind[free & ~fades] = Kind.ON_AND_OFF
    kind[free & ~fades & (rng.random(len(kind)) < 0.5)] = Kind.OVER
    return kind


def _fade(length: float) -> FloatArray:
    """What is kept in each week of a fade over so many weeks."""
    gone = np.clip((np.arange(WEEKS) - BEGINS + 0.5) / length, 0.0, 1.0)
    return np.asarray(1.0 - (1.0 - FADE_LEFT) * gone, dtype=float)


def _bouts(rng: np.random.Generator) -> FloatArray:
    """1 in the weeks in which it sends, 0 in those in which it does not."""
    sends: list[float] = []
    while len(sends) < WEEKS:
        sends += [1.0] * int(rng.integers(*ON_WEEKS)) + [0.0] * int(rng.integers(*OFF_WEEKS))
    return np.array(sends[:WEEKS])


def watched(network: Simulated) -> Seen:
    """What the weekly runs say of each practice."""
    shape = (len(network.counts), RUNS)
    seen = Seen(np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool))
    for column, (rows, assessed) in enumerate(assessed_weekly(network)):
        probability = assessed.frame["drift_probability"].astype(float).fillna(0.0).to_numpy()
        seen.listed[rows, column] = probability >= SHIPPED.alert_probability
        slow = [assessed.row(key) for key in slowly_down(assessed)]
        seen.slow[rows[slow], column] = ~seen.listed[rows[slow], column]
    return seen


def section(seeds: range, practices: int) -> str:
    """Both, as Markdown."""
    measured = [(each := planted(seed, practices), watched(each.network)) for seed in seeds]
    return "\n\n".join([_fading(measured, practices), _false(measured), _on_and_off(measured)])


def _fading(measured: list[tuple[Planted, Seen]], practices: int) -> str:
    """A row a band of rates: who that fades is told of, and how late."""
    waited: dict[str, list[np.ndarray]] = defaultdict(list)
    for each, seen in measured:
        for row in np.flatnonzero(each.kind == Kind.FADING).tolist():
            rate = float(each.network.rate[row, 0])
            weeks = np.array(
                [_first(alarm[row]) for alarm in (seen.slow, seen.listed, seen.slow | seen.listed)]
            )
            waited[_band(rate)].append(weeks)
            waited["all"].append(weeks)
    rows = [[band, len(waited[band]), *_cells(waited[band])] for band in sorted(waited)]
    median = float(np.median(np.array(waited["all"])[:, 2]))
    met = bar(median <= LEAST_MEDIAN, f"at most {LEAST_MEDIAN}")
    head = ["referrals a week", "times", "told slowly in 35, 52, 74 weeks", "listed", "either"]
    return "\n\n".join(
        [
            f"### Slow fades\n\n{len(measured)} mixed networks of {practices} practices; a loss of"
            " 60 % over 12 to 18 months. The shares that are told of, and the median weeks.",
            table(head, rows),
            f"- Told in either way after {_weeks(median)} weeks in the median: {met}.",
        ]
    )


def _first(alarm: BoolArray) -> float:
    """Weeks from the fade's beginning to the first run in alarm."""
    hits = np.flatnonzero(alarm)
    return float(hits[0] + WEEKS - RUNS + 1 - BEGINS) if len(hits) else np.inf


def _band(rate: float) -> str:
    place = int(np.searchsorted(BOUNDS[1:-1], rate, side="right"))
    return f"{BOUNDS[place]:g} to {BOUNDS[place + 1]:g}"


def _cells(waited: list[np.ndarray]) -> list[str]:
    weeks = np.array(waited)  # practices × (slowly, listed, either)
    cells = []
    for column in weeks.T:
        shares = " ".join(f"{(column <= within).mean():.0%}" for within in (35, 52, 74))
        cells.append(f"{shares} ({_weeks(float(np.median(column)))})")
    return cells


def _weeks(median: float) -> str:
    return f"{median:.0f}" if np.isfinite(median) else "over 74"


def _false(measured: list[tuple[Planted, Seen]]) -> str:
    """Of practices that do not fade, who is told of as slowly declining within the last year."""
    rows, wrong, all_of = [], 0, 0
    for kind in (Kind.STEADY, Kind.SEASONAL, Kind.UNSTEADY):
        number = total = 0
        for each, seen in measured:
            stays = (each.kind == kind) & (each.network.onset < 0)
            number += int(seen.slow[stays, -YEAR:].any(axis=1).sum())
            total += int(stays.sum())
        rows.append([kind, f"{number} of {total} ({number / max(total, 1):.1%})"])
        if kind is not Kind.UNSTEADY:
            wrong, all_of = wrong + number, all_of + total
    share = wrong / max(all_of, 1)
    met = bar(share <= MOST_FALSE, "at most 2 %")
    verdict = f"- Of steady and seasonal ones {share:.1%}: {met}."
    return f"{table(['practices', 'told of as slowly declining in a year'], rows)}\n\n{verdict}"


def _on_and_off(measured: list[tuple[Planted, Seen]]) -> str:
    """Who sends on and off: listed while that goes on, and found once it is over."""
    listed = steady = detected = gone = 0
    for each, seen in measured:
        stays, over = each.kind == Kind.ON_AND_OFF, each.kind == Kind.OVER
        before = before_onset(each.network)[:, -YEAR:]
        listed += int((seen.listed[:, -YEAR:] & before)[stays].any(axis=1).sum())
        steady += int(stays.sum())
        first = STOPS + 1 - int(each.network.runs[0])
        detected += int(seen.listed[over, first : first + FOUND_WITHIN].any(axis=1).sum())
        gone += int(over.sum())
    return "\n\n".join(
        [
            "### On and off\n\nPractices that send for 8 to 13 weeks, then nothing for 4 to 7.",
            f"- Listed in a year although that goes on: {listed} of {steady}"
            f" ({listed / max(steady, 1):.0%}).\n- Listed within {FOUND_WITHIN} weeks once they"
            f" stop for good: {detected} of {gone} ({detected / max(gone, 1):.0%}).",
        ]
    )


def main() -> None:
    """Measures these kinds alone and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="networks")
    parser.add_argument("--first", type=int, default=801, help="the first seed")
    parser.add_argument("--practices", type=int, default=300, help="practices a network")
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds), chosen.practices))


if __name__ == "__main__":
    main()
