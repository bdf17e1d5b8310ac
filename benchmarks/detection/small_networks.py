"""Small networks with little history: who is caught, and who is listed falsely.

`python -m benchmarks.detection.small_networks` measures the grid of 15, 40 and 120 practices with
9, 14 and 24 months of history before the first of 61 weekly runs; `--practices` and `--months`
measure a piece of it. Ours lists at the shipped threshold, without and with what its digest calls
worth a look. Every peer lists as often in the same networks, from its own highest scores on, or
from its highest losses; so do the informed detector and ours by what is at stake.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.detection.bootstrap import shared
from benchmarks.detection.informed import informed
from benchmarks.detection.measure import CAP, REST
from benchmarks.detection.methods import INFORMED, OURS, over_runs
from benchmarks.detection.ours import SHIPPED, assessed_weekly
from benchmarks.detection.peers import PEERS
from benchmarks.detection.simulate import LAST_DAY, RUNS, WEEKS, Simulated, simulate
from benchmarks.detection.tables import bar, table
from quietdrop.checkins.budget import MOST_LOOKS, MUCH
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH

PRACTICES, MONTHS = (15, 40, 120), (9, 14, 24)
WEEKS_A_MONTH = 52 / 12
BY_STAKE = "quietdrop by stake"


@dataclass(frozen=True)
class Caught:
    """Of one network: referrals lost in the first 26 weeks of each drift, those that a listing came
    in time for, the listings, and those with nothing behind them."""

    lost: float
    caught: float
    listed: int
    false: int


@dataclass(frozen=True)
class Said:
    """What ours says, practices × runs: the probability of a drift, and the referrals a week that
    are at stake, as a digest orders its check-ins by them."""

    probability: FloatArray
    stake: FloatArray


Methods = dict[str, list[Caught]]


def young(seed: int, practices: int, months: int) -> Simulated:
    """A mixed network of which nothing is known from before so many months ahead of the runs."""
    whole = simulate(seed, practices, "mixed")
    begin = max(WEEKS - RUNS + 1 - round(months * WEEKS_A_MONTH), 0)
    counts = np.where(np.arange(WEEKS) >= begin, whole.counts, 0.0)
    first_day = (LAST_DAY - EPOCH).days - 7 * (WEEKS - begin)
    kept = whole.days[1] >= first_day
    days = (whole.days[0][kept], whole.days[1][kept], whole.days[2][kept])
    return replace(whole, counts=counts, days=days, start=np.maximum(whole.start, begin))


def said_of(network: Simulated) -> Said:
    """Every run's assessment by the production path."""
    shape = (len(network.counts), len(network.runs))
    said = Said(np.zeros(shape), np.zeros(shape))
    for column, (row, assessed) in enumerate(assessed_weekly(network)):
        frame = assessed.frame.astype({"drift_probability": float, "lost_per_week": float})
        said.probability[row, column] = frame["drift_probability"].fillna(0.0)
        said.stake[row, column] = np.fmax(frame["lost_per_week"], frame["fallen_per_week"])
    return said


def with_looks(said: Said) -> FloatArray:
    """1 where a digest without a budget would list a practice or call it worth a look, else 0."""
    alert = said.probability >= SHIPPED.alert_probability
    watched = (said.probability >= SHIPPED.watch_probability) & ~alert & (said.stake >= MUCH)
    order = np.where(watched, np.sqrt(said.probability) * said.stake, 0.0)
    if len(order) > MOST_LOOKS:
        watched &= order >= np.sort(order, axis=0)[-MOST_LOOKS]
    return np.asarray(alert | watched, dtype=float)


