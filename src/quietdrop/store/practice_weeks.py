"""The table of weekly counts as one row a practice, and back. Pure; millions of weeks at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import IntArray
from quietdrop.domain.weekly import table_of
from quietdrop.domain.words import as_categories


class PracticeWeeks(NamedTuple):
    """One practice's referrals of every week from `first_week` on, as they were seen last."""

    practice_id: str
    name: str
    seen_on: date
    first_week: int
    counts: list[int]


def by_practice(frame: pd.DataFrame) -> Iterator[PracticeWeeks]:
    """Yield the practices of a `WeeklyCounts.frame`, in order."""
    codes = pd.factorize(frame["practice_id"], sort=True)[0]
    week, referrals = (frame[name].to_numpy(dtype=np.int64) for name in ("week", "referrals"))
    order = np.lexsort((week, codes))
    begins = np.flatnonzero(np.diff(codes[order], prepend=-1))
    of_each = frame[["practice_id", "name", "seen_on"]].iloc[order[begins]]
    week, referrals = week[order], referrals[order]
    spans = pairwise([*begins.tolist(), len(order)])
    each = of_each.itertuples(index=False, name=None)
    for (practice_id, name, seen_on), (begin, end) in zip(each, spans, strict=True):
        counts = _every_week(week[begin:end], referrals[begin:end])
        yield PracticeWeeks(practice_id, name, seen_on, int(week[begin]), counts)


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
    of_each = as_categories(table_of([(*each[:3], 0, 0) for each in practices]))
    frame = of_each.take(which).reset_index(drop=True)
    return frame.assign(week=first[which] + after, referrals=referrals[came])
