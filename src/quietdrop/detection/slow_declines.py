"""Slow declines: rates that slide for a year or longer, which the weekly evidence gets used to.

The weekly detector forgets its past at 1.5 % a week, so that half of a slide over a year becomes
its own baseline. Here nothing is forgotten: this year is held against all years before it, each
stream against its own season. Three accounts of a stream are weighed, by the gamma-Poisson
marginal likelihood of `bayes_factors` with δ = 1:

    steady:  one rate throughout
    slide:   from week τ of the last year and a half the rate goes down to 40 % over 15 months
    step:    the rate fell half a year ago or earlier, at once, and has been steady since

    log factor = log mean_τ BF(slide) − log( 1 + mean BF(step) )

so that a fall which is over, and was told when it came, is no slow decline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quietdrop.detection.bayes_factors import PRIOR_SHAPE
from quietdrop.detection.dispersion import level_dispersion
from quietdrop.detection.log_sums import log_sum_exp
from quietdrop.domain.arrays import FloatArray, IntArray

SLIDE_WEEKS, SLIDE_LEFT = 65, 0.4  # between the fades of 12 and of 18 months that are looked for
BEGAN_WITHIN = 78  # weeks
STANDING = 8  # weeks; the weekly evidence speaks of the newest
STEP_LEVELS = (0.3, 0.5, 0.7)  # of the rate, that are left after a step
STEP_OLDEST, STEP_NEWEST = 130, 26  # weeks ago
EVERY = 3  # weeks between the onsets that are tried
LEAST_PAST = 26.0  # ordinary weeks before an onset, or there is nothing to compare with
# Log factor from which it is told: of steady and seasonal practices of simulated networks 1.2 in
# 100 are told falsely in a year (`python -m benchmarks.detection.slow_fades`).
TOLD = 0.9


@dataclass(frozen=True)
class SlowDecline:
    """One value a stream: the log factor of a slide, its most likely first week (an index into all
    weeks), the rates of an ordinary week before it and over the last half year."""

    log_factor: FloatArray
    onset: IntArray
    before: FloatArray
    now: FloatArray


def slow_declines(counts: FloatArray, exposure: FloatArray, prior_rate: float) -> SlowDecline:
    """Weighs each stream's slow decline.

    Args:
        counts: Referrals, streams × weeks, without very large batches.
        exposure: The chances of a steady referrer, each stream's own season among them.
        prior_rate: b of the Gamma(a, b) prior, in weeks of exposure.
    """
    streams, weeks = counts.shape
    came, chances = _until(counts), _until(exposure)
    phi = level_dispersion(counts, exposure)[:, None]
    slides = _slides(counts, exposure, came, chances, prior_rate) / phi
    steps = _steps(came, chances, prior_rate) / phi
    with np.errstate(divide="ignore"):
        factor = _log_mean(slides) - np.logaddexp(0.0, _log_mean(steps))
    onset = _onsets(weeks)[slides.argmax(axis=1)] if slides.shape[1] else np.zeros(streams, int)
    row, recent = np.arange(streams), max(weeks - STEP_NEWEST, 0)
    return SlowDecline(
        factor,
        onset,
        _rate(came[row, onset], chances[row, onset]),
        _rate(came[:, -1] - came[:, recent], chances[:, -1] - chances[:, recent]),
    )


def _until(values: FloatArray) -> FloatArray:
    """The sum of all weeks before each; the last column is that of all."""
    return np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1)], axis=1)


def _onsets(weeks: int) -> IntArray:
    """The weeks in which a slide may have begun."""
    return np.arange(max(weeks - BEGAN_WITHIN, 0), weeks - STANDING, EVERY)


def _slides(
    counts: FloatArray,
    exposure: FloatArray,
    came: FloatArray,
    chances: FloatArray,
    prior_rate: float,
) -> FloatArray:
    """log BF of a slide from each onset on, streams × onsets."""
    weeks = counts.shape[1]
    onset = _onsets(weeks)
    age = np.arange(weeks)[:, None] - onset[None, :]  # weeks × onsets
    gone = (1.0 - SLIDE_LEFT) * np.minimum((age + 0.5) / SLIDE_WEEKS, 1.0)
    left = np.where(age >= 0, 1.0 - gone, 1.0)
    total = PRIOR_SHAPE + came[:, -1:]
    whole, kept = prior_rate + chances[:, -1:], prior_rate + exposure @ left
    gain = counts @ np.log(left) + total * (np.log(whole) - np.log(kept))
    return np.asarray(np.where(chances[:, onset] >= LEAST_PAST, gain, -np.inf), dtype=float)


def _steps(came: FloatArray, chances: FloatArray, prior_rate: float) -> FloatArray:
    """log BF of a step in each earlier week to each level, streams × (weeks · levels)."""
    weeks = came.shape[1] - 1
    onset = np.arange(max(weeks - STEP_OLDEST, 0), weeks - STEP_NEWEST, EVERY)
    since = came[:, -1:] - came[:, onset]
    exposed = chances[:, -1:] - chances[:, onset]
    total, whole = PRIOR_SHAPE + came[:, -1:], prior_rate + chances[:, -1:]
    gains = [
        since * np.log(level) + total * (np.log(whole) - np.log(whole - (1.0 - level) * exposed))
        for level in STEP_LEVELS
    ]
    seen = chances[:, onset] > 0
    return np.concatenate([np.where(seen, gain, -np.inf) for gain in gains], axis=1)


def _log_mean(gain: FloatArray) -> FloatArray:
    """log of the mean of exp(gain) over columns; −inf where there are none."""
    if not gain.shape[1]:
        return np.full(len(gain), -np.inf)
    return np.asarray(log_sum_exp(gain, axis=1) - np.log(gain.shape[1]), dtype=float)


def _rate(came: FloatArray, chances: FloatArray) -> FloatArray:
    return np.divide(came, chances, out=np.zeros(len(came)), where=chances > 0)
