"""What is said against what happens, on networks unlike those that the calibration was learned on.

`python -m benchmarks.detection.calibrated_kinds` measures these alone. A quarter with seasons of
their own; pools that one referrer dominates; small networks with little history; slow fades and
practices that send on and off; a competitor in one territory; rows that are entered once a month.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from benchmarks.detection import monthly_feed, own_seasons, shared_events, slow_fades
from benchmarks.detection import small_networks as small
from benchmarks.detection.measure import LEAST_CASES, Calibration, calibration
from benchmarks.detection.ours import ours
from benchmarks.detection.planted import SETTINGS
from benchmarks.detection.planted_network import Network, as_of
from benchmarks.detection.simulate import Simulated
from benchmarks.detection.tables import bar, table
from quietdrop.checkins.history import History
from quietdrop.domain.arrays import BoolArray, FloatArray
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.weigh import prepare

PRACTICES = 300  # of a large network
DOMINATED = 4  # small pools for each seed, as each has 15 practices
MOST = 0.05  # of any bin
WEEKS_AFTER = 26  # weekly runs in which a planted loss is under way


class Spoken(NamedTuple):
    """What was said of each practice at each run, and whether a lasting drift was under way."""

    said: FloatArray
    so: BoolArray


def spoken(network: Simulated) -> Spoken:
    """By the detector, week by week."""
    return Spoken(ours(network)[0], network.drifting())


def seasonal(seed: int) -> Iterator[Spoken]:
    """A quarter of the practices have a season of their own."""
    yield spoken(own_seasons.seasonal(seed, PRACTICES).network)


def dominated(seed: int) -> Iterator[Spoken]:
    """One referrer has half the volume; in half of the pools it stops."""
    for number in range(DOMINATED):
        yield spoken(own_seasons.dominated(DOMINATED * seed + number, stops=number % 2 == 0))


def young(months: int) -> Callable[[int], Iterator[Spoken]]:
    """Networks of 15, 40 and 120 practices with so many months of history."""

    def of_seed(seed: int) -> Iterator[Spoken]:
        for practices in small.PRACTICES:
            yield spoken(small.young(seed, practices, months))

    return of_seed


def fading(seed: int) -> Iterator[Spoken]:
    """Some fade over a year or more, some send on and off."""
    yield spoken(slow_fades.planted(seed, PRACTICES).network)


def competing(seed: int) -> Iterator[Spoken]:
    """Twelve of a territory's practices lose a third from one week on."""
    network = shared_events.divided(seed)
    losing = shared_events.competitor(network)
    yield over_weeks(network, losing, shared_events.BEGINS, monthly_feed.FEEDS[0])


def monthly(seed: int) -> Iterator[Spoken]:
    """Some practices stop; rows are entered, or refreshed, once a month."""
    for feed in monthly_feed.FEEDS[1:]:
        network, stop = monthly_feed.stopping(seed)
        yield over_weeks(network, stop, monthly_feed.STOPS, feed)


def over_weeks(network: Network, losing: Iterable[str], begins: int, feed: str) -> Spoken:
    """What the whole weekly job says of each practice; those of `losing` lose from `begins` on."""
    intake = monthly_feed.fed(network.intake(), feed)
    place_of = {key: place for place, key in enumerate(sorted(network.practices))}
    said = np.zeros((len(place_of), WEEKS_AFTER))
    for week in range(1, WEEKS_AFTER + 1):
        today = as_of(begins + week)
        known_then: Intake = monthly_feed.read_on(intake, feed, today)
        counts = prepare(known_then.counts)
        frame = evaluate(SETTINGS, known_then, counts, History(), today).assessed.frame
        rows = [place_of[str(key)] for key in frame.index]
        said[rows, week - 1] = frame["drift_probability"].astype(float).fillna(0.0)
    so = np.zeros(said.shape, dtype=bool)
    so[[place_of[key] for key in losing]] = True
    return Spoken(said, so)


KINDS: dict[str, Callable[[int], Iterator[Spoken]]] = {
    "own seasons": seasonal,
    "one referrer with half the volume": dominated,
    "small, 9 months of history": young(9),
    "small, 14 months": young(14),
    "small, 24 months": young(24),
    "slow fades, on and off": fading,
    "a competitor in one territory": competing,
    "entered or refreshed once a month": monthly,
}


def measured(seeds: Iterable[int], kinds: Iterable[str] = tuple(KINDS)) -> dict[str, Calibration]:
    """Every kind, pooled over the seeds."""
    several = list(seeds)
    result = {}
    for kind in kinds:
        every = [each for seed in several for each in KINDS[kind](seed)]
        weeks = max(each.said.shape[1] for each in every)
        said = np.concatenate([_wide(each.said, weeks) for each in every])
        so = np.concatenate([_wide(each.so.astype(float), weeks) for each in every]) > 0
        result[kind] = calibration(said, so)
    return result


def _wide(values: FloatArray, weeks: int) -> FloatArray:
    """As many columns as the widest; those that were never run hold nothing said and nothing so."""
    return np.pad(values, ((0, 0), (0, weeks - values.shape[1])))


def section(seeds: range, kinds: Iterable[str] = tuple(KINDS)) -> str:
    """A row a kind, as Markdown."""
    by_kind = measured(seeds, kinds)
    rows = []
    for kind, each in by_kind.items():
        low, high = each.worst_interval(LEAST_CASES)
        interval = f"{100 * low:+.1f} to {100 * high:+.1f}"
        worst = 100 * each.worst(LEAST_CASES)
        rows.append([kind, f"{worst:.1f}", each.worst_bin(LEAST_CASES), interval])
    inside = [kind for kind, each in by_kind.items() if each.worst(LEAST_CASES) <= MOST]
    met = bar(len(inside) == len(by_kind), "on all")
    head = ["networks", "worst bin, points", "said", "happened less said"]
    return "\n\n".join(
        [
            f"### Calibration where networks are unlike the simulated ones\n\n{len(seeds)} seeds of"
            " each kind; bins, cases and intervals as above.",
            table(head, rows),
            f"- Within 5 points in every bin on {len(inside)} of {len(by_kind)} kinds: {met}.",
        ]
    )


def main() -> None:
    """Measures these kinds alone and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="seeds of each kind")
    parser.add_argument("--first", type=int, default=1001, help="the first seed")
    parser.add_argument("--kinds", nargs="*", default=tuple(KINDS), choices=tuple(KINDS))
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds), chosen.kinds))


if __name__ == "__main__":
    main()
