"""The closed-form evidence for a change of a stream's rate: arrays in, arrays out.

Gamma-Poisson marginal likelihood of "changed at onset τ along a template" over "no change",
given the discounted past, divided by the dispersion (a quasi-likelihood):

    log BF(τ, m) = [ Σ y·log m + (a + A + Σy)·( log(b + E + Σs) − log(b + E + Σ s·m) ) ] / φ

A and E are the discounted count and exposure before τ (power-steady model, Smith 1979).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quietdrop.detection.templates import LEVELS, Templates
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.priors import Priors

PRIOR_SHAPE = 0.5
SETTLED_WEEKS = 39  # how far beyond the window an old fall is told from a new one
SETTLED_STEP = 3  # weeks between the old onsets that are tried


@dataclass(frozen=True)
class Window:
    """The newest weeks, streams × window, and the discounted past before each of them."""

    counts: FloatArray
    exposure: FloatArray
    past_count: FloatArray
    past_exposure: FloatArray


def newest_weeks(counts: FloatArray, exposure: FloatArray, window: int, discount: float) -> Window:
    """The last `window` of all weeks, streams × weeks."""
    past_count, past_exposure = discounted_past(counts, exposure, window, discount)
    return Window(
        counts[:, -window:],
        exposure[:, -window:],
        past_count[:, :window],
        past_exposure[:, :window],
    )


def discounted_past(
    counts: FloatArray, exposure: FloatArray, window: int, discount: float
) -> tuple[FloatArray, FloatArray]:
    """The discounted count and exposure before each of the last `window` weeks.

    The result is streams × (window + 1): the last column is the past as seen from now.
    """
    weeks = counts.shape[1]
    both = np.stack([counts.T, exposure.T], axis=1)  # weeks × 2 × streams, a week in one piece
    before = np.zeros((window + 1, *both.shape[1:]))
    past = np.zeros(both.shape[1:])
    for week in range(weeks + 1):
        column = week - (weeks - window)
        if column >= 0:
            before[column] = past
        if week < weeks:
            past += both[week]
            past *= discount
    before_count, before_exposure = (np.ascontiguousarray(before[:, k].T) for k in (0, 1))
    return before_count, before_exposure


def log_bayes_factors(
    weeks: Window, dispersion: FloatArray, prior_rate: float, shapes: Templates
) -> FloatArray:
    """log BF[stream, onset week, template] over the window's weeks.

    `prior_rate` is the b of the Gamma(a, b) prior. Onsets without any past are −inf.
    """
    counts, exposure = weeks.counts, weeks.exposure
    window = counts.shape[1]
    # What each template leaves in week t of an onset in week τ: week t × (onset τ, template).
    lag = np.arange(window)[:, None] - np.arange(window)[None, :]
    begun = (lag >= 0)[None]
    share = shapes.share[:, np.maximum(lag, 0)]
    flat = (window, len(shapes.weight) * window)
    log_share = np.where(begun, np.log(share), 0.0).transpose(1, 2, 0).reshape(flat)
    kept_share = np.where(begun, share, 0.0).transpose(1, 2, 0).reshape(flat)
    # Σ s·m and Σ y·log m: stream × onset × template.
    shape = (len(counts), window, len(shapes.weight))
    kept = (exposure @ kept_share).reshape(shape)
    gain = (counts @ log_share).reshape(shape)
    # Σy and Σs from each onset on: stream × onset.
    since_count = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    since_exposure = exposure[:, ::-1].cumsum(axis=1)[:, ::-1]
    base = prior_rate + weeks.past_exposure
    weight = PRIOR_SHAPE + weeks.past_count + since_count
    kept += base[:, :, None]
    gain -= weight[:, :, None] * np.log(kept)
    gain += (weight * np.log(base + since_exposure))[:, :, None]
    gain /= dispersion[:, None, None]
    gain[weeks.past_exposure <= 0] = -np.inf
    return gain


def log_settled(
    counts: FloatArray,
    exposure: FloatArray,
    dispersion: FloatArray,
    prior_rate: float,
    priors: Priors,
) -> FloatArray:
    """log BF[stream, onset, level] of falls to a constant level before the window began.

    `counts` and `exposure` are streams × weeks. Without them a fall of a year ago would read as
    one at the window's far edge. Every third week stands for its neighbors.
    """
    window = min(priors.window_weeks, counts.shape[1])
    span = min(window + SETTLED_WEEKS, counts.shape[1])
    before = discounted_past(counts, exposure, span, priors.discount)
    old = np.arange(span - window - SETTLED_STEP // 2 - 1, -1, -SETTLED_STEP)
    # stream × old onset × 1
    since_count = counts[:, -span:][:, ::-1].cumsum(axis=1)[:, ::-1][:, old, None]
    since_exposure = exposure[:, -span:][:, ::-1].cumsum(axis=1)[:, ::-1][:, old, None]
    past_count, past_exposure = before[0][:, old, None], before[1][:, old, None]
    level = np.array(LEVELS)
    base = prior_rate + past_exposure
    weight = PRIOR_SHAPE + past_count + since_count
    gain = since_count * np.log(level) + weight * (
        np.log(base + since_exposure) - np.log(base + since_exposure * level)
    )
    gain = gain / dispersion[:, None, None]
    return np.where(past_exposure > 0, gain, -np.inf)
