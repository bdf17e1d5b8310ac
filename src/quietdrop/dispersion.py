"""How bursty or how regular each stream is: its variance over its mean.

The geometric mean of two estimates, each shrunk to the pool: (1) the variance of short blocks
about a local level, for busy streams; (2) the regularity of the gaps between referrals (Wheat
and Morrison 1990), for sparse ones, which needs no level at all.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from scipy.ndimage import convolve1d

from quietdrop.model import FloatArray, IntArray

LOW, HIGH = 0.25, 8.0
SIDE_BLOCKS = 12
SKIPPED_WEEKS = 6  # a drift that begins now must not read as burstiness
POISSON_GAP_VARIANCE = 1.0 / 12.0
GAP_SHRINKAGE = 12.0  # pairs of gaps worth of belief in a Poisson rhythm
GAP_WEIGHT = 0.55
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
    by_block = _block_dispersion(counts, exposure, rate)
    shrunk = (gap_variance * gap_pairs + GAP_SHRINKAGE * POISSON_GAP_VARIANCE) / (
        gap_pairs + GAP_SHRINKAGE
    )
    shape = np.clip((1.0 - 4.0 * shrunk) / (8.0 * np.maximum(shrunk, 1e-3)), 1 / HIGH, 1 / LOW)
    weight = GAP_WEIGHT / (1.0 + rate / 3.0)
    log_phi = (1.0 - weight) * np.log(np.clip(by_block, LOW, HIGH)) - weight * np.log(shape)
    clipped: FloatArray = np.clip(np.exp(log_phi), LOW, HIGH)
    return clipped


def _block_dispersion(counts: FloatArray, exposure: FloatArray, rate: FloatArray) -> FloatArray:
    """Variance over mean of one- and two-week blocks, shrunk to the pool's line on the rate."""
    ratio, cells = np.zeros(len(counts)), np.zeros(len(counts))
    usable = max(counts.shape[1] - SKIPPED_WEEKS, 0)
    for length in (1, 2):
        offset = usable % length
        shape = (len(counts), usable // length, length)
        y = counts[:, offset:usable].reshape(shape).sum(axis=2)
        s = exposure[:, offset:usable].reshape(shape).sum(axis=2)
        if y.shape[1] < 4:
            continue
        squares, expected, number = _about_local_level(y, s)
        ratio += np.divide(squares, expected, out=np.ones(len(y)), where=expected > 0) * number
        cells += number
    ratio = np.divide(ratio, cells, out=np.ones(len(counts)), where=cells > 0)
    noise = np.divide(2.0 + 1.0 / np.maximum(rate, 0.02), np.maximum(cells / 2.0, 1.0))
    usable_streams = (cells > 8) & (rate > 0)
    pool, spread = _pool_line(rate, ratio, noise, usable_streams)
    belief = np.where(usable_streams, spread / (spread + noise * pool**2), 0.0)
    return belief * ratio + (1.0 - belief) * pool


def level_dispersion(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    """φ of large streams, at least 1: the variance of their weeks about the local level.

    In: streams × weeks. There is no pool to learn from and no upper bound: the calendar explains
    a large stream less well than chance would allow.
    """
    usable = max(counts.shape[1] - SKIPPED_WEEKS, 0)
    squares, expected, _ = _about_local_level(counts[:, :usable], exposure[:, :usable])
    ratio = np.divide(squares, expected, out=np.ones(len(counts)), where=expected > 0)
    return np.maximum(ratio, 1.0)


def _about_local_level(y: FloatArray, s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Squared deviations from the level of the blocks on both sides, and what Poisson expects."""
    kernel = np.ones(2 * SIDE_BLOCKS + 1)
    kernel[SIDE_BLOCKS] = 0.0
    near_y = convolve1d(y, kernel, axis=1, mode="constant")
    near_s = convolve1d(s, kernel, axis=1, mode="constant")
    valid = (s > 0) & (near_s > 0)
    expected = np.divide(near_y * s, near_s, out=np.zeros_like(y), where=valid)
    inflation = np.divide(s, near_s, out=np.zeros_like(y), where=valid) + 1.0
    squares = np.where(valid, (y - expected) ** 2, 0.0).sum(axis=1)
    return squares, (expected * inflation).sum(axis=1), valid.sum(axis=1).astype(float)


def _pool_line(
    rate: FloatArray, ratio: FloatArray, noise: FloatArray, usable: np.ndarray
) -> tuple[FloatArray, float]:
    """The pool's φ at each rate (bursts grow with the level) and how far streams stray from it."""
    if usable.sum() < 8:
        return np.ones_like(rate), 0.25
    from sklearn.linear_model import LinearRegression

    weight = 1.0 / (0.1 + noise[usable])
    at_zero = LinearRegression(positive=True).fit(
        rate[usable, None], ratio[usable], sample_weight=weight
    )
    pool: FloatArray = np.clip(at_zero.predict(rate[:, None]), LOW, HIGH)
    excess = (ratio[usable] - pool[usable]) ** 2 - noise[usable] * pool[usable] ** 2
    return pool, max(float(np.average(excess, weights=weight)), 0.02)


def gap_regularity(
    stream: IntArray,
    day: IntArray,
    number: IntArray,
    exposure: FloatArray,
    first_day: int,
    seeds: IntArray,
) -> tuple[FloatArray, IntArray]:
    """Mean (M − ½)² of neighbouring gaps a stream, and the number of pairs behind it.

    `stream`, `day` and `number` are referrals by day, sorted by stream and day; `exposure` is
    streams × weeks from `first_day`; `seeds` one hash a stream. Gaps are in operational time:
    exposure, spread over the week by the pool's own weekday profile. Several referrals of one
    day are spread by a hash, so nothing is random and no order matters.
    """
    streams = len(exposure)
    recent = day < first_day + 7 * (exposure.shape[1] - SKIPPED_WEEKS)
    stream, day, number = stream[recent], day[recent] - first_day, number[recent]
    mean = np.full(streams, POISSON_GAP_VARIANCE)
    pairs = np.zeros(streams, dtype=np.int64)
    if not len(day):
        return mean, pairs
    profile = np.bincount(day % 7, weights=number, minlength=7) / number.sum()
    bounds = np.searchsorted(stream, np.arange(0, streams + CHUNK, CHUNK))
    for block, (low, high) in enumerate(itertools.pairwise(bounds)):
        rows = slice(block * CHUNK, min((block + 1) * CHUNK, streams))
        events = (stream[low:high] - rows.start, day[low:high], number[low:high])
        mean[rows], pairs[rows] = _gap_variance(*events, exposure[rows], profile, seeds[rows])
    return mean, pairs


def _gap_variance(
    stream: IntArray,
    day: IntArray,
    number: IntArray,
    exposure: FloatArray,
    profile: FloatArray,
    seeds: IntArray,
) -> tuple[FloatArray, IntArray]:
    """`gap_regularity` for a block of streams; `day` counts from the first week's first day."""
    streams = len(exposure)
    row = np.repeat(np.arange(len(day)), number)
    copy = np.arange(len(row)) - np.repeat(number.cumsum() - number, number)
    who, when = stream[row], day[row]
    week, weekday = when // 7, when % 7
    cumulative = exposure.cumsum(axis=1) - exposure
    within = (profile.cumsum() - profile)[weekday] + _jitter(seeds[who], when, copy) * profile[
        weekday
    ]
    time = cumulative[who, week] + exposure[who, week] * within
    order = np.lexsort((time, who))
    who, time = who[order], time[order]
    gap = np.diff(time)
    pair = (who[2:] == who[:-2]) & (gap[1:] + gap[:-1] > 0)
    share = gap[:-1][pair] / (gap[:-1][pair] + gap[1:][pair])
    pairs = np.bincount(who[2:][pair], minlength=streams)
    squares = np.bincount(who[2:][pair], weights=(share - 0.5) ** 2, minlength=streams)
    mean = np.divide(squares, pairs, out=np.full(streams, POISSON_GAP_VARIANCE), where=pairs > 0)
    return mean, pairs.astype(np.int64)


def _jitter(seed: IntArray, day: IntArray, copy: IntArray) -> FloatArray:
    """A fixed number in [0, 1) for each referral: a hash of its stream, day and place."""
    mixed = seed.astype(np.uint64) ^ (day.astype(np.uint64) << np.uint64(20))
    hashed = pd.util.hash_array(mixed ^ copy.astype(np.uint64), categorize=False)
    return (hashed >> np.uint64(11)).astype(np.float64) / 2.0**53