def listings(score: FloatArray, network: Simulated, threshold: float) -> list[tuple[int, int]]:
    """Practices and runs in which each is listed: from the threshold on, once if its drift is
    found, and again after a rest if it was listed falsely."""
    free = np.zeros(len(score), dtype=np.int64)
    result = []
    for place, run in enumerate(network.runs.tolist()):
        for practice in np.flatnonzero((score[:, place] >= threshold) & (free <= run)).tolist():
            drifts = 0 <= network.onset[practice] < run
            free[practice] = WEEKS + 1 if drifts else run + REST
            result.append((practice, run))
    return result


def worth(listed: Sequence[tuple[int, int]], network: Simulated) -> Caught:
    """What those listings came in time for."""
    age = np.arange(WEEKS)[None, :] - network.onset[:, None]
    counted = (network.onset[:, None] >= 0) & (age >= 0) & (age < CAP)
    lost = np.where(counted, network.lost, 0.0)
    true = [(who, run) for who, run in listed if 0 <= network.onset[who] < run]
    caught = sum(float(lost[who, run:].sum()) for who, run in true)
    return Caught(float(lost.sum()), caught, len(listed), len(listed) - len(true))


def as_often(scores: Sequence[FloatArray], networks: Sequence[Simulated], number: int) -> float:
    """The threshold from which a method lists at most so often in all of the networks."""
    levels = np.unique(np.concatenate([score[score > 0.0] for score in scores]))
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        pairs = zip(scores, networks, strict=True)
        often = sum(len(listings(score, each, levels[middle])) for score, each in pairs)
        low, high = (middle + 1, high) if often > number else (low, middle)
    return float(levels[high])


def cell(seeds: range, practices: int, months: int) -> tuple[Methods, Methods]:
    """Each method on the networks of one cell, listing as often as ours; and the same with what is
    worth a look, the peers naming as many."""
    networks = [young(seed, practices, months) for seed in seeds]
    said = [said_of(each) for each in networks]
    theirs = _peers(networks)
    alerts = [each.probability >= SHIPPED.alert_probability for each in said]
    others = {
        INFORMED: [informed(each)[0] for each in networks],
        BY_STAKE: [each.probability * each.stake for each in said],
    }
    alone = _as_often_as([each.astype(float) for each in alerts], networks, theirs | others)
    return alone, _as_often_as([with_looks(each) for each in said], networks, theirs)


def _peers(networks: Sequence[Simulated]) -> dict[str, list[FloatArray]]:
    """Every peer's scores by network, and its scores × losses."""
    result = {}
    for name, peer in PEERS.items():
        pairs = [over_runs(peer, network) for network in networks]
        result[f"{name} by score"] = [score for score, _ in pairs]
        result[f"{name} by value"] = [score * lost for score, lost in pairs]
    return result


def _as_often_as(
    ours: Sequence[FloatArray],
    networks: Sequence[Simulated],
    others: dict[str, list[FloatArray]],
) -> Methods:
    """What ours comes to, which lists where it is 1, and what others do that list as often."""
    result = {OURS: _worth(ours, networks, 1.0)}
    number = sum(each.listed for each in result[OURS])
    for name, scores in others.items():
        result[name] = _worth(scores, networks, as_often(scores, networks, number))
    return result


def _worth(
    scores: Sequence[FloatArray], networks: Sequence[Simulated], threshold: float
) -> list[Caught]:
    pairs = zip(scores, networks, strict=True)
    return [worth(listings(score, network, threshold), network) for score, network in pairs]


def section(
    seeds: range, practices: Sequence[int] = PRACTICES, months: Sequence[int] = MONTHS
) -> str:
    """The grid, or a piece of it, as Markdown."""
    return report(
        {(many, span): cell(seeds, many, span) for many in practices for span in months},
        len(seeds),
    )


