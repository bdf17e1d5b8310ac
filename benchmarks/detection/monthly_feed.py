"""A feed that is entered, or refreshed, once a month.

`python -m benchmarks.detection.monthly_feed` measures these alone, in minutes, by the production
path: how many runs are held, and how much later a practice that stops is listed than where rows are
entered every day.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from benchmarks.detection.planted import SETTINGS
from benchmarks.detection.planted_network import Network, as_of, steady
from benchmarks.detection.tables import bar, table
from quietdrop.checkins.history import History
from quietdrop.detection.reporting_delay import MATURE_DAYS
from quietdrop.domain.arrays import IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.replay import after, as_known
from quietdrop.lib.periods import last_day

PRACTICES = 150
STOPS, RUNS = 128, 27  # week, weekly runs after it
STOPPING = 15  # practices
LEAST_RATE = 1.0  # referrals a week of a practice that stops
BEFORE = 26  # weekly runs before it: refreshes that a run has seen
MOST_LATER = 3.0  # weeks
FEEDS = ("entered every day", "entered once a month", "refreshed once a month")


@dataclass
class Outcome:
    """What the runs over one kind of feed came to."""

    runs: int = 0
    held: int = 0
    waited: tuple[float, ...] = ()  # weeks until each practice that stops was listed


def stopping(seed: int) -> tuple[Network, list[str]]:
    """A steady network in which some practices stop in the same week."""
    network = steady(seed, PRACTICES)
    large = [key for key, rate in network.rate.items() if rate >= LEAST_RATE]
    stop = [str(key) for key in network.rng.permutation(large)[:STOPPING]]
    network.drop(network.rows["practice_id"].isin(stop) & (network.rows["week"] >= STOPS))
    return network, stop


def fed(intake: Intake, feed: str) -> Intake:
    """The intake as it would be if rows came in that way."""
    if feed == FEEDS[0]:
        return intake
    counts = intake.counts
    if feed == FEEDS[1]:
        return replace(intake, counts=counts.assign(recorded=entered_monthly(counts["day"])))
    return replace(intake, counts=counts.assign(recorded=-1))


def entered_monthly(days: npt.ArrayLike) -> IntArray:
    """The first day of the month after each day, in days since 1970-01-01 like them."""
    each, place = np.unique(np.asarray(days), return_inverse=True)
    ends = [last_day(EPOCH + timedelta(days=day), "month") for day in each.tolist()]
    return np.array([(end - EPOCH).days + 1 for end in ends], dtype=np.int64)[place]


def read_on(intake: Intake, feed: str, today: date) -> Intake:
    """What the source gives on that morning."""
    if feed != FEEDS[2]:
        return as_known(intake, today)
    return as_known(intake, today.replace(day=1))  # all of the month before, nothing of this one


def runs(network: Network, stop: list[str], feed: str) -> Outcome:
    """The weekly job over one kind of feed; a held run tells nobody."""
    intake = fed(network.intake(), feed)
    outcome, history = Outcome(), History()
    listed: dict[str, int] = {}
    for week in range(-BEFORE, RUNS + 1):
        today = as_of(STOPS + week)
        known_then = read_on(intake, feed, today)
        evaluation = evaluate(SETTINGS, known_then, prepare(known_then.counts), history, today)
        seen = (*history.seen, *_seen(known_then, today))
        if week > 0:
            outcome.runs, outcome.held = outcome.runs + 1, outcome.held + bool(evaluation.faults)
        if not evaluation.faults:
            history = after(history, evaluation)
            for checkin in evaluation.plan.listed:
                listed.setdefault(checkin.practice_id, week)
        history = replace(history, seen=seen)
    outcome.waited = tuple(float(listed.get(key, RUNS + 1)) for key in stop)
    return outcome


def _seen(known_then: Intake, today: date) -> list[tuple[date, date, int]]:
    """What a run's row keeps for later ones: the referrals of each of the last days."""
    age = (today - EPOCH).days - known_then.counts["day"].to_numpy()
    recent = age <= MATURE_DAYS
    referrals = known_then.counts["referrals"].to_numpy()[recent]
    number = np.bincount(age[recent], weights=referrals, minlength=MATURE_DAYS + 1)
    return [(today, today - timedelta(days=ago), int(number[ago])) for ago in range(1, MATURE_DAYS)]


def section(seeds: range) -> str:
    """The three kinds of feed, as Markdown."""
    outcomes: dict[str, list[Outcome]] = {feed: [] for feed in FEEDS}
    for seed in seeds:
        network, stop = stopping(seed)
        for feed in FEEDS:
            outcomes[feed].append(runs(network, stop, feed))
    waited = {feed: [w for one in each for w in one.waited] for feed, each in outcomes.items()}
    held = {feed: sum(one.held for one in each) for feed, each in outcomes.items()}
    mean = {feed: float(np.mean(weeks)) for feed, weeks in waited.items()}
    rows = [
        [
            feed,
            f"{held[feed]} of {sum(one.runs for one in outcomes[feed])}",
            f"{mean[feed]:.1f}",
        ]
        for feed in FEEDS
    ]
    monthly = sum(held[feed] for feed in FEEDS[1:])
    later = max(mean[feed] for feed in FEEDS[1:]) - mean[FEEDS[0]]
    return "\n\n".join(
        [
            f"### Entered or refreshed once a month\n\n{len(seeds)} networks of {PRACTICES} steady"
            f" practices, of which {STOPPING} stop.",
            table(["rows are", "runs held", "mean weeks to the listing"], rows),
            f"- Runs of the monthly feeds held: {monthly}: {bar(monthly == 0, 'none')}.\n"
            f"- Later than with daily entry by {later:.1f} weeks at most:"
            f" {bar(later <= MOST_LATER, 'within 3 weeks')}.",
        ]
    )


def main() -> None:
    """Measures these feeds alone and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="networks")
    parser.add_argument("--first", type=int, default=951, help="the first seed")
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds)))


if __name__ == "__main__":
    main()
