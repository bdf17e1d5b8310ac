"""How bursty or how regular each stream is: its variance over its mean.

First the geometric mean of two estimates, each shrunk to the pool: (1) the variance of short
blocks about a local level, for busy streams; (2) the regularity of the gaps between referrals
(Wheat and Morrison 1990), for sparse ones, which needs no level at all. Then, with the greater
weight, the variance of quarters: a drift shows over months, and a rate that wanders from month to
month looks calm from week to week. It starts from what the pool's quarters show at such
dispersions and such a rate, and moves to the stream's own by as much as its history can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import convolve1d

from quietdrop.detection.chunks import by_chunk
from quietdrop.detection.gap_regularity import POISSON_GAP_VARIANCE, SKIPPED_WEEKS, Gaps
from quietdrop.detection.pool_line import HIGH, LOW, Points, pool_line
from quietdrop.domain.arrays import FloatArray

SIDE_BLOCKS = 12
FEW_BLOCKS = 8  # so few, of one and of two weeks, say nothing of a stream
GAP_SHRINKAGE = 24.0  # pairs of gaps worth of belief in the pool's rhythm
GAP_WEIGHT = 0.55
LONG_WEEKS = 13
LONG_SIDE_BLOCKS = 3
LONG_WEIGHT = 0.75
LONG_CAP = 9.0  # squared deviations beyond three sigma are changes of level, not rhythm
REGULARITY = 1.2  # a week or two hold too few referrals to show all of a stream's regularity


@dataclass(frozen=True)
class ShortRatios:
    """What each stream's weeks say of it: its variance over its mean in one- and two-week blocks,
    how many of them tell of it, and its referrals a week of exposure."""

    ratio: FloatArray
    cells: FloatArray
    rate: FloatArray


@dataclass(frozen=True)
class ShortDispersion:
    """What the pool makes of the short blocks and of the gaps of each stream."""

    by_block: FloatArray
    by_gap: FloatArray
    rate: FloatArray

    @property
    def phi(self) -> FloatArray:
        """The dispersion of weeks."""
        weight = GAP_WEIGHT / (1.0 + self.rate / 3.0)
        return np.asarray(self.by_block ** (1.0 - weight) * self.by_gap**weight, dtype=float)


@dataclass(frozen=True)
class Quarters:
    """Squared deviations of each stream's quarters from their local level, and the variance that
    Poisson expects of them: streams × quarters."""

    squared: FloatArray
    expected: FloatArray


@dataclass(frozen=True)
class LongRatios:
    """Each stream's variance over its mean in quarters, and how many of them tell of it."""

    ratio: FloatArray
    cells: FloatArray


def dispersion(counts: FloatArray, exposure: FloatArray, gaps: Gaps) -> FloatArray:
    """φ of each stream, within [0.25, 8], where the streams are the whole pool.

    `counts` and `exposure` are streams × weeks; `gaps` as `gap_regularity` gives them.
    """
    short = short_dispersion(short_ratios(counts, exposure), gaps)
    return pooled_dispersion(short, long_ratios(quarters(counts, exposure), short.phi))


def short_ratios(counts: FloatArray, exposure: FloatArray) -> ShortRatios:
    """What each stream's weeks say of it. In: streams × weeks."""
    seen = exposure.sum(axis=1)
    rate = np.divide(counts.sum(axis=1), seen, out=np.zeros(len(counts)), where=seen > 0)
    ratio, cells = by_chunk(_short_ratio, counts, exposure).T
    return ShortRatios(ratio, cells, rate)


def short_dispersion(of: ShortRatios, gaps: Gaps) -> ShortDispersion:
    """What the pool makes of all its streams' weeks and gaps."""
    return ShortDispersion(_shrunk(block_points(of)), _gap_dispersion(gaps), of.rate)


def quarters(counts: FloatArray, exposure: FloatArray) -> Quarters | None:
    """What each stream's quarters say of it; None where there are too few. In: streams × weeks."""
    if (counts.shape[1] - SKIPPED_WEEKS) // LONG_WEEKS < 2 * LONG_SIDE_BLOCKS:
        return None
    y, s = _blocks(counts, LONG_WEEKS), _blocks(exposure, LONG_WEEKS)
    deviation, expected = _about_local_level(y, s, LONG_SIDE_BLOCKS)
    return Quarters(deviation**2, expected)


def long_ratios(of: Quarters | None, short_phi: FloatArray) -> LongRatios | None:
    """Each stream's variance over its mean in quarters; `short_phi` is its dispersion of weeks."""
    if of is None:
        return None
    cells = (of.expected > 0).sum(axis=1).astype(float)
    squares = np.minimum(of.squared, LONG_CAP * short_phi[:, None] * of.expected).sum(axis=1)
    total = of.expected.sum(axis=1)
    return LongRatios(np.divide(squares, total, out=short_phi.copy(), where=total > 0), cells)


