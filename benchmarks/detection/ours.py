"""quietdrop on a simulated network, week by week, with only what was known in each week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from benchmarks.detection.simulate import LAST_DAY, WEEKS, Simulated
from quietdrop.checkins.priority import stake
from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.circumstances import share_arrived
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.weekly_counts import Events, weekly
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.directory import Prefer
from quietdrop.lib.holidays import public_holidays

SHIPPED = DriftSettings()


def ours(
    network: Simulated, late_days: int = 0, settings: DriftSettings = SHIPPED
) -> tuple[FloatArray, FloatArray]:
    """P(drift now) and what is at stake, practices × runs; 0 where too little is known.

    With `late_days` every referral is recorded so many days after its day, give or take three.
    """
    return over_mornings(events_of(network, late_days), mornings_of(network), "US", settings)


def assessed_weekly(network: Simulated) -> Iterator[tuple[IntArray, Assessed]]:
    """Each run's assessment, with the practice behind each of its rows."""
    return assessed_on(events_of(network, 0), mornings_of(network), "US", SHIPPED)


def mornings_of(network: Simulated) -> list[date]:
    """The days of the network's runs."""
    return [LAST_DAY - timedelta(weeks=WEEKS - run) for run in network.runs.tolist()]


def over_mornings(
    referrals: Events, mornings: Sequence[date], country: str, settings: DriftSettings = SHIPPED
) -> tuple[FloatArray, FloatArray]:
    """P(drift now) and what is at stake as a digest orders by it, streams × mornings, by the
    production path."""
    probability = np.zeros((len(referrals.ids), len(mornings)))
    at_stake = np.zeros_like(probability)
    for column, (row, assessed) in enumerate(assessed_on(referrals, mornings, country, settings)):
        frame = assessed.frame
        drifting = frame["drift_probability"].astype(float).fillna(0.0).to_numpy()
        probability[row, column] = drifting
        at_stake[row, column] = np.nan_to_num(stake(frame, Prefer.VOLUME))
    return probability, at_stake


def assessed_on(
    referrals: Events, mornings: Sequence[date], country: str, settings: DriftSettings
) -> Iterator[tuple[IntArray, Assessed]]:
    """Each morning's assessment by the production path, with the stream behind each of its rows."""
    place_of = {name: place for place, name in enumerate(referrals.ids)}
    for as_of in mornings:
        cadence = weekly(referrals, as_of)
        holidays = public_holidays(country, "", cadence.week_start(0), as_of)
        around = Circumstances(holidays, share_arrived(cadence, referrals))
        rows = np.array([place_of[name] for name in cadence.ids], dtype=np.int64)
        yield rows, assess(cadence, settings, around)


def events_of(network: Simulated, late_days: int) -> Events:
    practice, day, number = network.days
    recorded = np.full(len(day), -1, dtype=np.int64)
    if late_days:
        rng = np.random.default_rng([network.seed, late_days])
        recorded = day + np.maximum(late_days + rng.integers(-3, 4, len(day)), 0)
    ids = tuple(f"P{i:05d}" for i in range(len(network.counts)))
    return Events(ids, practice, day, recorded, number)
