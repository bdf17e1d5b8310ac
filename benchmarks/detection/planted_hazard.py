"""Networks in which our own wait drives practices away, and the same where it does not.

Written for `python -m benchmarks.detection.hazard`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.detection.simulate import (
    HAZARD,
    LAST_DAY,
    RUNS,
    WEEKS,
    Simulated,
    drawn_referrals,
    simulate,
    wander,
)
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH

USUAL_WAIT = 10.0  # days
WAIT_SD, WAIT_MEMORY = 0.6, 0.97  # of the log wait, which wanders from week to week
TIMES = 2.5  # as likely to leave, for one sd of the log wait
SCATTER = 0.4  # sd of the log wait within a week


@dataclass(frozen=True)
class Waiting:
    """A network, its referrals' appointments as Intake.access has them, and the true hazard ratio
    of each practice-week."""

    network: Simulated
    access: pd.DataFrame
    ratio: FloatArray  # practices × weeks


def waiting(seed: int, practices: int, *, drives: bool, kind: str = "mixed") -> Waiting:
    """A network in which practices drop because their patients wait, or for no reason."""
    plain = simulate(seed, practices, kind)
    rng = np.random.default_rng([seed, 19, int(drives)])
    log_wait = wander(rng, practices, WAIT_SD, WAIT_MEMORY)
    ratio = TIMES ** (log_wait / WAIT_SD) if drives else np.ones_like(log_wait)
    ratio /= ratio.mean()
    onset, kept = _drops(rng, HAZARD * ratio, plain.start)
    mean = plain.rate * plain.exposure * kept * plain.away
    mean *= np.arange(WEEKS) >= plain.start[:, None]
    counts, days = drawn_referrals(rng, mean, plain.burst, plain.shape)
    network = replace(plain, counts=counts, days=days, kept=kept, onset=onset)
    return Waiting(network, _appointments(rng, days, log_wait), ratio)


def _drops(
    rng: np.random.Generator, hazard: FloatArray, start: np.ndarray
) -> tuple[np.ndarray, FloatArray]:
    """At most one drop a practice, from its 13th week on, in any year: the past has to teach."""
    practices = len(hazard)
    happens = rng.random((practices, WEEKS)) < hazard
    happens &= np.arange(WEEKS) >= start[:, None] + 13
    first = np.where(happens.any(axis=1), happens.argmax(axis=1), -1)
    kept = np.ones((practices, WEEKS))
    for row in np.flatnonzero(first >= 0):
        kept[row, first[row] :] = rng.choice([0.0, 0.2, 0.4, 0.55])
    return first, kept


def _appointments(
    rng: np.random.Generator, days: tuple[np.ndarray, ...], log_wait: FloatArray
) -> pd.DataFrame:
    practice, day, number = days
    week = (day - ((LAST_DAY - EPOCH).days - 7 * WEEKS)) // 7
    noise = rng.normal(0.0, SCATTER, len(day))
    wait = np.round(USUAL_WAIT * np.exp(log_wait[practice, week] + noise)).astype(np.int64)
    return pd.DataFrame(
        {
            "practice_id": [f"P{i:05d}" for i in practice.tolist()],
            "day": day,
            "wait": wait,
            "seen_on": day + wait,
            "noted": True,
            "declined": False,
            "referrals": number,
        }
    )


def first_judged(network: Simulated) -> Simulated:
    """The network with only the drops of the weeks that are judged; older ones are settled."""
    return replace(network, onset=np.where(network.onset >= WEEKS - RUNS, network.onset, -1))
