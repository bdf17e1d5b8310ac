"""The informed detector: it knows every practice's true rate, growth, exposure and dispersion,
and the family of shapes; not whether, when or how a practice drifts, nor its absences.
"""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from benchmarks.detection.simulate import HAZARD, Simulated
from quietdrop.detection.templates import templates
from quietdrop.domain.arrays import FloatArray

WINDOW = 39


def informed(network: Simulated) -> tuple[FloatArray, FloatArray]:
    """P(drift now) and referrals lost a week, practices × runs."""
    expected = network.rate * network.exposure[None, :]
    expected = expected * (np.arange(expected.shape[1])[None, :] >= network.start[:, None])
    probability = np.zeros((len(expected), len(network.runs)))
    lost = np.zeros_like(probability)
    for place, run in enumerate(network.runs):
        weeks = slice(int(run) - WINDOW, int(run))
        probability[:, place], lost[:, place] = _judge(
            network.counts[:, weeks], expected[:, weeks], network.burst, 1.0 / network.shape
        )
    return probability, lost


def _judge(
    counts: FloatArray, expected: FloatArray, burst: FloatArray, dispersion: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The posterior of drift over onsets and templates, given the true expectation."""
    shapes = templates(WINDOW)
    log_prior = np.log(shapes.weight * HAZARD)
    gain = np.full((len(counts), WINDOW, len(shapes.weight)), -np.inf)
    for template in range(len(shapes.weight)):
        for onset in range(WINDOW):
            share = shapes.share[template, : WINDOW - onset]
            y, mean = counts[:, onset:], expected[:, onset:]
            step = _log_ratio(y, mean, share, burst) / dispersion[:, None]
            gain[:, onset, template] = step.sum(axis=1) + log_prior[template]
    drift = gain[:, :, shapes.is_drift].reshape(len(counts), -1)
    rivals = gain[:, :, ~shapes.is_drift].reshape(len(counts), -1)
    evidence = logsumexp(drift, axis=1)
    total = np.logaddexp(0.0, np.logaddexp(evidence, logsumexp(rivals, axis=1)))
    now = shapes.share[shapes.is_drift][:, ::-1].T.reshape(-1)
    share = np.exp(drift - evidence[:, None])
    lost = expected[:, -8:].mean(axis=1) * (1.0 - (share * now[None, :]).sum(axis=1))
    return np.exp(evidence - total), lost


def _log_ratio(y: FloatArray, mean: FloatArray, share: FloatArray, burst: FloatArray) -> FloatArray:
    """log f(y; share·mean) / f(y; mean): negative binomial where α > 0, else Poisson."""
    alpha = np.maximum(burst, 1e-9)[:, None]
    poisson = y * np.log(share)[None, :] + mean * (1.0 - share[None, :])
    size = 1.0 / alpha
    negative = y * np.log(share)[None, :] - (y + size) * (
        np.log1p(alpha * mean * share[None, :]) - np.log1p(alpha * mean)
    )
    return np.where(burst[:, None] > 0, negative, poisson)
