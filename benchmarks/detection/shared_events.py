"""What happens to many practices at once: a competitor opens, or a location of ours closes.

`python -m benchmarks.detection.shared_events` measures these alone, in minutes, by the production
path: how soon a common cause is told and how often falsely; who is listed because of a closure that
nobody announced.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.detection.planted import SETTINGS
from benchmarks.detection.planted_network import CLOSING, Network, as_of, steady
from benchmarks.detection.tables import bar, table
from quietdrop.checkins.history import History
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.replay import after, as_known

PRACTICES, TERRITORIES = 120, 4
BEGINS = 128  # week
LOSE, LOST = 12, 1 / 3  # practices of the first territory, and the share that goes elsewhere
TOLD_WITHIN = 13  # weeks
LEAST_TOLD = 0.8
WATCHED = 26  # weeks of a steady network, in which nothing is to be told
CLOSED_WEEKS = 3
AFFECTED = 40  # practices that mostly send to the location that closes
MOSTLY = 0.9  # of their patients
MOST_MORE = 1.0  # practices a network
AFTER = 12  # weeks in which a listing may be because of the closure


def divided(seed: int) -> Network:
    """A steady network of which each quarter is a territory."""
    network = steady(seed, PRACTICES)
    for place, key in enumerate(sorted(network.practices)):
        territory = f"Territory {place % TERRITORIES + 1}"
        network.practices[key] = replace(network.practices[key], territory=territory)
    return network


def competitor(network: Network) -> list[str]:
    """A competitor opens in the first territory; returns who loses to it."""
    here = [key for key, one in network.practices.items() if one.territory == "Territory 1"]
    losing = network.rng.permutation(sorted(here))[:LOSE].tolist()
    theirs = network.rows["practice_id"].isin(losing) & (network.rows["week"] >= BEGINS)
    network.drop(theirs & (network.rng.random(len(network.rows)) < LOST))
    return [str(key) for key in losing]


def closure(network: Network) -> list[str]:
    """A location takes nobody for some weeks, without a word; returns whose patients went there."""
    affected = network.rng.permutation(sorted(network.practices))[:AFFECTED].tolist()
    rows = network.rows
    theirs = rows["practice_id"].isin(affected)
    there = theirs & (network.rng.random(len(rows)) < MOSTLY)
    rows.loc[there, "location"] = CLOSING
    shut = rows["week"].between(BEGINS, BEGINS + CLOSED_WEEKS - 1)
    network.drop(shut & (rows["location"] == CLOSING))
    return [str(key) for key in affected]


def runs(network: Network, weeks: int) -> Iterator[tuple[int, Evaluation]]:
    """The weekly job after BEGINS: how many weeks later, and what it decided. A held run tells
    nobody, and is not handed out."""
    intake = network.intake()
    prepared, history = prepare(intake.counts), History()
    for week in range(weeks + 1):
        today = as_of(BEGINS + week)
        evaluation = evaluate(SETTINGS, as_known(intake, today), prepared, history, today)
        if evaluation.faults:
            continue
        history = after(history, evaluation)
        if week:
            yield week, evaluation


def section(seeds: range) -> str:
    """Both, as Markdown."""
    return "\n\n".join([_competitor(seeds), _closure(seeds)])


def _competitor(seeds: range) -> str:
    waited, listed, false, false_weeks = list[float](), 0, 0, 0
    for seed in seeds:
        network = divided(seed)
        causes = [_causes(evaluation) for _, evaluation in runs(network, WATCHED)]
        false += len(set().union(*causes))
        false_weeks += len(causes)
        losing = competitor(network)
        first_week, listings = np.inf, set[str]()
        for week, evaluation in runs(network, TOLD_WITHIN):
            if ("territory", "Territory 1") in _causes(evaluation):
                first_week = min(first_week, week)
            listings |= {checkin.practice_id for checkin in evaluation.plan.listed}
        waited.append(first_week)
        listed += len(listings & set(losing))
    share = float(np.mean(np.isfinite(waited)))
    years = false_weeks / 52.0
    return "\n\n".join(
        [
            f"### A competitor opens\n\n{len(seeds)} networks of {PRACTICES} practices in"
            f" {TERRITORIES} territories; {LOSE} of one territory's {PRACTICES // TERRITORIES} lose"
            " a third.",
            table(
                ["told within 13 weeks", "median week", "of those who lose, listed each"],
                [[f"{share:.0%}", _middle(waited), f"{listed / len(seeds):.1f} of {LOSE}"]],
            ),
            f"- Told: {bar(share >= LEAST_TOLD, 'in at least 80 %')}.\n- While nothing happens,"
            f" {false} common causes are told in {years:.1f} years of a network:"
            f" {bar(false <= years / 5.0, 'at most one in 5 years')}.",
        ]
    )


def _causes(evaluation: Evaluation) -> set[tuple[str, str]]:
    """The groups that are told as falling together."""
    return {(one.kind, one.key) for one in evaluation.findings.together}


def _middle(waited: list[float]) -> str:
    middle = float(np.median(waited))
    return f"{middle:.0f}" if np.isfinite(middle) else "–"


def _closure(seeds: range) -> str:
    listed = before = asked = 0
    for seed in seeds:
        network = divided(seed)
        usual = _listed(network, set(network.practices))
        affected = set(closure(network))
        before += len(usual & affected)
        listed += len(_listed(network, affected))
        asked += any(
            CLOSING in {each.location for each in evaluation.asked_closures}
            for _, evaluation in runs(network, AFTER)
        )
    more = (listed - before) / len(seeds)
    return "\n\n".join(
        [
            f"### A location of ours closes without a word\n\n{len(seeds)} networks; for"
            f" {CLOSED_WEEKS} weeks, {AFFECTED} practices send nine in ten patients there.",
            f"- Listed of the {AFFECTED} within {AFTER} weeks: {listed / len(seeds):.1f} a network;"
            f" {before / len(seeds):.1f} if it had stayed open, the false check-ins that any"
            f" {AFFECTED} practices have in so many weeks. More because of it:"
            f" {bar(more <= MOST_MORE, 'at most 1')}.\n"
            f"- Found and asked about: {asked} of {len(seeds)}.",
        ]
    )


def _listed(network: Network, wanted: set[str]) -> set[str]:
    """Who of those is listed within the weeks after the closure began."""
    seen: set[str] = set()
    for _, evaluation in runs(network, AFTER):
        seen |= {checkin.practice_id for checkin in evaluation.plan.listed}
    return seen & wanted


def main() -> None:
    """Measures these kinds alone and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6, help="networks of each kind")
    parser.add_argument("--first", type=int, default=901, help="the first seed")
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds)))


if __name__ == "__main__":
    main()
