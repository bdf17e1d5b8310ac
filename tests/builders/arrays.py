"""A small set of streams of every kind, in arrays: what detection's figures are recorded of."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.change_point import Basis
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray

PRIORS = DriftSettings().priors
WEEKS = 170
START_DAY = 19_000  # 2022-01-08
LENGTHS = (1, 4, 8, 9, 13, 26, 27, 39, 52, 65, 66, 77, 78, 79, 91, 104, 130, 131)  # weeks
PROFILE = np.array([0.0, 0.1, 0.2, 0.3, 0.2, 0.2, 0.0])


def _counts() -> FloatArray:
    """Streams × weeks: even and bursty ones, falls, slides, seasons, late and sparse ones."""
    rng = np.random.default_rng(8)
    week = np.arange(WEEKS)
    slide = 1.0 - 0.6 * np.clip((week - 110) / 60.0, 0.0, 1.0)
    season = 1.0 + 0.7 * np.cos(2.0 * np.pi * week / 52.0)
    rates = [np.full(WEEKS, rate) for rate in (0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0)]
    rates += [rate * slide for rate in (1.0, 3.0, 9.0)]
    rates += [rate * season for rate in (2.0, 6.0)]
    rates += [3.0 * np.where(week < WEEKS - left, 1.0, 0.3) for left in (3, 10, 36, 45, 80, 120)]
    rates += [3.0 * np.where(week < WEEKS - left, 0.4, 1.0) for left in (12, 30)]
    rates += [np.where(week >= begin, 2.0, 0.0) for begin in (105, 140, 162)]
    rates += [rng.gamma(0.4, 5.0, WEEKS) for _ in range(2)]
    return np.array([rng.poisson(rate) for rate in rates] + [np.ones(WEEKS)], dtype=float)


COUNTS = _counts()
EXPOSURE = np.where(COUNTS.cumsum(axis=1) > 0, 1.0, 0.0) * (0.9 + 0.2 * (np.arange(WEEKS) % 2))
PHI = np.where(np.arange(len(COUNTS)) % 3 == 0, 0.6, 1.0 + 0.1 * np.arange(len(COUNTS)))
BASIS = Basis(PHI, 0.3)


def newest(number: int) -> Weeks:
    """So many weeks, of which the last ends before a Monday of 2026."""
    return Weeks(date(2026, 7, 6) - timedelta(weeks=number), number, PROFILE)
