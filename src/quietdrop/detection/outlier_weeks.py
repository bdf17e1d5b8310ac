"""One very large week, such as after a health fair, says nothing of a referrer's usual rate."""

from __future__ import annotations

import numpy as np

from quietdrop.detection.chunks import chunks, each_chunk
from quietdrop.domain.arrays import BoolArray, FloatArray

LEAST = 8.0  # referrals beyond the usual
TIMES = 8.0  # the usual
NEWEST_WEEKS = 6  # no baseline yet; what comes now is never explained away
LEAST_WEEKS = 10


def without_batches(counts: FloatArray, exposure: FloatArray) -> tuple[FloatArray, BoolArray]:
    """In: streams × weeks. Out: the counts with what is usual in place of very large weeks, and
    which weeks those are.

    A week is very large beyond 8 + 8 times the mean of the stream's other weeks; not among the
    newest six, which the mean leaves out too, so that one more referral now changes nothing here.
    """
    marks = np.zeros(counts.shape, dtype=bool)
    old = slice(-NEWEST_WEEKS)

    def usual(rows: slice) -> FloatArray:
        every, marks[rows, old] = _large(counts[rows, old], exposure[rows, old])
        return every[marks[rows, old]]

    large = each_chunk(usual, chunks(len(counts)))
    if not marks.any():
        return counts, marks
    calm = counts.copy()
    calm[marks] = np.concatenate(large)
    return calm, marks


def _large(y: FloatArray, s: FloatArray) -> tuple[FloatArray, BoolArray]:
    """What is usual in each week, and which weeks are very large."""
    others_y = y.sum(axis=1, keepdims=True) - y
    others_s = s.sum(axis=1, keepdims=True) - s
    usual = np.divide(others_y * s, others_s, out=np.zeros_like(y), where=others_s > 0)
    long_enough = (s > 0).sum(axis=1, keepdims=True) >= LEAST_WEEKS
    return usual, (y > LEAST + TIMES * usual) & long_enough
