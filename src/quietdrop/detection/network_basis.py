"""What is known of all streams of a network, pooled from what its blocks say of them.

Sums are made in the order of the blocks. Where the pool looks at each stream, a block tells a few
numbers a stream, and is handed back its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quietdrop.detection.background_shifts import Sample, sample, sampled_hazards
from quietdrop.detection.bayes_factors import PRIOR_SHAPE
from quietdrop.detection.block import needed
from quietdrop.detection.blocks import Blocks, Theirs, handed, joined, split
from quietdrop.detection.dispersion import LongRatios, pooled_dispersion, short_dispersion
from quietdrop.detection.exposure import in_order
from quietdrop.detection.gap_regularity import Gaps, weekday_profile
from quietdrop.detection.looks import (
    AboutSeason,
    FirstLook,
    SecondLook,
    belongings,
    following,
    second_look,
    third_look,
)
from quietdrop.detection.season_shapes import Shapes, pooled_shapes
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.priors import Priors

PRIOR_WEEKS = 4.0  # the most a prior weighs: a pool of many who came once tells little of regulars


@dataclass(frozen=True)
class NetworkBasis:
    """What each stream is weighed with, as in `Basis`: what is believed before any count, and the
    seasons that the network's streams share; None where the history is too short for any."""

    priors: Priors
    prior_rate: float
    wander: FloatArray
    shapes: Shapes | None


def network_basis(
    blocks: Blocks, looks: Sequence[FirstLook], priors: Priors
) -> tuple[NetworkBasis, FloatArray, FloatArray]:
    """What is known of all streams; the dispersion of each, and that about its season.

    A season makes a stream look bursty, so that it is weighed with the φ about itself.
    """
    prior_rate = pooled_prior_rate(sum(of.came for of in looks), sum(of.chances for of in looks))
    gaps = joined([of.gaps for of in looks])
    short = short_dispersion(joined([of.short for of in looks]), gaps)
    seasonal = [of.about_season for of in looks if of.about_season is not None]
    profile = weekday_profile(in_order(of.by_weekday for of in seasonal)) if seasonal else None
    chosen = sample(np.concatenate([of.tells for of in looks]))
    seconds = blocks.each(second_look, profile, theirs=_asked(blocks, short.phi, chosen))
    phi = pooled_dispersion(short, _joined_long([of.long for of in seconds]))
    wander = sampled_hazards(_sampled(seconds, phi[chosen]), priors, prior_rate)
    if not seasonal:
        return NetworkBasis(priors, prior_rate, wander, None), phi, phi
    about_season = np.minimum(phi, _about_season(blocks, seasonal, seconds, gaps))
    number = sum(blocks.each(following, theirs=handed(blocks, about_season)))
    shapes = pooled_shapes(number, lambda every: blocks.each(belongings, every))
    return NetworkBasis(priors, prior_rate, wander, shapes), phi, about_season


def pooled_prior_rate(came: float, chances: float) -> float:
    """b of the weak Gamma(a, b) prior, in weeks of exposure: a over the pool's mean rate."""
    mean = came / chances if chances > 0 else 1.0
    return min(float(PRIOR_SHAPE / mean), PRIOR_WEEKS) if mean > 0 else PRIOR_SHAPE


def _about_season(
    blocks: Blocks, seasonal: Sequence[AboutSeason], seconds: Sequence[SecondLook], gaps: Gaps
) -> FloatArray:
    """Each stream's φ about the season that its other years show, where it likely has one."""
    likely = np.concatenate([of.likely for of in seasonal])
    mean, pairs = gaps.mean.copy(), gaps.pairs.copy()
    again = joined([needed(of.gaps_about_season) for of in seconds])
    mean[likely], pairs[likely] = again.mean, again.pairs
    short = short_dispersion(joined([of.short for of in seasonal]), Gaps(mean, pairs))
    long = _joined_long(blocks.each(third_look, theirs=handed(blocks, short.phi)))
    return pooled_dispersion(short, long)


def _asked(blocks: Blocks, short_phi: FloatArray, chosen: IntArray) -> Theirs:
    """What each block is handed for its second look: the φ of its streams' weeks, and which of
    them were chosen, as its own rows."""
    ends = np.cumsum(blocks.sizes)
    places = np.searchsorted(chosen, ends)[:-1]
    rows = zip(np.split(chosen, places), ends - blocks.sizes, strict=True)
    mine = [some - first for some, first in rows]
    return list(zip(split(blocks, short_phi), mine, strict=True))


def _sampled(seconds: Sequence[SecondLook], dispersion: FloatArray) -> Sample:
    """The streams that were chosen, with their φ."""
    counts = np.concatenate([of.counts for of in seconds])
    exposure = np.concatenate([of.exposure for of in seconds])
    return Sample(counts, exposure, dispersion)


def _joined_long(parts: Sequence[LongRatios | None]) -> LongRatios | None:
    """What the quarters of all streams say; None where there are too few."""
    long = [part for part in parts if part is not None]
    return joined(long) if long else None
