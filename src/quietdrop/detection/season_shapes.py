"""The seasons that practices of a network share, learned from the network itself.

A mixture model: a practice has no season of its own, or one of a few shapes over the year. Given a
practice's total, its referrals fall on the parts of the year as a multinomial, so no level has to
be known. Shapes and their shares come by expectation and maximization (Dempster, Laird and Rubin
1977), both shrunk: shapes to a flat year, shares to what is believed before any count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy.ndimage import convolve1d

from quietdrop.detection.log_sums import log_sum_exp
from quietdrop.domain.arrays import FloatArray, IntArray

BINS = 26  # parts of the year: a vacation of a few weeks shows, a single week does not
DAYS_A_YEAR = 365.25
PRIOR = 0.05  # share of practices believed to have a season before any count
PRIOR_PRACTICES = 10.0  # practices for which that belief counts
SHAPE_PSEUDO = 30.0  # referrals a bin by which a shape is shrunk to a flat year
LEAST_SHARE = 0.02  # of an ordinary week: nobody is certain to send nothing
PASSES = 12  # further ones change no posterior by more than a few per mille
KERNEL = np.array([0.25, 0.5, 0.25])  # neighboring bins are alike
PEAKS = 4  # starting shapes peak at the middle of each quarter


def bins_of(start_day: int, weeks: int) -> IntArray:
    """The part of the year in which the middle of each week lies.

    Args:
        start_day: the first week's first day, days since 1970-01-01.
        weeks: how many weeks.
    """
    middle = start_day + 7 * np.arange(weeks) + 3
    return np.asarray(middle % DAYS_A_YEAR / DAYS_A_YEAR * BINS, dtype=np.int64)


@dataclass(frozen=True)
class YearParts:
    """Streams × BINS: what came in each part of the year, and the chances there."""

    came: FloatArray
    chances: FloatArray


@dataclass(frozen=True)
class Members:
    """Streams that have had chances: what came by part of the year, their shares of their chances,
    what came in all, and φ, by which a log likelihood is divided (the last two are columns)."""

    came: FloatArray
    shares: FloatArray
    total: FloatArray
    phi: FloatArray


@dataclass(frozen=True)
class Shapes:
    """The seasons of a network: shapes × BINS with mean 1, and each one's share of the streams."""

    shapes: FloatArray
    prior: FloatArray


@dataclass(frozen=True)
class Belonging:
    """What some streams say of each shape: how many follow it, and what came to those and what
    their levels promised by part of the year, shapes × BINS."""

    number: FloatArray
    came: FloatArray
    promised: FloatArray

    def __add__(self, other: Belonging) -> Belonging:
        return Belonging(
            self.number + other.number, self.came + other.came, self.promised + other.promised
        )


def learned_shapes(
    counts: FloatArray, exposure: FloatArray, bin_of: IntArray, dispersion: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Learns the shapes and how many practices have each, where the streams are the whole pool.

    Args:
        counts: streams × weeks.
        exposure: the same, without any season of a stream's own.
        bin_of: each week's part of the year.
        dispersion: each stream's φ; its log likelihood is divided by it.

    Returns:
        Shapes × BINS with mean 1, and each shape's share of the streams.
    """
    of = members(year_parts(counts, exposure, bin_of), dispersion)
    every = pooled_shapes(len(of.came), lambda shapes: [belonging(of, shapes)])
    return every.shapes, every.prior


def year_parts(counts: FloatArray, exposure: FloatArray, bin_of: IntArray) -> YearParts:
    """What came to each stream by part of the year; arguments as `learned_shapes` takes them."""
    member = (bin_of[:, None] == np.arange(BINS)).astype(float)
    return YearParts(counts @ member, exposure @ member)


def members(of: YearParts, dispersion: FloatArray) -> Members:
    """The streams that say something of shapes."""
    total, seen = of.came.sum(axis=1), of.chances.sum(axis=1)
    usable = seen > 0
    shares = of.chances[usable]
    shares /= seen[usable, None]
    return Members(of.came[usable], shares, total[usable, None], dispersion[usable, None])


def belonging(of: Members, every: Shapes) -> Belonging:
    """What some streams say of each shape, by how likely each one follows it."""
    shapes, prior = every.shapes, every.prior
    expected = of.shares @ shapes.T
    gain = (of.came @ np.log(shapes).T - of.total * np.log(expected)) / of.phi
    weighed = np.concatenate([np.zeros((len(gain), 1)), gain], axis=1)
    weighed += np.log(np.concatenate([[1.0 - prior.sum()], prior]))
    belongs = np.exp(weighed - log_sum_exp(weighed, axis=1, keepdims=True))[:, 1:]
    level = of.total / expected
    return Belonging(belongs.sum(axis=0), belongs.T @ of.came, (belongs * level).T @ of.shares)


def pooled_shapes(number: int, belonging_to: Callable[[Shapes], Iterable[Belonging]]) -> Shapes:
    """Learns the shapes from `number` streams; `belonging_to` asks each block of them, and the
    answers are summed in the order of the blocks."""
    shapes = _starting_shapes()
    every = Shapes(shapes, np.full(len(shapes), PRIOR / len(shapes)))
    start = PRIOR_PRACTICES * PRIOR / len(shapes)
    for _ in range(PASSES):
        pool = reduce(Belonging.__add__, belonging_to(every))
        shapes = _smooth(pool.came) + SHAPE_PSEUDO
        shapes /= _smooth(pool.promised) + SHAPE_PSEUDO
        shapes = np.maximum(shapes, LEAST_SHARE)
        shapes /= shapes.mean(axis=1, keepdims=True)
        every = Shapes(shapes, (pool.number + start) / (number + PRIOR_PRACTICES))
    return every


def _starting_shapes() -> FloatArray:
    """A smooth wave, a dip of a quarter and half a year off, each at the four quarters."""
    angle = 2.0 * np.pi * (np.arange(BINS) + 0.5) / BINS
    shapes = []
    for peak in range(PEAKS):
        wave = np.cos(angle - 2.0 * np.pi * peak / PEAKS)
        shapes.append(np.exp(1.2 * wave))
        shapes.append(np.where(wave < -0.6, 0.3, 1.1))
        shapes.append(np.where(wave < -0.05, 0.05, 1.5))
    start = np.array(shapes)
    return np.asarray(start / start.mean(axis=1, keepdims=True), dtype=float)


def _smooth(by_bin: FloatArray) -> FloatArray:
    """The values of a year smoothed around its end."""
    return np.asarray(convolve1d(by_bin, KERNEL, axis=1, mode="wrap"), dtype=float)
