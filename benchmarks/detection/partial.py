"""A part of a practice leaves: one of two providers retires, or sends most patients elsewhere.

`python -m benchmarks.detection.partial` measures these alone, in minutes: how often the provider is
named, how late, and how often one is named who did not leave.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.detection.planted import SETTINGS
from benchmarks.detection.planted_network import Network, as_of, steady
from benchmarks.detection.tables import bar, table
from quietdrop.checkins.history import History
from quietdrop.domain.findings import Part
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.replay import after, as_known

PRACTICES = 300
EACH = 25  # practices a network of each kind
ONSET = 128
NAMED_WITHIN = 26  # weeks
FALSE_WITHIN = 16
LEAST_RATE = 1.0  # referrals a week of a practice in which a part leaves
LEAST_NAMED, MOST_FALSE = 0.85, 0.025
LEFT = {"one of two equal providers retires": 0.0, "one of two sends two thirds elsewhere": 1 / 3}


@dataclass(frozen=True)
class Partial:
    """A practice of two equal providers, of whom one sends less from ONSET on."""

    label: str
    practice_id: str
    provider: str


def planted(seed: int) -> tuple[Network, list[Partial]]:
    """A steady network in which some practices lose a part."""
    network = steady(seed, PRACTICES)
    large = [key for key, rate in network.rate.items() if rate >= LEAST_RATE]
    chosen = iter(network.rng.permutation(large).tolist())
    changed = [
        _leaves(network, next(chosen), label, left)
        for label, left in LEFT.items()
        for _ in range(EACH)
    ]
    return network, changed


def _leaves(network: Network, key: str, label: str, left: float) -> Partial:
    rows = network.rows
    whole = rows["practice_id"] == key
    names = np.array([f"{key[1:]}{place:06d}" for place in range(2)])
    rows.loc[whole, "provider"] = network.rng.choice(names, int(whole.sum()))
    theirs = network.of(key, ONSET) & (rows["provider"] == names[0])
    network.drop(theirs & (network.rng.random(len(rows)) >= left))
    return Partial(label, key, str(names[0]))


@dataclass
class Named:
    """The first week after ONSET in which a part of a practice was named, by practice and part."""

    weeks: dict[tuple[str, str, str], int]
    listed: dict[str, int]

    def add(self, week: int, parts: Iterable[tuple[str, Part]], listed: Iterable[str]) -> None:
        """Adds what one run said."""
        for key, part in parts:
            self.weeks.setdefault((key, part.kind, part.key), week)
        for key in listed:
            self.listed.setdefault(key, week)


def watched(network: Network) -> Named:
    """What the weekly runs after ONSET said."""
    intake = network.intake()
    prepared, history = prepare(intake.counts), History()
    named = Named({}, {})
    for week in range(NAMED_WITHIN + 1):
        date = as_of(ONSET + week)
        evaluation = evaluate(SETTINGS, as_known(intake, date), prepared, history, date)
        history = after(history, evaluation)
        if week:
            listed = [checkin.practice_id for checkin in evaluation.plan.listed]
            named.add(week, evaluation.findings.parts.items(), listed)
    return named


def section(seeds: range) -> str:
    """How often a part that leaves is named, as Markdown."""
    waited: dict[str, list[float]] = {label: [] for label in LEFT}
    listed = dict.fromkeys(LEFT, 0)
    wrong = steady_ones = 0
    for seed in seeds:
        network, changed = planted(seed)
        named = watched(network)
        for one in changed:
            week = named.weeks.get((one.practice_id, "provider", one.provider), np.inf)
            waited[one.label].append(week)
            listed[one.label] += one.practice_id in named.listed
        others = set(network.practices) - {one.practice_id for one in changed}
        early = {key for (key, _, _), week in named.weeks.items() if week <= FALSE_WITHIN}
        wrong, steady_ones = wrong + len(others & early), steady_ones + len(others)
    rows = [
        [label, len(weeks), f"{_share(weeks):.0%}", _median(weeks), listed[label]]
        for label, weeks in waited.items()
    ]
    retired, false = _share(waited[next(iter(LEFT))]), wrong / max(steady_ones, 1)
    head = ["in a practice of two", "times", "named in 26 weeks", "median weeks", "listed"]
    return "\n\n".join(
        [
            f"### A part leaves\n\n{len(seeds)} networks of {PRACTICES} steady practices.",
            table(head, rows),
            f"- Who retires is named: {retired:.0%}:"
            f" {bar(retired >= LEAST_NAMED, 'at least 85 %')}.\n"
            f"- Of {steady_ones} other practices {wrong} ({false:.1%}) had a part named in"
            f" {FALSE_WITHIN} weeks: {bar(false <= MOST_FALSE, 'at most 2.5 %')}.",
        ]
    )


def _share(weeks: list[float]) -> float:
    return float(np.mean(np.isfinite(weeks)))


def _median(weeks: list[float]) -> str:
    middle = float(np.median(weeks))
    return f"{middle:.0f}" if np.isfinite(middle) else "–"


def main() -> None:
    """Measures these kinds alone and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="networks")
    parser.add_argument("--first", type=int, default=401, help="the first seed")
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds)))


if __name__ == "__main__":
    main()
