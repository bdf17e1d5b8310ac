"""How often rates wander: learned from the pool's rises, which are never drifts.

A rate that wanders falls as often as it rises, by the same factors. So each rise to 1/m of the
baseline that the pool has seen stands for a fall to m that no referrer decided upon, and `drift`
sets such falls against the drifts of the same shape. The hazards of rises are those of greatest
posterior probability, by expectation and maximization (Dempster, Laird and Rubin 1977).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quietdrop.detection.bayes_factors import log_bayes_factors, newest_weeks
from quietdrop.detection.log_sums import log_sum_exp
from quietdrop.detection.templates import RAMP_WEEKS, Templates, templates
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.priors import Priors

# Falls whose mirror image is looked for; the first only keeps small rises from passing as large.
MIRRORED_LEVELS = (0.75, 0.6, 0.45, 0.3)
MIRRORED_FLOOR = 0.35
# Rises a stream and week in a pool of which nothing is known, as simulated networks have them.
USUAL = np.array([1e-4, 1.5e-4, 3e-5, 1e-5, 2e-5, 7e-5])
USUAL_WEIGHT = 5000.0  # stream-weeks for which USUAL counts
UNSEEN = 3.0  # rises for each one seen: dispersion hides most. Set on simulated networks
LEAST_LIFE = 26  # weeks before the window for which a stream must have been seen
LEAST_REFERRALS = 3.0
SAMPLE = 1000  # streams
PASSES = 30


@dataclass(frozen=True)
class Sample:
    """Some streams of the pool: counts and exposure, streams × weeks, and each one's φ."""

    counts: FloatArray
    exposure: FloatArray
    dispersion: FloatArray


def wander_hazards(
    counts: FloatArray,
    exposure: FloatArray,
    dispersion: FloatArray,
    priors: Priors,
    *,
    prior_rate: float,
) -> FloatArray:
    """`sampled_hazards` where the streams are the whole pool. In: streams × weeks."""
    rows = sample(tells_of_wandering(counts, exposure, priors))
    return sampled_hazards(
        Sample(counts[rows], exposure[rows], dispersion[rows]), priors, prior_rate
    )


def sampled_hazards(of: Sample, priors: Priors, prior_rate: float) -> FloatArray:
    """In: a sample of the pool and priors, as `posterior` takes them. Out: for each of its drift
    templates, how often a week a rate wanders along it."""
    window = min(priors.window_weeks, of.counts.shape[1])
    if not len(of.counts):
        return UNSEEN * _mirrored(USUAL, window)
    weeks = newest_weeks(of.counts, of.exposure, window, priors.discount)
    recent = (weeks, of.dispersion, prior_rate)
    shapes = templates(window)
    falls = log_bayes_factors(*recent, shapes) + np.log(priors.hazard * shapes.weight)
    otherwise = np.logaddexp(0.0, log_sum_exp(falls, axis=(1, 2)))
    rises = log_sum_exp(log_bayes_factors(*recent, _rises(window)), axis=1)
    return UNSEEN * _mirrored(_rise_hazards(rises, otherwise, len(of.counts) * window), window)


def tells_of_wandering(counts: FloatArray, exposure: FloatArray, priors: Priors) -> BoolArray:
    """Which streams have enough of a past."""
    window = min(priors.window_weeks, counts.shape[1])
    seen = (exposure > 0).sum(axis=1) >= window + LEAST_LIFE
    return np.asarray(seen & (counts.sum(axis=1) >= LEAST_REFERRALS), dtype=bool)


def sample(eligible: BoolArray) -> IntArray:
    """At most SAMPLE of the streams, evenly spread over those with enough of a past."""
    rows = np.flatnonzero(eligible)
    step = max(-(-len(rows) // SAMPLE), 1)
    return np.asarray(rows[::step], dtype=np.int64)


def _rises(window: int) -> Templates:
    """The shapes of a rise: steps and ramps, each one over that of a fall."""
    week = np.arange(window)
    share = [np.full(window, 1.0 / level) for level in MIRRORED_LEVELS]
    for length in RAMP_WEEKS:
        fall = 1.0 - (1.0 - MIRRORED_FLOOR) * np.minimum((week + 0.5) / length, 1.0)
        share.append(1.0 / fall)
    return Templates(np.array(share), np.ones(len(share)), np.zeros(len(share), dtype=bool))


def _mirrored(rises: FloatArray, window: int) -> FloatArray:
    """The hazard of each rise at the drift template that is its mirror image, 0 elsewhere."""
    shapes = templates(window)
    falls = shapes.share[shapes.is_drift]
    mirror = 1.0 / _rises(window).share
    alike = np.isclose(falls[:, None, :], mirror[None, :, :]).all(axis=2)
    return np.asarray(alike @ rises, dtype=float)


def _rise_hazards(rises: FloatArray, otherwise: FloatArray, stream_weeks: int) -> FloatArray:
    """In: log evidence of each rise, streams × rises, and that the stream fell or was steady. Out:
    each rise's hazard a stream and week."""
    estimate = USUAL
    for _ in range(PASSES):
        log_rise = rises + np.log(estimate)
        total = np.logaddexp(otherwise, log_sum_exp(log_rise, axis=1))
        seen = np.exp(log_rise - total[:, None]).sum(axis=0)
        estimate = (seen + USUAL_WEIGHT * USUAL) / (stream_weeks + USUAL_WEIGHT)
    return estimate
