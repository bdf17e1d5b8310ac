"""How bursty or how regular each stream is: its variance over its mean.

First the geometric mean of two estimates, each shrunk to the pool: (1) the variance of short
blocks about a local level, for busy streams; (2) the regularity of the gaps between referrals
(Wheat and Morrison 1990), for sparse ones, which needs no level at all. Then, with the greater
weight, the variance of quarters: a drift shows over months, and a rate that wanders from month to
month looks calm from week to week. It starts from what the pool's quarters show at such
dispersions and such a rate, and moves to the stream's own by as much as its history can tell.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.ndimage import convolve1d

from quietdrop.detection.chunks import by_chunk, chunks, each_chunk
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray

LOW, HIGH = 0.25, 8.0
SIDE_BLOCKS = 12
FEW_BLOCKS = 8  # so few, of one and of two weeks, say nothing of a stream
SKIPPED_WEEKS = 6  # a drift that begins now must not read as burstiness
POISSON_GAP_VARIANCE = 1.0 / 12.0
GAP_SHRINKAGE = 24.0  # pairs of gaps worth of belief in the pool's rhythm
GAP_WEIGHT = 0.55
LEAST_POOL = 8  # streams from which a pool can be learned
LEAST_SPREAD = 0.01
LONG_WEEKS = 13
LONG_SIDE_BLOCKS = 3
LONG_WEIGHT = 0.75
LONG_CAP = 9.0  # squared deviations beyond three sigma are changes of level, not rhythm
REGULARITY = 1.2  # a week or two hold too few referrals to show all of a stream's regularity
CHUNK = 4096


def dispersion(
    counts: FloatArray, exposure: FloatArray, gap_variance: FloatArray, gap_pairs: IntArray
) -> FloatArray:
    """φ of each stream, within [0.25, 8].

    `counts` and `exposure` are streams × weeks; `gap_variance` and `gap_pairs` as
    `gap_regularity` gives them.
    """
    seen = exposure.sum(axis=1)
    rate = np.divide(counts.sum(axis=1), seen, out=np.zeros(len(counts)), where=seen > 0)
    by_block = np.clip(_block_dispersion(counts, exposure, rate), LOW, HIGH)
    by_gap = _gap_dispersion(gap_variance, gap_pairs)
    weight = GAP_WEIGHT / (1.0 + rate / 3.0)
    short = by_block ** (1.0 - weight) * by_gap**weight
    long = _long_dispersion(counts, exposure, short, np.stack([by_block, by_gap, rate], axis=1))
    phi = short ** (1.0 - LONG_WEIGHT) * long**LONG_WEIGHT
    return np.asarray(np.maximum(np.where(phi < 1.0, phi**REGULARITY, phi), LOW), dtype=float)


def _gap_dispersion(gap_variance: FloatArray, gap_pairs: IntArray) -> FloatArray:
    """One over the Erlang shape of the gaps, shrunk to the pool's, and that to a Poisson rhythm."""
    total = gap_variance * gap_pairs
    pool = (total.sum() + GAP_SHRINKAGE * POISSON_GAP_VARIANCE) / (gap_pairs.sum() + GAP_SHRINKAGE)
    shrunk = (total + GAP_SHRINKAGE * pool) / (gap_pairs + GAP_SHRINKAGE)
    shape = (1.0 - 4.0 * shrunk) / (8.0 * np.maximum(shrunk, 1e-3))
    return np.asarray(1.0 / np.clip(shape, 1 / HIGH, 1 / LOW), dtype=float)