def pooled_dispersion(short: ShortDispersion, long: LongRatios | None) -> FloatArray:
    """φ of each of the pool's streams; without quarters that of weeks counts for them."""
    by_week = short.phi
    by_quarter = by_week if long is None else _shrunk(quarter_points(short, long))
    phi = by_week ** (1.0 - LONG_WEIGHT) * by_quarter**LONG_WEIGHT
    return np.asarray(np.maximum(np.where(phi < 1.0, phi**REGULARITY, phi), LOW), dtype=float)


def _gap_dispersion(gaps: Gaps) -> FloatArray:
    """One over the Erlang shape of the gaps, shrunk to the pool's, and that to a Poisson rhythm."""
    total = gaps.mean * gaps.pairs
    pool = (total.sum() + GAP_SHRINKAGE * POISSON_GAP_VARIANCE) / (gaps.pairs.sum() + GAP_SHRINKAGE)
    shrunk = (total + GAP_SHRINKAGE * pool) / (gaps.pairs + GAP_SHRINKAGE)
    shape = (1.0 - 4.0 * shrunk) / (8.0 * np.maximum(shrunk, 1e-3))
    return np.asarray(1.0 / np.clip(shape, 1 / HIGH, 1 / LOW), dtype=float)


def quarter_points(short: ShortDispersion, long: LongRatios) -> Points:
    """What the pool's quarters show, beside the dispersions of weeks and the rate."""
    # Neighboring quarters share their local levels, so they say half of what they seem to say.
    cells = np.maximum(long.cells, LONG_SIDE_BLOCKS)
    noise = 2.0 * (2.0 + 1.0 / np.maximum(short.rate * LONG_WEEKS, 0.1)) / cells
    features = np.stack([short.by_block, short.by_gap, short.rate], axis=1)
    return Points(features, long.ratio, noise, long.cells >= LONG_SIDE_BLOCKS)


def block_points(of: ShortRatios) -> Points:
    """What the pool's one- and two-week blocks show, beside the rate."""
    noise = (2.0 + 1.0 / np.maximum(of.rate, 0.02)) / (np.maximum(of.cells, FEW_BLOCKS) / 2.0)
    return Points(of.rate[:, None], of.ratio, noise, of.cells > FEW_BLOCKS)


def _shrunk(of: Points) -> FloatArray:
    """The variance over the mean of each stream, shrunk to what the pool's line says at its
    features."""
    pool, spread = pool_line(of)
    belief = np.where(of.is_usable, spread / (spread + of.noise * pool**2), 0.0)
    return np.asarray(np.clip(belief * of.ratio + (1.0 - belief) * pool, LOW, HIGH), dtype=float)


def _short_ratio(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    """Each stream's variance over its mean in one- and two-week blocks, and how many blocks tell
    of it: streams × 2."""
    ratio, cells = np.zeros(len(counts)), np.zeros(len(counts))
    for length in (1, 2):
        y, s = _blocks(counts, length), _blocks(exposure, length)
        if y.shape[1] < 4:
            continue
        deviation, expected = _about_local_level(y, s, SIDE_BLOCKS)
        number = (expected > 0).sum(axis=1)
        total = expected.sum(axis=1)
        squares = (deviation**2).sum(axis=1)
        ratio += np.divide(squares, total, out=np.ones(len(y)), where=total > 0) * number
        cells += number
    return np.stack([ratio / np.maximum(cells, FEW_BLOCKS), cells], axis=1)


def level_dispersion(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    """φ of large streams, at least 1: the variance of their weeks about the local level.

    In: streams × weeks. There is no pool to learn from and no upper bound: the calendar explains
    a large stream less well than chance would allow.
    """
    return by_chunk(_level_ratio, counts, exposure)


def _level_ratio(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    deviation, expected = _about_local_level(_blocks(counts, 1), _blocks(exposure, 1), SIDE_BLOCKS)
    total = expected.sum(axis=1)
    squares = (deviation**2).sum(axis=1)
    ratio = np.divide(squares, total, out=np.ones(len(counts)), where=total > 0)
    return np.asarray(np.maximum(ratio, 1.0), dtype=float)


def _blocks(weekly: FloatArray, length: int) -> FloatArray:
    """Sums of `length` weeks, the newest weeks left out: streams × blocks."""
    usable = weekly[:, :-SKIPPED_WEEKS]
    first = usable.shape[1] % length
    blocks = usable[:, first::length].copy()
    for week in range(first + 1, first + length):
        blocks += usable[:, week::length]
    return blocks


def _about_local_level(y: FloatArray, s: FloatArray, side: int) -> tuple[FloatArray, FloatArray]:
    """Deviations from the level of the blocks on both sides, and the variance that Poisson
    expects of them; 0 where there is nothing to compare with. Streams × blocks.
    """
    kernel = np.ones(2 * side + 1)
    kernel[side] = 0.0
    near_y = convolve1d(y, kernel, axis=1, mode="constant")
    near_s = convolve1d(s, kernel, axis=1, mode="constant")
    valid = (s > 0) & (near_s > 0)
    level = np.divide(near_y, near_s, out=np.zeros_like(y), where=valid)
    inflation = np.divide(s, near_s, out=np.zeros_like(y), where=valid) + 1.0
    return np.where(valid, y - level * s, 0.0), level * s * inflation
