"""Who no longer counts in the network's index: streams that are leaving, from their onset on.

The index of a week is what the pool sent over what it would usually send. While a large referrer
stops, everybody else's index falls with it and their own falls go unseen. An index of those who
stay says what the week was like.
"""

from __future__ import annotations

import numpy as np

from quietdrop.domain.arrays import FloatArray, IntArray

LIKELY = 0.5  # more likely than not
MATTERS = (
    0.2  # of a week's usual referrals: below it a second look finds no more and errs more often
)


def weeks_left(
    drift: FloatArray, onset: IntArray, settled: FloatArray, settled_on: IntArray, weeks: int
) -> IntArray:
    """The week from which each stream is leaving; `weeks` for those that stay.

    Args:
        drift: probability of a drift within the window, by stream.
        onset: its most likely week, an index into all weeks.
        settled: probability of an older fall that lasts.
        settled_on: its most likely week.
        weeks: how many weeks there are.
    """
    leaves = drift + settled >= LIKELY
    when = np.where(drift >= settled, onset, settled_on)
    return np.asarray(np.where(leaves, np.maximum(when, 0), weeks), dtype=np.int64)


def staying(left: IntArray, weeks: int) -> FloatArray:
    """Streams × weeks: 1 until the stream leaves, 0 from then on."""
    return np.asarray(np.arange(weeks)[None, :] < left[:, None], dtype=float)


def away(rate: FloatArray, chance: FloatArray, left: IntArray) -> FloatArray:
    """What the leaving streams would usually have sent in each week since they left.

    Args:
        rate: each stream's mean referrals an ordinary week.
        chance: streams × weeks, the share of each week that counted.
        left: the week from which each stream is leaving, as `weeks_left` gives it.
    """
    weeks = chance.shape[1]
    leaving = left < weeks
    gone: FloatArray = rate[leaving] @ (chance[leaving] * (1.0 - staying(left[leaving], weeks)))
    return gone


def greatest_gap(usual: FloatArray, gone: FloatArray) -> float:
    """The largest share of any week's usual referrals that the leaving streams make, 0 to 1. In:
    what all streams would usually have sent in each week, and what is `away`."""
    share = np.divide(gone, usual, out=np.zeros_like(usual), where=usual > 0)
    return float(share.max(initial=0.0))
