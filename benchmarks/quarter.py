"""How right the quarter's words are, on simulated networks: `python -m benchmarks.quarter`.

Practices send by chance (Poisson) at rates of their own, season included. Some halve on the
quarter's first day, some stop in its middle; the rest are steady, so that each word about them is
a false one.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.reporting.quarter import quarter

AS_OF, BEGINS = date(2026, 7, 6), date(2024, 1, 1)
FIRST, MIDDLE, END = date(2026, 4, 1), date(2026, 5, 15), date(2026, 7, 1)
RATES = (1, 3, 6, 13, 26, 52)  # referrals a quarter
EACH = 100  # practices of a rate and a kind
KINDS = (*["steady"] * 18, "halves", "stops")
SEEDS = 5


def referrals(rng: np.random.Generator, days: list[date]) -> pd.DataFrame:
    """Each practice's referrals by day; a name is its rate, kind and number."""
    season = np.array([1.0 + 0.15 * np.cos(2 * np.pi * d.timetuple().tm_yday / 365) for d in days])
    after = {"halves": np.array([d >= FIRST for d in days]) * 0.5}
    after |= {"stops": np.array([d >= MIDDLE for d in days]) * 1.0}
    rows = []
    for rate in RATES:
        for place, kind in enumerate(KINDS):
            lost: FloatArray = after.get(kind, np.zeros(len(days)))
            level = rate / 65 * season * (1.0 - lost)
            practice, day = np.nonzero(counts := rng.poisson(level, (EACH, len(days))))
            names = [f"{rate}|{kind}|{place}|{number}" for number in practice]
            since = [(days[number] - EPOCH).days for number in day]
            rows.append(pd.DataFrame({"practice_id": names, "day": since}))
            rows[-1]["referrals"] = counts[practice, day]
    return pd.concat(rows, ignore_index=True).assign(recorded=-1, provider="")


def judged(seed: int) -> Counter[tuple[str, str, str]]:
    """How many practices of each rate and kind were given each word."""
    span = (AS_OF - BEGINS).days
    days = [BEGINS + timedelta(days=number) for number in range(span)]
    counts = referrals(np.random.default_rng(seed), [day for day in days if day.weekday() < 5])
    assessed = assess(weekly(events(counts), AS_OF), DriftSettings())
    intake = Intake(counts, {}, {}, (), len(counts), None)
    evaluation = Evaluation(intake, counts, assessed, [], History(), Plan(), {}, [])
    report = quarter(evaluation, assessed.frame.reset_index().assign(liaison=""), frozenset())
    assert report is not None
    words: Counter[tuple[str, str, str]] = Counter()
    for tally in report.parts["practice"]:
        rate, kind, *_ = tally.practice_id.split("|")
        words[rate, kind, tally.move] += 1
    return words


def main() -> None:
    """Prints a row a rate, in per cent of the practices of that rate and kind."""
    words = sum((judged(seed) for seed in range(SEEDS)), Counter[tuple[str, str, str]]())
    print("| a quarter | steady: up or down | steady: lost | halves: down | stops: down or lost |")
    print("|---|---|---|---|---|")
    for rate in map(str, RATES):
        steady, other = SEEDS * EACH * KINDS.count("steady") / 100, SEEDS * EACH / 100
        moved = words[rate, "steady", "up"] + words[rate, "steady", "down"]
        gone = words[rate, "stops", "down"] + words[rate, "stops", "lost"]
        sys.stdout.write(
            f"| {rate} | {moved / steady:.2f} % | {words[rate, 'steady', 'lost'] / steady:.2f} % "
            f"| {words[rate, 'halves', 'down'] / other:.0f} % | {gone / other:.0f} % |\n"
        )


if __name__ == "__main__":
    main()
