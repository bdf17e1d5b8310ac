"""A feed that breaks, planted: how soon is the run held, and how often is a sound one?

Judged week by week as the production path does, but for the practices' own drifts, which do not
bear on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.detection.planted_network import BEGIN, as_of, by_file, steady
from benchmarks.detection.simulate import WEEKS
from benchmarks.detection.tables import table
from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.detection.aggregates import Division, watch
from quietdrop.detection.circumstances import share_arrived
from quietdrop.detection.exposure import Circumstances, network_exposure
from quietdrop.detection.weekly_counts import weekly
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.feed_faults import feed_faults, overdue
from quietdrop.evaluation.feed_rhythm import due_of, rhythm_of
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.replay import as_known
from quietdrop.lib.holidays import public_holidays

PRACTICES = 200
FIRST_RUN = 104  # with two years behind it, the last of them at the end of the network
PATIENCE = 4  # weekly runs in which a break is waited for
SETTINGS = Settings(source=SourceSettings(referrals="-"))
Break = Callable[[np.random.Generator, pd.DataFrame, int], pd.Series]


def _newer(rows: pd.DataFrame, week: int) -> pd.Series:
    return rows["week"] >= week


def _lost(rng: np.random.Generator, rows: pd.DataFrame, share: float) -> np.ndarray:
    return rng.random(len(rows)) < share


BREAKS: dict[str, Break] = {
    "nothing arrives any more": lambda _, rows, week: _newer(rows, week),
    "the network loses 70 %": lambda rng, rows, week: _newer(rows, week) & _lost(rng, rows, 0.7),
    "the network loses half": lambda rng, rows, week: _newer(rows, week) & _lost(rng, rows, 0.5),
    "a location stops": lambda _, rows, week: _newer(rows, week) & (rows["location"] == "North"),
    "a location loses 70 %": lambda rng, rows, week: (
        _newer(rows, week) & (rows["location"] == "North") & _lost(rng, rows, 0.7)
    ),
    "one of two files ends": lambda _, rows, week: (
        _newer(rows, week) & rows["practice_id"].str[-1].isin(list("01234"))
    ),
    "a quarter of one week arrives": lambda rng, rows, week: (
        (rows["week"] == week) & _lost(rng, rows, 0.75)
    ),
}


def section(networks: int) -> str:
    """Each break ten times in so many networks. Out: the section as Markdown."""
    held: dict[str, list[int]] = {label: [] for label in BREAKS}
    runs = falsely = 0
    for seed in range(1, networks + 1):
        network = steady(seed, PRACTICES)
        sound = network.intake()
        holds = list(_held(sound, range(FIRST_RUN, WEEKS + 1)))
        runs, falsely = runs + len(holds), falsely + sum(holds)
        for label, lost in BREAKS.items():
            held[label] += [_waited(network.rng, sound, lost) for _ in range(10)]
    rows = [
        [label, len(waits), *(f"{_by(waits, week):.0%}" for week in (1, 2, PATIENCE))]
        for label, waits in held.items()
    ]
    head = ["from a week on", "times", "held by the first run", "second", "fourth"]
    return "\n\n".join(
        [
            f"In {networks} networks of {PRACTICES} steady practices the feed breaks, each time on"
            " the first day of another week. A held run tells the managers and exits with 3.",
            table(head, rows),
            f"{falsely} of {runs} weekly runs over sound feeds were held ({falsely / runs:.1%});"
            " each network has two weeks of snow in which everybody sends half.",
        ]
    )


def _by(waits: list[int], week: int) -> float:
    return sum(0 < waited <= week for waited in waits) / len(waits)


def _waited(rng: np.random.Generator, sound: Intake, lost: Break) -> int:
    """Weekly runs until one is held, 0 where none is."""
    week = int(rng.integers(FIRST_RUN, WEEKS - PATIENCE))
    rows = sound.counts.assign(week=(sound.counts["day"] - BEGIN) // 7)
    counts = sound.counts[~lost(rng, rows, week)].reset_index(drop=True)
    broken = replace(sound, counts=counts, by_source=by_file(counts))
    runs = range(week + 1, week + PATIENCE + 1)
    return next((n for n, held in enumerate(_held(broken, runs), 1) if held), 0)


def _held(intake: Intake, weeks: range) -> Iterator[bool]:
    """Whether the run on the first day of each week is held."""
    prepared = prepare(intake.counts)
    for week in weeks:
        today = as_of(week)
        known_then = as_known(intake, today)
        cadence = weekly(prepared.practices, today)
        holidays = public_holidays("US", "", cadence.week_start(0), today)
        given = Circumstances(holidays, share_arrived(cadence, prepared.practices))
        pool = network_exposure(cadence.counts, cadence.live, cadence.span, given)
        division = Division(intake.practices, prepared.across)
        streams = watch(cadence, pool, division, SETTINGS.drift.priors)
        rhythm = rhythm_of(known_then, History(), today)
        due = due_of(SETTINGS.feed, known_then, rhythm, today)
        faults = overdue(SETTINGS.feed, known_then, today, due)
        yield bool(faults or feed_faults(SETTINGS, known_then, None, today, streams))
