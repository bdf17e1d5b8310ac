"""The closed-form evidence that a stream has fallen below its own baseline: arrays in, arrays out.

Gamma-Poisson marginal likelihood of "changed at onset τ along a template" over "no change",
given the discounted past, divided by the dispersion (a quasi-likelihood):

    log BF(τ, m) = [ Σ y·log m + (a + A + Σy)·( log(b + E + Σs) − log(b + E + Σ s·m) ) ] / φ

A and E are the discounted count and exposure before τ (power-steady model, Smith 1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit, log_expit, logsumexp

from quietdrop.detection.calibration import told_log_odds
from quietdrop.detection.seasons import Seasons
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray

PRIOR_SHAPE = 0.5
LEVELS = (0.02, 0.15, 0.3, 0.45, 0.6)
LEVEL_WEIGHT = 0.13
RAMP_FLOORS = (0.05, 0.35)
RAMP_WEEKS = (8, 18)
RAMP_WEIGHT = 0.0875
ABSENCE_WEEKS = (1, 2, 3, 4)
ABSENCE_LEVEL = 0.05
ABSENCE_WEIGHT = 0.25
HONEYMOON_LEFT = 0.1  # a stream that falls below this has stopped, however young it is
HONEYMOON_TIMES = 5.0  # as likely as a drift of the same shape in a stream's first weeks
SETTLED_WEEKS = 39  # how far beyond the window an old fall is told from a new one
SETTLED_STEP = 3  # weeks between the old onsets that are tried
CHUNK = 4096


class Priors(Protocol):
    """What is believed before any count; the hazards are a week's. Without an `absence_hazard`
    absences are as frequent as drifts."""

    @property
    def window_weeks(self) -> int: ...
    @property
    def hazard(self) -> float: ...
    @property
    def absence_hazard(self) -> float | None: ...
    @property
    def discount(self) -> float: ...


@dataclass(frozen=True)
class Templates:
    """`share[m, u]`: what template m retains of the baseline in week u after the onset."""

    share: FloatArray
    weight: FloatArray
    is_drift: BoolArray

    @property
    def is_slide(self) -> BoolArray:
        """Of the drifts, those that slide for long: a short slide is hardly told from a step."""
        slowest = [length == max(RAMP_WEEKS) for _ in RAMP_FLOORS for length in RAMP_WEEKS]
        return np.array([False] * len(LEVELS) + slowest)


@dataclass(frozen=True)
class Posterior:
    """One value a stream. Weeks of onset are indices into the window, 0 the oldest."""

    probability: FloatArray
    onset: IntArray
    onset_low: IntArray
    onset_high: IntArray
    remaining: FloatArray  # present rate over baseline, 0 to 1
    absence: FloatArray  # the probability of a short absence that is under way now
    settled: FloatArray  # the probability of a fall older than the window, and lasting since
    settled_weeks_ago: IntArray  # when that would have begun; 0 where there is no such past
    honeymoon: FloatArray  # the probability that only its first weeks were above its level
    fading: FloatArray  # the probability that a drift, if it is one, is a slow slide
    log_any: FloatArray  # log(1 + Σ): how well all accounts together explain it, against no change
    window: int


def templates(window: int) -> Templates:
    """The stop, step and fade shapes, and their rival: an absence that ends."""
    week = np.arange(window)
    share = [np.full(window, level) for level in LEVELS]
    weight = [LEVEL_WEIGHT] * len(LEVELS)
    for floor in RAMP_FLOORS:
        for length in RAMP_WEEKS:
            share.append(1.0 - (1.0 - floor) * np.minimum((week + 0.5) / length, 1.0))
            weight.append(RAMP_WEIGHT)
    drifts = len(share)
    for length in ABSENCE_WEEKS:
        share.append(np.where(week < length, ABSENCE_LEVEL, 1.0))
        weight.append(ABSENCE_WEIGHT)
    is_drift = np.arange(len(share)) < drifts
    return Templates(np.array(share), np.array(weight), is_drift)


def discounted_past(
    counts: FloatArray, exposure: FloatArray, window: int, discount: float
) -> tuple[FloatArray, FloatArray]:
    """The discounted count and exposure before each of the last `window` weeks.

    The result is streams × (window + 1): the last column is the past as seen from now.
    """
    streams, weeks = counts.shape
    past_count, past_exposure = np.zeros(streams), np.zeros(streams)
    before_count = np.zeros((streams, window + 1))
    before_exposure = np.zeros((streams, window + 1))
    for week in range(weeks + 1):
        column = week - (weeks - window)
        if column >= 0:
            before_count[:, column] = past_count
            before_exposure[:, column] = past_exposure
        if week < weeks:
            past_count = discount * (past_count + counts[:, week])
            past_exposure = discount * (past_exposure + exposure[:, week])
    return before_count, before_exposure


def log_bayes_factors(
    counts: FloatArray,
    exposure: FloatArray,
    before: tuple[FloatArray, FloatArray],
    dispersion: FloatArray,
    prior_rate: float,
    shapes: Templates,
) -> FloatArray:
    """log BF[stream, onset week, template] over the window's weeks.

    `counts` and `exposure` are streams × window; `before` as `discounted_past` gives it;
    `prior_rate` is the b of the Gamma(a, b) prior. Onsets without any past are −inf.
    """
    window = counts.shape[1]
    lag = np.arange(window)[:, None] - np.arange(window)[None, :]  # week t minus onset τ
    begun = (lag >= 0)[None]
    share = shapes.share[:, np.maximum(lag, 0)]
    flat = (window, len(shapes.weight) * window)
    log_share = np.where(begun, np.log(share), 0.0).transpose(1, 2, 0).reshape(flat)
    kept_share = np.where(begun, share, 0.0).transpose(1, 2, 0).reshape(flat)
    shape = (len(counts), window, len(shapes.weight))
    kept = (exposure @ kept_share).reshape(shape)
    gain = (counts @ log_share).reshape(shape)
    since_count = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    since_exposure = exposure[:, ::-1].cumsum(axis=1)[:, ::-1]
    past_count, past_exposure = before[0][:, :window], before[1][:, :window]
    base = prior_rate + past_exposure
    weight = PRIOR_SHAPE + past_count + since_count
    kept += base[:, :, None]
    gain -= weight[:, :, None] * np.log(kept)
    gain += (weight * np.log(base + since_exposure))[:, :, None]
    gain /= dispersion[:, None, None]
    gain[past_exposure <= 0] = -np.inf
    return gain


def log_settled(
    counts: FloatArray,
    exposure: FloatArray,
    window: int,
    dispersion: FloatArray,
    prior_rate: float,
    discount: float,
) -> FloatArray:
    """log BF[stream, onset, level] of falls to a constant level before the window began.

    `counts` and `exposure` are streams × weeks. Without them a fall of a year ago would read as
    one at the window's far edge. Every third week stands for its neighbours.
    """
    span = min(window + SETTLED_WEEKS, counts.shape[1])
    before = discounted_past(counts, exposure, span, discount)
    old = np.arange(span - window - SETTLED_STEP // 2 - 1, -1, -SETTLED_STEP)
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


def posterior(
    counts: FloatArray,
    exposure: FloatArray,
    dispersion: FloatArray,
    beliefs: Priors,
    *,
    prior_rate: float,
    young: IntArray | None = None,
    wander: FloatArray | None = None,
    seasons: Seasons | None = None,
) -> Posterior:
    """The probability that each stream drifts now, with onset, its 80 % range and what remains.

    P = Σ h·w·BF over drift templates / (1 + Σ over all templates, each with its own hazard),
    then set right by `told_log_odds`; the rivals share what is left in their own proportions.
    Rivals of a drift are absences that end, falls older than the window, a honeymoon: a fall
    that begins within the first weeks of a stream, before week `young` of the window, and leaves
    something; and a rate that wanders, with the hazard `wander` of each drift template's shape.
    Where a stream may have a season of its own, the evidence about its season is averaged with
    that about a flat year, so that a fall below the season counts as much as any other.
    """
    window = min(beliefs.window_weeks, counts.shape[1])
    log_priors = _priors(templates(window), beliefs, prior_rate, wander)
    early = np.zeros(len(counts), dtype=np.int64) if young is None else young
    parts = []
    for low in range(0, len(counts), CHUNK):
        rows = slice(low, low + CHUNK)
        y, s = counts[rows], exposure[rows]
        log_weight, log_old = _log_weights(y, s, dispersion[rows], log_priors)
        if seasons is not None and (row := np.flatnonzero(seasons.believed[rows])).size:
            share, weight = seasons.share[rows][row], seasons.weight[rows][row]
            seasonal = _log_weights(
                y[row], s[row] * share, seasons.dispersion[rows][row], log_priors
            )
            log_weight[row] = _mixed(log_weight[row], seasonal[0], weight)
            log_old[row] = _mixed(log_old[row], seasonal[1], weight)
        first = (np.arange(window)[None, :] < early[rows, None])[:, :, None] & log_priors.lasts
        parts.append(_summarise(log_weight, log_old, first, log_priors))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else []
    if not columns:
        columns = [np.zeros(0)] * 11
    whole = [column.astype(np.int64) for column in (*columns[1:4], columns[8])]
    return Posterior(
        probability=columns[0],
        onset=whole[0],
        onset_low=whole[1],
        onset_high=whole[2],
        remaining=columns[4],
        absence=columns[5],
        settled=columns[6],
        settled_weeks_ago=np.where(columns[6] > 0, window + whole[3], 0),
        honeymoon=columns[7],
        fading=columns[9],
        log_any=columns[10],
        window=window,
    )


@dataclass(frozen=True)
class _LogPriors:
    """What is believed before any count: `log_prior` by template, `log_old` of each fall before the
    window, `log_wander` how much likelier a rate is to wander along each drift than to drift."""

    shapes: Templates
    log_prior: FloatArray
    log_old: float
    log_wander: FloatArray
    rate: float  # b of the Gamma(a, b) prior
    discount: float

    @property
    def now(self) -> FloatArray:
        """What each drift leaves today, onset week × template."""
        return self.shapes.share[self.shapes.is_drift][:, ::-1].T

    @property
    def away(self) -> BoolArray:
        """Which absences still last, onset week × template."""
        return self.shapes.share[~self.shapes.is_drift][:, ::-1].T < 1.0

    @property
    def lasts(self) -> BoolArray:
        """Which drifts leave something in the end."""
        return np.asarray(self.now[0] >= HONEYMOON_LEFT, dtype=bool)


def _priors(
    shapes: Templates, beliefs: Priors, prior_rate: float, wander: FloatArray | None
) -> _LogPriors:
    hazard = beliefs.hazard
    absence_hazard = beliefs.absence_hazard or hazard
    log_prior = np.log(shapes.weight * np.where(shapes.is_drift, hazard, absence_hazard))
    with np.errstate(divide="ignore"):
        log_wander = np.log(np.zeros(1) if wander is None else wander)
    log_old = float(np.log(hazard * SETTLED_STEP / len(LEVELS)))
    log_wander = log_wander - log_prior[shapes.is_drift]
    return _LogPriors(shapes, log_prior, log_old, log_wander, prior_rate, beliefs.discount)


def _log_weights(
    counts: FloatArray, exposure: FloatArray, dispersion: FloatArray, priors: _LogPriors
) -> tuple[FloatArray, FloatArray]:
    """log of hazard × BF, streams × weeks in: of each template at each onset within the window,
    and of falls before it."""
    window = priors.shapes.share.shape[1]
    past = discounted_past(counts, exposure, window, priors.discount)
    recent = (counts[:, -window:], exposure[:, -window:], past, dispersion, priors.rate)
    old = log_settled(counts, exposure, window, dispersion, priors.rate, priors.discount)
    return log_bayes_factors(*recent, priors.shapes) + priors.log_prior, old + priors.log_old


def _mixed(flat: FloatArray, seasonal: FloatArray, weight: FloatArray) -> FloatArray:
    """log((1 − w)·exp(flat) + w·exp(seasonal)), w of each stream."""
    with np.errstate(divide="ignore"):
        without, having = np.log1p(-weight), np.log(weight)
    return np.logaddexp(flat + without[:, None, None], seasonal + having[:, None, None])


def _summarise(
    log_weight: FloatArray, log_old: FloatArray, first: BoolArray, log_priors: _LogPriors
) -> tuple[FloatArray, ...]:
    """Probability, onset (most likely, 10 % and 90 % points), remaining share, the rivals'
    probabilities, and how likely a drift is a slow slide, from the log weights of a chunk: streams
    × onset × template, and those of falls before the window. `first` marks the drifts that would
    be a honeymoon's end.
    """
    is_drift = log_priors.shapes.is_drift
    all_falls, all_rivals = log_weight[:, :, is_drift], log_weight[:, :, ~is_drift]
    all_drift = np.where(first, -np.inf, all_falls)
    log_first = np.where(first, all_falls + np.log(HONEYMOON_TIMES), -np.inf)
    now, away, slow = log_priors.now, log_priors.away, log_priors.shapes.is_slide
    with np.errstate(invalid="ignore", divide="ignore"):
        drift, honeymoon = _log_total(all_drift), _log_total(log_first)
        absences, old = _log_total(all_rivals), _log_total(log_old)
        absent = logsumexp(all_rivals[:, away], axis=1)
        wandering = _log_total(logsumexp(all_drift, axis=1) + log_priors.log_wander)
        rivals = np.logaddexp(np.logaddexp(absences, old), np.logaddexp(honeymoon, wandering))
    against = np.logaddexp(0.0, rivals)
    calibrated = told_log_odds(drift - against)
    left = log_expit(-calibrated) - against
    seen = np.isfinite(drift)
    share = np.exp(all_drift - np.where(seen, drift, 0.0)[:, None, None])
    by_week = share.sum(axis=2)
    cumulative = by_week.cumsum(axis=1)
    onset = by_week.argmax(axis=1)
    low = (cumulative < 0.1).sum(axis=1)
    high = np.minimum((cumulative < 0.9).sum(axis=1), by_week.shape[1] - 1)
    remaining = np.where(seen, (share * now[None]).sum(axis=(1, 2)), 1.0)
    return (
        expit(calibrated),
        onset * 1.0,
        np.minimum(low, onset) * 1.0,
        np.maximum(high, onset) * 1.0,
        remaining,
        np.exp(absent + left),
        np.exp(old + left),
        np.exp(honeymoon + left),
        _most_likely_age(log_old),
        np.where(seen, share[:, :, slow].sum(axis=(1, 2)), 0.0),
        np.logaddexp(drift, against),
    )


def _most_likely_age(log_old: FloatArray) -> FloatArray:
    """Weeks before the window in which an old fall most likely began, by stream."""
    if not log_old.shape[1]:
        return np.zeros(len(log_old))
    best = log_old.max(axis=2).argmax(axis=1)
    return np.asarray(best * SETTLED_STEP + SETTLED_STEP // 2 + 1, dtype=float)


def _log_total(log_weight: FloatArray) -> FloatArray:
    """log Σ exp over all but the first axis; −inf where nothing is summed."""
    flat = log_weight.reshape(len(log_weight), -1)
    if not flat.shape[1]:
        return np.full(len(flat), -np.inf)
    total: FloatArray = logsumexp(flat, axis=1)
    return total