def report(grid: dict[tuple[int, int], tuple[Methods, Methods]], seeds: int) -> str:
    """What the cells came to, by practices and months, with so many networks each."""
    head = ["practices", "months", "listings", "caught", "best peer", "ours less its (95 %)"]
    head += ["false listings", "its", "fewest of a peer"]
    kinds = ["caught by stake", "false", "caught by the informed", "false"]
    alone = {where: pair[0] for where, pair in grid.items()}
    looks = {where: pair[1] for where, pair in grid.items()}
    return "\n\n".join(
        [
            f"### Small networks\n\n{seeds} mixed networks a cell. The share of the first 26"
            " weeks' lost referrals that a listing came in time for; every method lists as often.",
            table(head, [[*where, *_against(each)] for where, each in alone.items()]),
            _verdict(alone),
            "Part of the distance is what an alert is for. It says that a fall is likely, and a"
            " share of lost referrals counts a large practice many times. Below: ours listing as"
            " often by what is at stake (probability × the referrals a week that are missing). The"
            " rest is what nobody knows beforehand: the informed detector, which is told every rate"
            " and week effect, by its probability.",
            table(["practices", "months", *kinds], [_frontier(*each) for each in alone.items()]),
            "Where a budget is not used up, a digest also names who is worth a look: below the"
            f" alert, with {MUCH:g} referrals a week or more at stake. Peers that name as many:",
            table(head, [[*where, *_against(each)] for where, each in looks.items()]),
            _verdict(looks),
        ]
    )


def _frontier(where: tuple[int, int], methods: Methods) -> list[object]:
    shown: list[object] = [*where]
    for name in (BY_STAKE, INFORMED):
        shown += [f"{_share(methods[name]):.2f}", str(_false(methods[name]))]
    return shown


def best_peer(methods: Methods) -> str:
    """The peer's ranking that catches most."""
    return max(_peer_names(methods), key=lambda name: _share(methods[name]))


def gain(methods: Methods) -> tuple[float, float, float]:
    """The share that ours catches less that of the best peer, and its paired 95 % interval."""
    pairs = list(zip(methods[OURS], methods[best_peer(methods)], strict=True))
    more = np.array([mine.caught - its.caught for mine, its in pairs])
    low, high = shared(more, np.array([mine.lost for mine, _ in pairs]))
    return _share(methods[OURS]) - _share(methods[best_peer(methods)]), low, high


def _against(methods: Methods) -> list[str]:
    best = best_peer(methods)
    more, low, high = gain(methods)
    return [
        str(sum(one.listed for one in methods[OURS])),
        f"{_share(methods[OURS]):.2f}",
        f"{_share(methods[best]):.2f} ({best})",
        f"{more:+.2f} ({low:+.2f} to {high:+.2f})",
        str(_false(methods[OURS])),
        str(_false(methods[best])),
        str(min(_false(methods[name]) for name in _peer_names(methods))),
    ]


def _verdict(grid: dict[tuple[int, int], Methods]) -> str:
    reach = sum(gain(each)[2] >= 0.0 for each in grid.values())
    fewest = sum(
        all(_false(each[OURS]) <= _false(each[name]) for name in _peer_names(each))
        for each in grid.values()
    )
    number = len(grid)
    return (
        f"- Caught at or above the best peer, within the interval, in {reach} of {number} cells:"
        f" {bar(reach == number, 'all')}.\n"
        f"- Fewest false in {fewest} of {number}: {bar(fewest == number, 'all')}."
    )


def _peer_names(methods: Methods) -> list[str]:
    return [name for name in methods if name not in (OURS, INFORMED, BY_STAKE)]


def _share(each: Sequence[Caught]) -> float:
    return sum(one.caught for one in each) / max(sum(one.lost for one in each), 1e-9)


def _false(each: Sequence[Caught]) -> int:
    return sum(one.false for one in each)


def main() -> None:
    """Measures the grid, or a piece of it, and prints it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="networks a cell")
    parser.add_argument("--first", type=int, default=601, help="the first seed")
    parser.add_argument("--practices", type=int, nargs="*", default=PRACTICES)
    parser.add_argument("--months", type=int, nargs="*", default=MONTHS)
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    print(section(seeds, chosen.practices, chosen.months))


if __name__ == "__main__":
    main()
