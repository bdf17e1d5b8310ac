"""The table of weekly counts as one row a practice, and back. Pure; millions of weeks at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import IntArray
from quietdrop.domain.weekly import table_of


class PracticeWeeks(NamedTuple):
    """One practice's referrals of every week from `first_week` on, as they were seen last."""

    practice_id: str
    name: str
    seen_on: date
    first_week: int
    counts: list[int]


def by_practice(frame: pd.DataFrame) -> list[PracticeWeeks]:
    """The practices of a `WeeklyCounts.frame`, in order."""
    if frame.empty:
        return []
    frame = frame.sort_values(["practice_id", "week"])
    ids, names, seen_on = (
        frame[name].to_numpy(dtype=object) for name in ("practice_id", "name", "seen_on")
    )
    week, referrals = (frame[name].to_numpy(dtype=np.int64) for name in ("week", "referrals"))
    first = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]]).tolist()
    return [
        PracticeWeeks(
            ids[begin],
            names[begin],
            seen_on[begin],
            int(week[begin]),
            _every_week(week[begin:end], referrals[begin:end]),
        )
        for begin, end in pairwise([*first, len(ids)])
    ]


def _every_week(week: IntArray, referrals: IntArray) -> list[int]:
    counts = np.zeros(week[-1] - week[0] + 1, dtype=np.int64)
    np.add.at(counts, week - week[0], referrals)
    every: list[int] = counts.tolist()
    return every


def frame_of(practices: Sequence[PracticeWeeks]) -> pd.DataFrame:
    """The frame of these practices: a row a practice and week with a referral."""
    number = np.array([len(each.counts) for each in practices], dtype=np.int64)
    counts = chain.from_iterable(each.counts for each in practices)
    referrals = np.fromiter(counts, dtype=np.int64, count=int(number.sum()))
    first = np.array([each.first_week for each in practices], dtype=np.int64)
    # Of each week: its practice, and how many weeks it is after that one's first.
    which = np.repeat(np.arange(len(practices)), number)
    after = np.arange(len(which)) - np.repeat(number.cumsum() - number, number)
    came = referrals != 0
    which, after = which[came], after[came]
    of_each = table_of([(*each[:3], 0, 0) for each in practices])
    frame = of_each.take(which).reset_index(drop=True)
    return frame.assign(week=first[which] + after, referrals=referrals[came])
