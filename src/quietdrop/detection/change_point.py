"""The probability that a stream has fallen below its own baseline: arrays in, arrays out.

`bayes_factors` weighs every account of a stream against "no change"; here the drifts are set
against their rivals, each with its own hazard.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from quietdrop.detection.bayes_factors import (
    SETTLED_STEP,
    log_bayes_factors,
    log_settled,
    newest_weeks,
)
from quietdrop.detection.calibration import told_log_odds
from quietdrop.detection.chunks import chunks, each_chunk
from quietdrop.detection.log_sums import log_sum_exp
from quietdrop.detection.seasons import Seasons
from quietdrop.detection.templates import LEVELS, Templates, templates
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.priors import Priors

HONEYMOON_LEFT = 0.1  # a stream that falls below this has stopped, however young it is
HONEYMOON_TIMES = 5.0  # as likely as a drift of the same shape in a stream's first weeks


@dataclass(frozen=True)
class Basis:
    """What is known of streams beside their counts, for weighing them.

    Attributes:
        dispersion: Each stream's φ.
        prior_rate: b of the Gamma(a, b) prior, in weeks of exposure.
        young: The week of the window at which each stream's first weeks are over; None: before it.
        wander: By drift template, how often a week a rate wanders along it; None: never.
        seasons: Each stream's own season; None: none has one.
        log_rival: How well accounts of something larger explain each stream's weeks, against no
            change; None: nothing larger is known.
        hazard_ratio: Streams × window, by how much likelier a drift is to begin in each week than
            the hazard says; None: as likely.
    """

    dispersion: FloatArray
    prior_rate: float
    young: IntArray | None = None
    wander: FloatArray | None = None
    seasons: Seasons | None = None
    log_rival: FloatArray | None = None
    hazard_ratio: FloatArray | None = None


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


def posterior(counts: FloatArray, exposure: FloatArray, basis: Basis, priors: Priors) -> Posterior:
    """The probability that each stream drifts now, with onset, its 80 % range and what remains.

    P = Σ h·w·BF over drift templates / (1 + Σ over all templates, each with its own hazard),
    then set right by `told_log_odds`; the rivals share what is left in their own proportions.
    Rivals of a drift are absences that end, falls older than the window, a honeymoon: a fall
    that begins within the first weeks of a stream, before week `young` of the window, and leaves
    something; and a rate that wanders, with the hazard `wander` of each drift template's shape.
    Where a stream may have a season of its own, the evidence about its season is averaged with
    that about a flat year, so that a fall below the season counts as much as any other.

    Args:
        counts: Referrals, streams × weeks.
        exposure: The chances of a steady referrer, the same shape.
        basis: What is known of the streams beside them.
        priors: What is believed before any count.
    """
    window = min(priors.window_weeks, counts.shape[1])
    log_priors = _log_priors(templates(window), basis, priors)
    young = np.zeros(len(counts), dtype=np.int64) if basis.young is None else basis.young

    def of_rows(rows: slice) -> Posterior:
        y, s, seasons = counts[rows], exposure[rows], basis.seasons
        log_weight, log_old = _log_weights(y, s, basis.dispersion[rows], log_priors)
        if seasons is not None and (row := np.flatnonzero(seasons.believed[rows])).size:
            share, weight = seasons.share[rows][row], seasons.weight[rows][row]
            seasonal = _log_weights(
                y[row], s[row] * share, seasons.dispersion[rows][row], log_priors
            )
            log_weight[row] = _mixed(log_weight[row], seasonal[0], weight)
            log_old[row] = _mixed(log_old[row], seasonal[1], weight)
        first = (np.arange(window)[None, :] < young[rows, None])[:, :, None] & log_priors.lasts
        rival = np.zeros(len(y)) if basis.log_rival is None else basis.log_rival[rows]
        ratio = np.ones((1, 1)) if basis.hazard_ratio is None else basis.hazard_ratio[rows]
        beside = _Beside(first, rival, np.log(ratio)[:, :, None])
        return _summarized(log_weight, log_old, beside, log_priors)

    return _joined(each_chunk(of_rows, chunks(len(counts))))


@dataclass(frozen=True)
class _LogPriors:
    """What is believed before any count: `log_prior` by template, `log_old` of each fall before the
    window, `log_wander` how much likelier a rate is to wander along each drift than to drift."""

    shapes: Templates
    log_prior: FloatArray
    log_old: float
    log_wander: FloatArray
    rate: float  # b of the Gamma(a, b) prior
    priors: Priors

    @property
    def window(self) -> int:
        """The weeks in which an onset is looked for."""
        return int(self.shapes.share.shape[1])

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


@dataclass(frozen=True)
class _Beside:
    """What is known of a chunk's streams beside the evidence of their own weeks."""

    first: BoolArray  # streams × onset × drift template: which drifts would be a honeymoon's end
    log_rival: FloatArray  # how well all else explains each stream
    log_ratio: FloatArray  # streams × onset × 1: how much likelier a drift is than the hazard says