def _long_dispersion(
    counts: FloatArray, exposure: FloatArray, short: FloatArray, features: FloatArray
) -> FloatArray:
    """The dispersion of quarters, shrunk to what `features`, streams × features of which the last
    is the rate, say of it in this pool; the short φ where quarters are too few."""
    usable = counts.shape[1] - SKIPPED_WEEKS
    if usable // LONG_WEEKS < 2 * LONG_SIDE_BLOCKS:
        return short
    y, s = _blocks(counts, LONG_WEEKS), _blocks(exposure, LONG_WEEKS)
    deviation, expected = _about_local_level(y, s, LONG_SIDE_BLOCKS)
    cells = (expected > 0).sum(axis=1).astype(float)
    squares = np.minimum(deviation**2, LONG_CAP * short[:, None] * expected).sum(axis=1)
    total = expected.sum(axis=1)
    ratio = np.divide(squares, total, out=short.copy(), where=total > 0)
    is_usable = cells >= LONG_SIDE_BLOCKS
    if is_usable.sum() < LEAST_POOL:
        return short
    # Neighboring quarters share their local levels, so they say half of what they seem to say.
    rate = features[:, -1]
    cells = np.maximum(cells, LONG_SIDE_BLOCKS)
    noise = 2.0 * (2.0 + 1.0 / np.maximum(rate * LONG_WEEKS, 0.1)) / cells
    pool, spread = _pool_line(features, ratio, noise, is_usable)
    belief = np.where(is_usable, spread / (spread + noise * pool**2), 0.0)
    return np.asarray(np.clip(belief * ratio + (1.0 - belief) * pool, LOW, HIGH), dtype=float)


def _block_dispersion(counts: FloatArray, exposure: FloatArray, rate: FloatArray) -> FloatArray:
    """Variance over mean of one- and two-week blocks, shrunk to the pool's line on the rate."""
    ratio, cells = by_chunk(_short_ratio, counts, exposure).T
    is_usable = cells > FEW_BLOCKS
    noise = (2.0 + 1.0 / np.maximum(rate, 0.02)) / (np.maximum(cells, FEW_BLOCKS) / 2.0)
    if is_usable.sum() < LEAST_POOL:
        pool, spread = np.ones_like(rate), 0.25
    else:
        pool, spread = _pool_line(rate[:, None], ratio, noise, is_usable)
    belief = np.where(is_usable, spread / (spread + noise * pool**2), 0.0)
    return np.asarray(belief * ratio + (1.0 - belief) * pool, dtype=float)


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


def _pool_line(
    features: FloatArray, ratio: FloatArray, noise: FloatArray, is_usable: BoolArray
) -> tuple[FloatArray, float]:
    """The pool's φ at each stream's features, streams × features (bursts grow with the level),
    and how far streams stray from it: the variance between them beyond their own noise.
    """
    weight = 1.0 / (0.1 + noise[is_usable])
    center = np.average(features[is_usable], axis=0, weights=weight)
    middle = float(np.average(ratio[is_usable], weights=weight))
    root = np.sqrt(weight)
    rows, y = features[is_usable] - center, ratio[is_usable] - middle
    slopes = _slopes(rows * root[:, None], y * root)
    line = features @ slopes + (middle - center @ slopes)
    pool: FloatArray = np.clip(line, LOW, HIGH)
    excess = (ratio[is_usable] - pool[is_usable]) ** 2 - noise[is_usable] * pool[is_usable] ** 2
    return pool, max(float(np.average(excess, weights=weight)), LEAST_SPREAD)


def _slopes(rows: FloatArray, y: FloatArray) -> FloatArray:
    """The slopes of least squares, none of them negative: the best of every choice of columns
    whose slopes are not. There are three columns at most; importing a solver takes longer.
    """
    number = rows.shape[1]
    best, least = np.zeros(number), float(y @ y)
    for size in range(number):
        for some in map(list, itertools.combinations(range(number), size + 1)):
            slopes = np.linalg.lstsq(rows[:, some], y)[0]
            rest = y - rows[:, some] @ slopes
            if slopes.min() >= 0 and (squares := float(rest @ rest)) < least:
                best, least = np.zeros(number), squares
                best[some] = slopes
    return best


@dataclass(frozen=True)
class DailyCounts:
    """Referrals by day, sorted by stream and day; streams are rows of the matrices beside them."""

    stream: IntArray
    day: IntArray
    number: IntArray

    def only(self, which: BoolArray | slice) -> DailyCounts:
        """Some of them, in their order."""
        return DailyCounts(self.stream[which], self.day[which], self.number[which])

    def counted_from(self, first_stream: int, first_day: int) -> DailyCounts:
        """The same with streams and days as distances from these."""
        return DailyCounts(self.stream - first_stream, self.day - first_day, self.number)


