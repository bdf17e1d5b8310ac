"""A hazard of drift that differs by practice and week, learned from the network's own past.

In any week a practice begins to drift with the constant hazard × exp(β·x), x being what is known
of it before that week (a discrete-time hazard model, Cox 1972, section 6). When a drift began is
not observed, but change_point gives the evidence of each week, so β is fitted by expectation and
maximization (Dempster, Laird and Rubin 1977): the E-step says how likely each practice-week began
a drop, the M-step is a logistic regression on them, shrunk toward no effect.

A learned hazard is used only if the counts of later weeks, four quarters one after another, are
likelier under it than under a constant one, beyond chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from quietdrop.detection.bayes_factors import log_bayes_factors, newest_weeks
from quietdrop.detection.change_point import Basis
from quietdrop.detection.log_sums import log_sum_exp
from quietdrop.detection.templates import templates
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.hazard import Verdict
from quietdrop.domain.priors import Priors

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

TRAINED_WEEKS = 104  # in which drops are looked for: two years
QUARTER = 13
TESTED_QUARTERS = 4
LEAST_TRAINED = 26  # weeks before the first quarter that is predicted
LEAST_LIFE = 13  # weeks since a practice's first referral; earlier falls may be a honeymoon's end
LEAST_DROPS = 12.0  # expected; fewer cannot tell one covariate from another
# Prior variance of β for a covariate of sd 1: hazard ratios of 0.6 to 1.6 are usual.
PRIOR_VARIANCE = 0.25
LEAST_CHANCE = 0.001  # of a practice-week to have begun a drop, to count as one by that much
THINNED = 5  # every fifth practice-week stands for its neighbors: covariates change slowly
PASSES = 4  # of the expectation and maximization; β moves by under 2 % after these
MOST = 5.0  # times the constant hazard, or a fifth of it
# Nats by which later weeks must be likelier. If the constant hazard is right, a hazard that was
# learned before reaches log(20) with a chance of at most 1 in 20 (Ville's inequality).
SURE = 3.0
SAMPLE = 3000  # practices
CHUNK = 500  # practices at a time: two years of onsets take 14 kB each


@dataclass(frozen=True)
class Counted:
    """The streams' counts and exposure, streams × weeks, and what they are weighed with."""

    counts: FloatArray
    exposure: FloatArray
    basis: Basis

    def rows(self, which: IntArray) -> Counted:
        """The same of some streams."""
        return replace(
            self,
            counts=self.counts[which],
            exposure=self.exposure[which],
            basis=replace(self.basis, dispersion=self.basis.dispersion[which]),
        )

    def until(self, week: int) -> Counted:
        """The same as it was known before a week."""
        return replace(self, counts=self.counts[:, :week], exposure=self.exposure[:, :week])


@dataclass(frozen=True)
class Onsets:
    """The evidence of each week, streams × the last weeks, that a drop began in it, and of
    everything else, by stream; logs of likelihood ratios against no change."""

    log_drop: FloatArray
    log_else: FloatArray

    def weeks(self, first: int, end: int) -> Onsets:
        """The same of some of the weeks, counted back from the last: −26 is half a year ago."""
        return Onsets(self.log_drop[:, first : end or None], self.log_else)


@dataclass(frozen=True)
class Learned:
    """What the past teaches: `weights` by covariate, and the rest as HazardCard has it."""

    verdict: Verdict
    weights: FloatArray
    log_mean: float = 0.0
    practices: int = 0
    weeks: int = 0
    drops: float = 0.0
    gain: float = 0.0
    gain_error: float = 0.0