def _log_priors(shapes: Templates, basis: Basis, priors: Priors) -> _LogPriors:
    hazard = priors.hazard
    absence_hazard = priors.absence_hazard or hazard
    log_prior = np.log(shapes.weight * np.where(shapes.is_drift, hazard, absence_hazard))
    with np.errstate(divide="ignore"):
        log_wander = np.log(np.zeros(1) if basis.wander is None else basis.wander)
    log_old = float(np.log(hazard * SETTLED_STEP / len(LEVELS)))
    log_wander = log_wander - log_prior[shapes.is_drift]
    return _LogPriors(shapes, log_prior, log_old, log_wander, basis.prior_rate, priors)


def _log_weights(
    counts: FloatArray, exposure: FloatArray, dispersion: FloatArray, of: _LogPriors
) -> tuple[FloatArray, FloatArray]:
    """log of hazard × BF, streams × weeks in: of each template at each onset within the window,
    and of falls before it."""
    weeks = newest_weeks(counts, exposure, of.window, of.priors.discount)
    old = log_settled(counts, exposure, dispersion, of.rate, of.priors)
    within = log_bayes_factors(weeks, dispersion, of.rate, of.shapes)
    within += of.log_prior
    return within, old + of.log_old


def _mixed(flat: FloatArray, seasonal: FloatArray, weight: FloatArray) -> FloatArray:
    """log((1 − w)·exp(flat) + w·exp(seasonal)), w of each stream."""
    with np.errstate(divide="ignore"):
        without, having = np.log1p(-weight), np.log(weight)
    return np.logaddexp(flat + without[:, None, None], seasonal + having[:, None, None])


def _summarized(
    log_weight: FloatArray,
    log_old: FloatArray,
    beside: _Beside,
    of: _LogPriors,
) -> Posterior:
    """The posterior of a chunk from its log weights: streams × onset × template, and those of falls
    before the window.
    """
    is_drift = of.shapes.is_drift
    all_falls, all_rivals = log_weight[:, :, is_drift], log_weight[:, :, ~is_drift]
    all_drift = np.where(beside.first, -np.inf, all_falls)
    log_first = np.where(beside.first, all_falls + np.log(HONEYMOON_TIMES), -np.inf)
    # The drifts against their rivals: one number a stream.
    with np.errstate(invalid="ignore", divide="ignore"):
        honeymoon = _log_total(log_first)
        absences, old = _log_total(all_rivals), _log_total(log_old)
        absent = log_sum_exp(all_rivals[:, of.away], axis=1)
        wandering = _log_total(log_sum_exp(all_drift, axis=1) + of.log_wander)
        rivals = np.logaddexp(np.logaddexp(absences, old), np.logaddexp(honeymoon, wandering))
        all_drift += beside.log_ratio  # after the rivals, whose hazard it is not
        drift = _log_total(all_drift)
    against = np.logaddexp(beside.log_rival, rivals)
    calibrated = told_log_odds(drift - against)
    left = log_expit(-calibrated) - against
    # Given a drift, its share by onset and template; then by onset alone.
    seen = np.isfinite(drift)
    share = np.exp(all_drift - np.where(seen, drift, 0.0)[:, None, None])
    by_week = share.sum(axis=2)
    cumulative = by_week.cumsum(axis=1)
    onset = by_week.argmax(axis=1)
    low = (cumulative < 0.1).sum(axis=1)
    high = np.minimum((cumulative < 0.9).sum(axis=1), of.window - 1)
    settled = np.exp(old + left)
    return Posterior(
        probability=expit(calibrated),
        onset=onset,
        onset_low=np.minimum(low, onset),
        onset_high=np.maximum(high, onset),
        remaining=np.where(seen, (share * of.now[None]).sum(axis=(1, 2)), 1.0),
        absence=np.exp(absent + left),
        settled=settled,
        settled_weeks_ago=np.where(settled > 0, of.window + _weeks_before(log_old), 0),
        honeymoon=np.exp(honeymoon + left),
        fading=np.where(seen, share[:, :, of.shapes.is_slide].sum(axis=(1, 2)), 0.0),
        log_any=np.logaddexp(drift, against),
        window=of.window,
    )


def _joined(parts: list[Posterior]) -> Posterior:
    """The posteriors of all chunks, one below the other."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in vars(parts[0])
        if name != "window"
    }
    return Posterior(**columns, window=parts[0].window)


def _weeks_before(log_old: FloatArray) -> IntArray:
    """Weeks before the window in which an old fall most likely began, by stream."""
    if not log_old.shape[1]:
        return np.zeros(len(log_old), dtype=np.int64)
    best = log_old.max(axis=2).argmax(axis=1)
    return np.asarray(best * SETTLED_STEP + SETTLED_STEP // 2 + 1, dtype=np.int64)


def _log_total(log_weight: FloatArray) -> FloatArray:
    """log Σ exp over all but the first axis; −inf where nothing is summed."""
    flat = log_weight.reshape(len(log_weight), math.prod(log_weight.shape[1:]))
    if not flat.shape[1]:
        return np.full(len(flat), -np.inf)
    total: FloatArray = log_sum_exp(flat, axis=1)
    return total
