"""Every stream's evidence about its own rhythm and season, against an index of those who stay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from quietdrop.detection.background_shifts import wander_hazards
from quietdrop.detection.bayes_factors import PRIOR_SHAPE
from quietdrop.detection.change_point import Basis, Posterior, posterior
from quietdrop.detection.chunks import by_chunk
from quietdrop.detection.dispersion import DailyCounts, dispersion, gap_regularity
from quietdrop.detection.exposure import Circumstances, Exposure, network_exposure
from quietdrop.detection.leavers import MATTERS, greatest_gap, staying, weeks_left
from quietdrop.detection.outlier_weeks import without_batches
from quietdrop.detection.seasons import (
    Seasons,
    leave_year_out_share,
    log_season_ratio,
    own_seasons,
)
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.priors import Priors

YEAR = 52
HONEYMOON_WEEKS = 13
PRIOR_WEEKS = 4.0  # the most a prior weighs: a pool of many who came once tells little of regulars


@dataclass(frozen=True)
class Judged:
    """What one index of the network makes of every stream."""

    counts: FloatArray  # without very large batches
    batches: BoolArray  # streams × weeks: which weeks held one
    basis: Basis
    posterior: Posterior
    season: FloatArray  # streams × weeks: by what each one's own season multiplies its exposure


def judged_streams(
    cadence: WeeklyCounts,
    priors: Priors,
    circumstances: Circumstances | None = None,
    hazard_ratio: FloatArray | None = None,
) -> tuple[Exposure, Judged]:
    """Weighs every stream's evidence. `hazard_ratio`, streams × window, is by how much likelier a
    drift is to begin in each week than `priors` say.

    Where those who are leaving make a large part of the network, everybody is judged a second
    time, against an index of those who stay; the pool's rates stay those of all.
    """
    pool = _pool(cadence, circumstances)
    judged = _judge(cadence, pool.share, priors, hazard_ratio)
    left = _weeks_left(cadence.weeks, judged.posterior)
    if greatest_gap(pool.rate, pool.chance, left) < MATTERS:
        return pool, judged
    share = _pool(cadence, circumstances, staying(left, cadence.weeks)).share
    return replace(pool, share=share), _judge(cadence, share, priors, hazard_ratio)


def _pool(
    cadence: WeeklyCounts, circumstances: Circumstances | None, stays: FloatArray | None = None
) -> Exposure:
    return network_exposure(cadence.counts, cadence.live, cadence.span, circumstances, stays)


def basis(cadence: WeeklyCounts, counts: FloatArray, exposure: FloatArray, priors: Priors) -> Basis:
    """What each stream is weighed with. `counts` are those of the weeks without large batches."""
    prior_rate = _prior_rate(counts, exposure)
    phi, seasons = _rhythm(cadence, counts, exposure, priors.window_weeks)
    young = _young(cadence, priors.window_weeks)
    wander = wander_hazards(counts, exposure, phi, priors, prior_rate=prior_rate)
    return Basis(phi, prior_rate, young, wander, seasons)


def _judge(
    cadence: WeeklyCounts, exposure: FloatArray, priors: Priors, hazard_ratio: FloatArray | None
) -> Judged:
    """Each stream's evidence about its own rhythm and season."""
    counts, batches = without_batches(cadence.counts, exposure)
    weighed_with = replace(basis(cadence, counts, exposure, priors), hazard_ratio=hazard_ratio)
    seasons = weighed_with.seasons
    season = np.ones(exposure.shape) if seasons is None else seasons.factor
    every = posterior(counts, exposure, weighed_with, priors)
    return Judged(counts, batches, weighed_with, every, season)


def _weeks_left(weeks: int, of: Posterior) -> IntArray:
    """The week from which each stream is leaving; `weeks` for those that stay."""
    onset, settled_on = of.onset + weeks - of.window, weeks - of.settled_weeks_ago
    return weeks_left(of.probability, onset, of.settled, settled_on, weeks)


def _rhythm(
    cadence: WeeklyCounts, counts: FloatArray, exposure: FloatArray, window: int
) -> tuple[FloatArray, Seasons | None]:
    """Each stream's φ, and its own season where there are a year and the window to learn it from.

    A season makes a stream look bursty, so that it is weighed with the φ about itself.
    """
    seeds = pd.util.hash_array(np.array(cadence.ids, dtype=object), categorize=False)
    rest = (cadence.start_day, seeds.astype(np.int64))
    daily = DailyCounts(cadence.event_stream, cadence.event_day, cadence.event_count)
    gaps = gap_regularity(daily, exposure, *rest)
    phi = dispersion(counts, exposure, *gaps)
    if cadence.weeks < YEAR + window:
        return phi, None
    about = _about_season(daily, counts, exposure, rest, gaps)
    phi_about = np.minimum(phi, about)
    return phi, own_seasons(counts, exposure, phi_about, cadence.start_day, window)


def _about_season(
    daily: DailyCounts,
    counts: FloatArray,
    exposure: FloatArray,
    rest: tuple[int, IntArray],
    gaps: tuple[FloatArray, IntArray],
) -> FloatArray:
    """Each stream's φ about the season that its other years show, where it may have one.

    `rest` is what `gap_regularity` takes beside; `gaps` is what it gave without a season.
    """
    around = by_chunk(leave_year_out_share, counts, exposure)
    likely = by_chunk(log_season_ratio, counts, exposure, around) > 0
    around *= exposure
    again = gap_regularity(daily.only(likely[daily.stream]), around, *rest)
    about = [np.where(likely, new, old) for new, old in zip(again, gaps, strict=True)]
    return dispersion(counts, around, about[0], about[1].astype(np.int64))


def _young(cadence: WeeklyCounts, window: int) -> IntArray:
    """The week of the window at which each stream's first weeks are over; at most 0 for most."""
    start = cadence.as_of - timedelta(weeks=min(window, cadence.weeks))
    age_at_start = (start - EPOCH).days - cadence.first_day
    return np.asarray(HONEYMOON_WEEKS - age_at_start // 7, dtype=np.int64)


def _prior_rate(counts: FloatArray, exposure: FloatArray) -> float:
    """b of the weak Gamma(a, b) prior, in weeks of exposure: a over the pool's mean rate."""
    chances = exposure.sum()
    mean = counts.sum() / chances if chances > 0 else 1.0
    return min(float(PRIOR_SHAPE / mean), PRIOR_WEEKS) if mean > 0 else PRIOR_SHAPE
