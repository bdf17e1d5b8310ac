"""Small networks with little history: who is caught, and who is listed falsely.

`python -m benchmarks.detection.small_networks` measures the grid of 15, 40 and 120 practices with
9, 14 and 24 months of history before the first of 61 weekly runs; `--practices` and `--months`
measure a piece of it. Ours lists at the shipped threshold. Every peer lists as often in the same
networks, from its own highest scores on, or from its highest losses.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.detection.bootstrap import shared
from benchmarks.detection.measure import CAP, REST
from benchmarks.detection.methods import OURS, over_runs
from benchmarks.detection.ours import SHIPPED, ours
from benchmarks.detection.peers import PEERS
from benchmarks.detection.simulate import LAST_DAY, RUNS, WEEKS, Simulated, simulate
from benchmarks.detection.tables import table
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH

PRACTICES, MONTHS = (15, 40, 120), (9, 14, 24)
WEEKS_A_MONTH = 52 / 12


@dataclass(frozen=True)
class Caught:
    """Of one network: referrals lost in the first 26 weeks of each drift, those that a listing came
    in time for, and the listings with nothing behind them."""

    lost: float
    caught: float
    false: int


def young(seed: int, practices: int, months: int) -> Simulated:
    """A mixed network of which nothing is known from before so many months ahead of the runs."""
    whole = simulate(seed, practices, "mixed")
    begin = max(WEEKS - RUNS + 1 - round(months * WEEKS_A_MONTH), 0)
    counts = np.where(np.arange(WEEKS) >= begin, whole.counts, 0.0)
    first_day = (LAST_DAY - EPOCH).days - 7 * (WEEKS - begin)
    kept = whole.days[1] >= first_day
    days = (whole.days[0][kept], whole.days[1][kept], whole.days[2][kept])
    return replace(whole, counts=counts, days=days, start=np.maximum(whole.start, begin))


def listings(score: FloatArray, network: Simulated, threshold: float) -> list[tuple[int, int]]:
    """Practices and runs in which each is listed: from the threshold on, once if its drift is
    found, and again after a rest if it was listed falsely."""
    free = np.zeros(len(score), dtype=np.int64)
    result = []
    for place, run in enumerate(network.runs.tolist()):
        for practice in np.flatnonzero((score[:, place] >= threshold) & (free <= run)).tolist():
            found = 0 <= network.onset[practice] < run
            free[practice] = WEEKS + 1 if found else run + REST
            result.append((practice, run))
    return result


def worth(listed: Sequence[tuple[int, int]], network: Simulated) -> Caught:
    """What those listings came in time for."""
    age = np.arange(WEEKS)[None, :] - network.onset[:, None]
    counted = (network.onset[:, None] >= 0) & (age >= 0) & (age < CAP)
    lost = np.where(counted, network.lost, 0.0)
    true = [(who, run) for who, run in listed if 0 <= network.onset[who] < run]
    caught = sum(float(lost[who, run:].sum()) for who, run in true)
    return Caught(float(lost.sum()), caught, len(listed) - len(true))


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


def cell(seeds: range, practices: int, months: int) -> dict[str, list[Caught]]:
    """Each method on the networks of one cell, listing as often as ours."""
    networks = [young(seed, practices, months) for seed in seeds]
    told = [ours(each)[0] for each in networks]
    mine = [
        listings(each, network, SHIPPED.alert_probability)
        for each, network in zip(told, networks, strict=True)
    ]
    number = sum(len(each) for each in mine)
    result = {OURS: [worth(*pair) for pair in zip(mine, networks, strict=True)]}
    for name, peer in PEERS.items():
        pairs = [over_runs(peer, network) for network in networks]
        for ranked, which in (("score", 0), ("value", 1)):
            scores = [pair[0] if which == 0 else pair[0] * pair[1] for pair in pairs]
            at = as_often(scores, networks, number)
            both = zip(scores, networks, strict=True)
            result[f"{name} by {ranked}"] = [
                worth(listings(score, network, at), network) for score, network in both
            ]
    return result


def section(
    seeds: range, practices: Sequence[int] = PRACTICES, months: Sequence[int] = MONTHS
) -> str:
    """The grid, or a piece of it, as Markdown."""
    rows = []
    for many in practices:
        for known in months:
            rows.append([many, known, *_cells(cell(seeds, many, known))])
    head = ["practices", "months", "caught", "best peer", "ours less its (95 %)"]
    head += ["false listings", "its", "fewest of a peer"]
    return "\n\n".join(
        [
            f"### Small networks\n\n{len(seeds)} mixed networks a cell. The share of the first 26"
            " weeks' lost referrals that a listing came in time for; every method lists as often.",
            table(head, rows),
        ]
    )


def _cells(methods: dict[str, list[Caught]]) -> list[str]:
    share = {name: _share(each) for name, each in methods.items()}
    false = {name: sum(one.false for one in each) for name, each in methods.items()}
    peers = [name for name in methods if name != OURS]
    best = max(peers, key=lambda name: share[name])
    pairs = list(zip(methods[OURS], methods[best], strict=True))
    gain = np.array([mine.caught - its.caught for mine, its in pairs])
    low, high = shared(gain, np.array([mine.lost for mine, _ in pairs]))
    return [
        f"{share[OURS]:.2f}",
        f"{share[best]:.2f} ({best})",
        f"{share[OURS] - share[best]:+.2f} ({low:+.2f} to {high:+.2f})",
        str(false[OURS]),
        str(false[best]),
        str(min(false[name] for name in peers)),
    ]


def _share(each: Sequence[Caught]) -> float:
    return sum(one.caught for one in each) / max(sum(one.lost for one in each), 1e-9)


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