def learned_hazard(of: Counted, covariates: FloatArray, priors: Priors) -> Learned:
    """Fits the hazard and tries it on later weeks.

    Args:
        of: The streams as they are weighed.
        covariates: Streams × weeks × covariates, as they were known before each week.
        priors: The beliefs of `[drift]`.
    """
    weeks, number = of.counts.shape[1], covariates.shape[2]
    tested = _tested_quarters(weeks)
    nothing = np.zeros(number)
    if not tested:
        return Learned(Verdict.SHORT_PAST, nothing)
    rows = _sample(of.exposure)
    of, covariates = of.rows(rows), covariates[rows]
    at_risk = _at_risk(of.exposure)
    fitted, onsets = _fit(of, covariates, at_risk, priors)
    if fitted is None:
        return Learned(Verdict.FEW_DROPS, nothing, practices=len(rows), weeks=weeks)
    gains = np.zeros((len(tested), len(rows)))
    for place, begin in enumerate(tested):
        before, _ = _fit(of.until(begin), covariates[:, :begin], at_risk[:, :begin], priors)
        if before is not None:
            quarter = slice(begin, begin + QUARTER)
            ratio = _ratio(covariates[:, quarter], *before[:2])
            later = onsets.weeks(begin - weeks, begin - weeks + QUARTER)
            gains[place] = _gain(later, ratio, at_risk[:, quarter], priors.hazard)
    weights, log_mean, drops = fitted
    by_practice = gains.sum(axis=0)
    gain, error = float(by_practice.sum()), float(by_practice.std() * np.sqrt(len(rows)))
    is_better = gain >= max(SURE, error)
    verdict = Verdict.USED if is_better else Verdict.NO_BETTER
    trained = min(TRAINED_WEEKS, weeks)
    return Learned(verdict, weights, log_mean, len(rows), trained, drops, gain, error)


def hazard_ratio(covariates: FloatArray, weights: FloatArray, log_mean: float) -> FloatArray:
    """By how much each stream is likelier to begin to drift in each week than usual.

    In: streams × weeks × covariates. Out: streams × weeks, from 1/MOST to MOST.
    """
    return _ratio(covariates, weights, log_mean)


def onsets_of(of: Counted, priors: Priors, weeks: int) -> Onsets:
    """The evidence of an onset in each of the last `weeks`, and of the rivals of a drop: absences
    that end, and rates that wander."""
    shapes = templates(weeks)
    is_drift = shapes.is_drift
    log_weight = np.log(shapes.weight)
    absence = np.log(priors.absence_hazard or priors.hazard)
    with np.errstate(divide="ignore"):
        log_wander = np.log(np.zeros(1) if of.basis.wander is None else of.basis.wander)
    drops, rivals = [], []
    for low in range(0, len(of.counts), CHUNK):
        part = of.rows(np.arange(low, min(low + CHUNK, len(of.counts))))
        window = newest_weeks(part.counts, part.exposure, weeks, priors.discount)
        # streams × weeks × shapes
        factor = log_bayes_factors(window, part.basis.dispersion, part.basis.prior_rate, shapes)
        drops.append(log_sum_exp(factor[:, :, is_drift] + log_weight[is_drift], axis=2))
        away = log_sum_exp(factor[:, :, ~is_drift] + log_weight[~is_drift] + absence, axis=(1, 2))
        wandering = log_sum_exp(factor[:, :, is_drift] + log_wander, axis=(1, 2))
        rivals.append(np.logaddexp(0.0, np.logaddexp(away, wandering)))
    return Onsets(np.concatenate(drops), np.concatenate(rivals))


def _tested_quarters(weeks: int) -> list[int]:
    """The first weeks of the last quarters before each of which there is enough to learn from."""
    begins = [weeks - QUARTER * back for back in range(TESTED_QUARTERS, 0, -1)]
    return [begin for begin in begins if begin >= LEAST_LIFE + LEAST_TRAINED]


