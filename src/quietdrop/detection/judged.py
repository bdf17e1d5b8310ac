"""Each stream's evidence about its own rhythm and season, given what all streams are like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic, TypeVar

import numpy as np

from quietdrop.detection.block import Block, needed
from quietdrop.detection.change_point import Basis, Posterior, posterior
from quietdrop.detection.exposure import Exposure, NetworkIndex
from quietdrop.detection.leavers import away, weeks_left
from quietdrop.detection.network_basis import NetworkBasis
from quietdrop.detection.seasons import mixed_seasons
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.days import EPOCH

HONEYMOON_WEEKS = 13
Result = TypeVar("Result")


@dataclass(frozen=True)
class Judged:
    """What one index of the network makes of every stream."""

    counts: FloatArray  # without very large batches
    batches: BoolArray  # streams × weeks: which weeks held one
    basis: Basis
    posterior: Posterior
    season: FloatArray  # streams × weeks: by what each one's own season multiplies its exposure


Finish = Callable[[WeeklyCounts, Exposure, Judged], Result]


@dataclass(frozen=True)
class Verdict(Generic[Result]):
    """What became of a block, and what its leaving streams would usually have sent in each week."""

    result: Result
    away: FloatArray


def judge_block(
    block: Block,
    phi: FloatArray,
    about_season: FloatArray,
    finish: Finish[Result],
    of_network: NetworkBasis,
) -> tuple[Block, Verdict[Result]]:
    """The last pass: each stream's evidence, and what `finish` makes of it.

    Args:
        block: The streams.
        phi: The dispersion of each of them.
        about_season: The same about its season.
        finish: Takes the counts, the exposure and the evidence of the block's streams.
        of_network: What is known of all streams.
    """
    block = block.worked_out()
    rows = needed(block.rows)
    exposure = rows.exposure
    judged = _judged(block, phi, about_season, of_network)
    left = _weeks_left(block.weeks, judged.posterior)
    gone = away(exposure.rate, exposure.chance, left)
    verdict = Verdict(finish(rows.cadence, exposure, judged), gone)
    return replace(block, left=left), verdict


def left_out(block: Block, index: NetworkIndex) -> tuple[Block, None]:
    """From here on those who are leaving do not count in the index; `index` was that of all."""
    rates = needed(block.weighted().weights).rates(index.effect)
    again = Block(block.counts, block.weeks, block.circumstances, block.hazard_ratio, block.left)
    return replace(again, ordinary=(index.calendar, rates)), None


def _judged(
    block: Block, phi: FloatArray, about_season: FloatArray, of_network: NetworkBasis
) -> Judged:
    rows, priors = needed(block.rows), of_network.priors
    calm, exposure = rows.calm, rows.exposure.share
    seasons = None
    if of_network.shapes is not None:
        dates = (block.start_day, priors.window_weeks)
        seasons = mixed_seasons(calm, exposure, about_season, of_network.shapes, dates)
    basis = Basis(
        phi,
        of_network.prior_rate,
        young_weeks(rows.cadence, priors.window_weeks),
        of_network.wander,
        seasons,
        hazard_ratio=block.hazard_ratio,
    )
    season = np.ones(exposure.shape) if seasons is None else seasons.factor
    every = posterior(calm, exposure, basis, priors)
    return Judged(calm, rows.batches, basis, every, season)


def _weeks_left(weeks: int, of: Posterior) -> IntArray:
    """The week from which each stream is leaving; `weeks` for those that stay."""
    onset, settled_on = of.onset + weeks - of.window, weeks - of.settled_weeks_ago
    return weeks_left(of.probability, onset, of.settled, settled_on, weeks)


def young_weeks(cadence: WeeklyCounts, window: int) -> IntArray:
    """The week of the window at which each stream's first weeks are over; at most 0 for most."""
    start = cadence.as_of - timedelta(weeks=min(window, cadence.weeks))
    age_at_start = (start - EPOCH).days - cadence.first_day
    return np.asarray(HONEYMOON_WEEKS - age_at_start // 7, dtype=np.int64)
