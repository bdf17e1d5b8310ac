"""Days on which one of our own places took nobody, though nobody said that it was closed.

A dip that all referrers of a place share, and that ends, is ours and not theirs. Each day weighs
for or against a closure by its Poisson log likelihood ratio; the stretch of greatest sum is the
most likely closure (a scan statistic, Kulldorff 1997, over one dimension).
"""

from __future__ import annotations

import numpy as np

from quietdrop.detection.calendar import CHI_SQUARE_MEDIAN
from quietdrop.domain.arrays import FloatArray, IntArray

LEFT = 0.1  # of the usual: a straggler may be entered on a day on which a place is closed
EMPTY = 0.2  # of the usual: a place that takes more is open
SURE = 10.0  # log likelihood ratio: 1 in 22,000, since every stretch of a year is tried
SHARED_BY = 5  # practices that usually send there; fewer may be away themselves
LEAST_DAYS, MOST_DAYS = 4, 70  # a long weekend is no closure; a place closed for longer has moved
BACK_DAYS = 14  # after the stretch, in which the place must be back
BACK_SHARE = 0.5  # of the usual
LEAST_BACK = 3.0  # referrals expected since, before anything is known of the return
HALF_SPAN = 26  # weeks to each side, whose median is the usual level: a season is no closure


def usual_days(by_day: FloatArray, index: FloatArray) -> FloatArray:
    """What each day would usually bring to one place.

    Args:
        by_day: Referrals of each day, a whole number of weeks.
        index: Each week's share of an ordinary week, by season and holidays.

    Returns:
        One expectation a day: the median level of the weeks around, spread over the week as the
        place's own weeks are.
    """
    weeks = _by_week(by_day)
    total = weeks.sum()
    profile = weeks.sum(axis=0) / total if total > 0 else np.zeros(7)
    ratio = weeks.sum(axis=1) / np.maximum(index, 0.05)
    level = np.array(
        [
            np.median(ratio[max(week - HALF_SPAN, 0) : week + HALF_SPAN + 1])
            for week in range(len(ratio))
        ]
    )
    return np.asarray((level * index)[:, None] * profile[None, :], dtype=float).ravel()


def _by_week(by_day: FloatArray) -> FloatArray:
    """The days as weeks × 7."""
    return by_day.reshape(len(by_day) // 7, 7)


def shared_dips(by_practice: FloatArray, index: FloatArray) -> list[tuple[int, int]]:
    """Finds the stretches in which nearly nobody sent to a place, and that are over.

    Args:
        by_practice: Referrals to the place, practices × days, a whole number of weeks.
        index: Each week's share of an ordinary week.

    Returns:
        First and last day of each stretch, in order.
    """
    total = by_practice.sum(axis=0)
    usual = usual_days(total, index)
    if not usual.any():
        return []
    spread = max(_dispersion(total, usual), 1.0)
    gain = (total * np.log(LEFT) + usual * (1.0 - LEFT)) / spread
    stretches = []
    while (best := _greatest(gain)) is not None:
        first, last = _empty(total, usual, *best)
        if _is_closure(by_practice, usual, spread, first, last):
            stretches.append((first, last))
        gain[best[0] : best[1] + 1] = -np.inf
    return sorted(stretches)


def _dispersion(total: FloatArray, usual: FloatArray) -> float:
    """How much weeks stray about the usual, by the median so that closures do not count."""
    came, expected = _by_week(total).sum(axis=1), _by_week(usual).sum(axis=1)
    usable = expected > 0
    square = (came[usable] - expected[usable]) ** 2 / expected[usable]
    return float(np.median(square) / CHI_SQUARE_MEDIAN)


def _greatest(gain: FloatArray) -> tuple[int, int] | None:
    """The stretch of greatest sum (Kadane's algorithm); None where none is sure."""
    best, span = SURE, None
    running, start = 0.0, 0
    for day, each in enumerate(gain.tolist()):
        running += each
        if running > best:
            best, span = running, (start, day)
        if running <= 0.0:
            running, start = 0.0, day + 1
    return span


def _is_closure(
    by_practice: FloatArray, usual: FloatArray, spread: float, first: int, last: int
) -> bool:
    """Whether the stretch has a closure's length, is over, and is shared by many."""
    within = slice(first, last + 1)
    is_empty = by_practice[:, within].sum() <= EMPTY * usual[within].sum()
    after = slice(last + 1, last + 1 + BACK_DAYS)
    expected = float(usual[after].sum())
    is_back = expected >= LEAST_BACK and by_practice[:, after].sum() >= BACK_SHARE * expected
    if not (LEAST_DAYS <= last - first + 1 <= MOST_DAYS and is_empty and is_back):
        return False
    share = by_practice.sum(axis=1)
    if (share > 0).sum() < SHARED_BY:
        return False
    largest = int(share.argmax())
    others = np.delete(by_practice, largest, axis=0)[:, within].sum()
    without = float(usual[within].sum()) * (1.0 - share[largest] / share.sum())
    return bool((others * np.log(LEFT) + without * (1.0 - LEFT)) / spread >= SURE)


def _empty(total: FloatArray, usual: FloatArray, first: int, last: int) -> tuple[int, int]:
    """The stretch without days at its ends on which somebody came, or on which nobody ever does."""
    within = slice(first, last + 1)
    empty: IntArray = np.flatnonzero((usual[within] > 0) & (total[within] <= EMPTY * usual[within]))
    return (first + int(empty[0]), first + int(empty[-1])) if len(empty) else (first, last)
