"""How many false check-ins each threshold would have brought, by what happened afterwards.

Whether an alarm of the past was false is not known for sure: the probability that was said of it
is set against the weeks that followed. With the baseline r, the remaining share m and exposures s
as they were said, y referrals since make "it was as ever" so much likelier than "it had fallen":

    log LR = [ Σ y·log(1/m) − r·(1 − m)·Σ s ] / φ

so that an alarm said with P counts as false by (1 − P)·LR / ((1 − P)·LR + P).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from quietdrop.domain.arrays import BoolArray, FloatArray

REST = 8  # weeks from an alarm to the first that is another check-in
AFTER = 26  # weeks that tell whether an alarm was false; a later fall is another one
LEAST_KEPT, MOST_KEPT = 0.02, 0.9  # remaining shares that counts can speak about
CERTAIN = 1e-6  # no probability is closer to 0 or 1


@dataclass(frozen=True)
class Looks:
    """What was said on each date, practices × dates, and which practices were judged then."""

    probability: FloatArray
    log_ratio: FloatArray  # of "as ever" over "fallen", by the weeks that followed
    judged: BoolArray

    @property
    def practice_years(self) -> float:
        """How long practices were judged; the first date only says whose alarm stood before."""
        return float(self.judged[:, 1:].sum() / 52.0)


def log_as_ever(
    counts: FloatArray,
    exposure: FloatArray,
    baseline: FloatArray,
    remaining: FloatArray,
    dispersion: FloatArray,
) -> FloatArray:
    """By stream, by how much likelier the weeks are at the baseline than at the remaining share of
    it (a log). `counts` and `exposure` are streams × all weeks that followed."""
    kept = np.clip(remaining, LEAST_KEPT, MOST_KEPT)
    came, usual = counts[:, :AFTER].sum(axis=1), baseline * exposure[:, :AFTER].sum(axis=1)
    return np.asarray((usual * (kept - 1.0) - came * np.log(kept)) / dispersion, dtype=float)


def false_alarms(looks: Looks, thresholds: Sequence[float]) -> FloatArray:
    """The expected number of false check-ins at each threshold."""
    said = np.clip(looks.probability, CERTAIN, 1.0 - CERTAIN)
    false = expit(looks.log_ratio - logit(said))
    return np.array([false[_begins(looks, least)].sum() for least in thresholds])


def _begins(looks: Looks, threshold: float) -> BoolArray:
    """The alarms that come REST weeks or more after the last; those of the first date began
    before."""
    alarm = looks.judged & (looks.probability >= threshold)
    so_far = alarm.cumsum(axis=1)
    rested = np.zeros_like(so_far)
    rested[:, REST:] = so_far[:, :-REST]
    begins = alarm & (so_far - rested == 1)
    begins[:, :1] = False
    return np.asarray(begins, dtype=bool)
