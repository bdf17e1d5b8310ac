"""How regular the gaps between a stream's referrals are (Wheat and Morrison 1990)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quietdrop.detection.chunks import chunks, each_chunk
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray

POISSON_GAP_VARIANCE = 1.0 / 12.0
SKIPPED_WEEKS = 6  # a drift that begins now must not read as burstiness
CHUNK = 4096


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


@dataclass(frozen=True)
class Gaps:
    """Mean (M − ½)² of neighboring gaps a stream, and the number of pairs behind it."""

    mean: FloatArray
    pairs: IntArray


def gap_regularity(
    daily: DailyCounts, exposure: FloatArray, first_day: int, seeds: IntArray
) -> Gaps:
    """The gaps of streams that are the whole pool; arguments as `gaps_of` takes them."""
    profile = weekday_profile(weekday_numbers(daily, exposure.shape[1], first_day))
    return gaps_of(daily, exposure, first_day, (profile, seeds))


def weekday_numbers(daily: DailyCounts, weeks: int, first_day: int) -> FloatArray:
    """How many referrals came on each day of a week, from the first week's first day; the newest
    weeks are left out."""
    past = _past(daily, weeks, first_day)
    return np.bincount(past.day % 7, weights=past.number, minlength=7).astype(float)


def weekday_profile(numbers: FloatArray) -> FloatArray:
    """Each weekday's share of the pool's referrals."""
    total = numbers.sum()
    return numbers / total if total > 0 else np.zeros(7)


def gaps_of(
    daily: DailyCounts, exposure: FloatArray, first_day: int, given: tuple[FloatArray, IntArray]
) -> Gaps:
    """The regularity of each stream's gaps.

    Gaps are in operational time: exposure, spread over the week by the pool's weekday profile.
    Several referrals of one day are spread by a hash, so nothing is random and no order matters.

    Args:
        daily: The streams' referrals by day.
        exposure: Streams × weeks from `first_day`.
        first_day: The first week's first day, days since 1970-01-01.
        given: The pool's weekday profile, and a hash a stream.
    """
    profile, seeds = given
    streams = len(exposure)
    daily = _past(daily, exposure.shape[1], first_day)
    mean = np.full(streams, POISSON_GAP_VARIANCE)
    pairs = np.zeros(streams, dtype=np.int64)

    def place(rows: slice) -> None:
        low, high = np.searchsorted(daily.stream, [rows.start, rows.stop])
        those = daily.only(slice(low, high)).counted_from(rows.start, 0)
        mean[rows], pairs[rows] = _gap_variance(those, exposure[rows], profile, seeds[rows])

    each_chunk(place, chunks(streams, CHUNK))
    return Gaps(mean, pairs)


def _past(daily: DailyCounts, weeks: int, first_day: int) -> DailyCounts:
    """The referrals before the newest weeks, by the days since `first_day`."""
    recent = daily.day < first_day + 7 * (weeks - SKIPPED_WEEKS)
    return daily.only(recent).counted_from(0, first_day)


def _gap_variance(
    daily: DailyCounts, exposure: FloatArray, profile: FloatArray, seeds: IntArray
) -> tuple[FloatArray, IntArray]:
    """`gaps_of` for a chunk of streams; days count from the first week's first."""
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