def gap_regularity(
    daily: DailyCounts, exposure: FloatArray, first_day: int, seeds: IntArray
) -> tuple[FloatArray, IntArray]:
    """Mean (M − ½)² of neighboring gaps a stream, and the number of pairs behind it.

    `exposure` is streams × weeks from `first_day`; `seeds` one hash a stream. Gaps are in
    operational time: exposure, spread over the week by the pool's own weekday profile. Several
    referrals of one day are spread by a hash, so nothing is random and no order matters.
    """
    streams = len(exposure)
    recent = daily.day < first_day + 7 * (exposure.shape[1] - SKIPPED_WEEKS)
    daily = daily.only(recent).counted_from(0, first_day)
    mean = np.full(streams, POISSON_GAP_VARIANCE)
    pairs = np.zeros(streams, dtype=np.int64)
    profile = np.bincount(daily.day % 7, weights=daily.number) / daily.number.sum()

    def place(rows: slice) -> None:
        low, high = np.searchsorted(daily.stream, [rows.start, rows.stop])
        those = daily.only(slice(low, high)).counted_from(rows.start, 0)
        mean[rows], pairs[rows] = _gap_variance(those, exposure[rows], profile, seeds[rows])

    each_chunk(place, chunks(streams, CHUNK))
    return mean, pairs


def _gap_variance(
    daily: DailyCounts, exposure: FloatArray, profile: FloatArray, seeds: IntArray
) -> tuple[FloatArray, IntArray]:
    """`gap_regularity` for a block of streams; days count from the first week's first."""
    streams = len(exposure)
    number = daily.number
    row = np.repeat(np.arange(len(daily.day)), number)
    copy = np.arange(len(row)) - np.repeat(number.cumsum() - number, number)
    who, when = daily.stream[row], daily.day[row]
    week, weekday = when // 7, when % 7
    cumulative = exposure.cumsum(axis=1) - exposure
    within = (profile.cumsum() - profile)[weekday] + _jitter(seeds[who], when, copy) * profile[
        weekday
    ]
    cell = who * exposure.shape[1] + week
    time = cumulative.ravel().take(cell) + exposure.ravel().take(cell) * within
    new_day = np.ones(len(number), dtype=bool)
    new_day[1:] = (np.diff(daily.stream) != 0) | (np.diff(daily.day) != 0)
    _sort_within_days(time, np.add.reduceat(number, np.flatnonzero(new_day)))
    gap = np.diff(time)
    pair = (who[2:] == who[:-2]) & (gap[1:] + gap[:-1] > 0)
    share = gap[:-1][pair] / (gap[:-1][pair] + gap[1:][pair])
    pairs = np.bincount(who[2:][pair], minlength=streams)
    squares = np.bincount(who[2:][pair], weights=(share - 0.5) ** 2, minlength=streams)
    mean = np.divide(squares, pairs, out=np.full(streams, POISSON_GAP_VARIANCE), where=pairs > 0)
    return mean, pairs.astype(np.int64)


def _sort_within_days(time: FloatArray, number: IntArray) -> None:
    """Puts the times of each stream's days in order, in place; the days are in order already.

    Days of equally many referrals are the rows of one matrix, which is quicker than one sort of
    all. `number` is how many each day of each stream has.
    """
    begin = number.cumsum() - number
    days = np.argsort(number, kind="stable")
    sizes, first = np.unique(number[days], return_index=True)
    for size, alike in zip(sizes, np.split(days, first[1:]), strict=False):
        if size > 1:
            place = begin[alike][:, None] + np.arange(size)
            time[place] = np.sort(time[place], axis=1)


def _jitter(seed: IntArray, day: IntArray, copy: IntArray) -> FloatArray:
    """A fixed number in [0, 1) for each referral: a hash of its stream, day and place."""
    mixed = seed.astype(np.uint64) ^ (day.astype(np.uint64) << np.uint64(20))
    hashed = pd.util.hash_array(mixed ^ copy.astype(np.uint64), categorize=False)
    return (hashed >> np.uint64(11)).astype(np.float64) / 2.0**53