def _sample(exposure: FloatArray) -> IntArray:
    """At most SAMPLE streams, evenly spread over those with enough of a past."""
    eligible = np.flatnonzero((exposure > 0).sum(axis=1) >= LEAST_LIFE + QUARTER)
    step = max(-(-len(eligible) // SAMPLE), 1)
    return np.asarray(eligible[::step], dtype=np.int64)


def _at_risk(exposure: FloatArray) -> BoolArray:
    """The practice-weeks in which a drop may begin: those of streams that are no longer new."""
    return np.asarray((exposure > 0).cumsum(axis=1) > LEAST_LIFE, dtype=bool)


def _fit(
    of: Counted, covariates: FloatArray, at_risk: BoolArray, priors: Priors
) -> tuple[tuple[FloatArray, float, float] | None, Onsets]:
    """β, log of the mean ratio, and the expected number of drops, None where they are too few; and
    the evidence that they were fitted to."""
    weeks = min(TRAINED_WEEKS, of.counts.shape[1] - LEAST_LIFE)
    onsets = onsets_of(of, priors, weeks)
    x, live = covariates[:, -weeks:], at_risk[:, -weeks:]
    rows = x[live]  # practice-weeks × covariates
    log_hazard = np.full(live.shape, np.log(priors.hazard))
    weights, log_mean, drops = np.zeros(x.shape[2]), 0.0, 0.0
    for _ in range(PASSES):
        began = _began(onsets, log_hazard, live)
        drops = float(began.sum())
        if drops < LEAST_DROPS:
            return None, onsets
        # Whoever has dropped is no longer at risk of it.
        still = np.maximum(1.0 - (began.cumsum(axis=1) - began), 0.0)
        model = _logistic(rows, began[live], still[live])
        scale, regression = model.named_steps["scale"], model.named_steps["regression"]
        weights = np.asarray(regression.coef_[0] / scale.scale_, dtype=float)
        log_mean = float(np.log(np.average(np.exp(rows @ weights), weights=still[live])))
        mean_hazard = drops / float(still[live].sum())
        log_hazard = np.log(mean_hazard) + np.log(_ratio(x, weights, log_mean))
    return (weights, log_mean, drops), onsets


def _began(onsets: Onsets, log_hazard: FloatArray, live: BoolArray) -> FloatArray:
    """The E-step: how likely a drop began in each practice-week."""
    log_weight = np.where(live, log_hazard + onsets.log_drop, -np.inf)
    total = np.logaddexp(onsets.log_else, _log_sum(log_weight))
    return np.asarray(np.exp(log_weight - total[:, None]), dtype=float)


def _logistic(rows: FloatArray, began: FloatArray, still: FloatArray) -> Pipeline:
    """The M-step: a logistic regression in which each practice-week counts as a drop by as much as
    it likely was one, and as none by the rest."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    telling, some = began > LEAST_CHANCE, slice(None, None, THINNED)
    x = np.concatenate([rows[some], rows[telling]])
    y = np.concatenate([np.zeros(len(rows[some])), np.ones(int(telling.sum()))])
    weight = np.concatenate([THINNED * np.maximum(still - began, 0.0)[some], began[telling]])
    regression = LogisticRegression(C=PRIOR_VARIANCE, solver="newton-cholesky")
    model = Pipeline([("scale", StandardScaler()), ("regression", regression)])
    model.fit(x, y, regression__sample_weight=weight)
    return model


def _ratio(covariates: FloatArray, weights: FloatArray, log_mean: float) -> FloatArray:
    exponent = np.clip(covariates @ weights - log_mean, -np.log(MOST), np.log(MOST))
    return np.asarray(np.exp(exponent), dtype=float)


def _gain(onsets: Onsets, ratio: FloatArray, live: BoolArray, hazard: float) -> FloatArray:
    """By how much each stream's counts since a quarter began are likelier, in nats, if its hazard
    in that quarter was the learned one and not a constant of the same mean."""
    mean = float(ratio[live].mean())

    def log_likelihood(times: FloatArray) -> FloatArray:
        rate = np.where(live, hazard * times, 0.0)
        with np.errstate(divide="ignore"):
            began = np.log(rate) + onsets.log_drop
        stayed = -rate.sum(axis=1)
        return np.asarray(stayed + np.logaddexp(onsets.log_else, _log_sum(began)), dtype=float)

    gain: FloatArray = log_likelihood(ratio / mean) - log_likelihood(np.ones_like(ratio))
    return gain


def _log_sum(log_weight: FloatArray) -> FloatArray:
    """log Σ exp over the weeks; −inf where nothing is summed."""
    with np.errstate(divide="ignore"):
        return np.asarray(log_sum_exp(log_weight, axis=1), dtype=float)
