"""Referral counts -> each stream's counts per week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import EPOCH

HISTORY_WEEKS = 208  # with a discount of 0.985 a week, older referrals weigh under 5 %


@dataclass(frozen=True)
class Events:
    """Referrals of named streams by day, sorted by stream and day.

    `stream` is an index into `ids`; `day` and `recorded` are days since 1970-01-01, `recorded`
    −1 where it is not known when the rows arrived.
    """

    ids: tuple[str, ...]
    stream: IntArray
    day: IntArray
    recorded: IntArray
    count: IntArray

    def known_on(self, as_of: date) -> Events:
        """What was known on the morning of `as_of`, of the same streams."""
        end = (as_of - EPOCH).days
        is_known = (self.day < end) & (self.recorded < end)
        if is_known.all():
            return self
        return Events(
            self.ids,
            self.stream[is_known],
            self.day[is_known],
            self.recorded[is_known],
            self.count[is_known],
        )


@dataclass(frozen=True)
class WeeklyCounts:
    """Streams × weeks. Weeks are 7-day bins counted back from the as-of date.

    `counts[i, t]` is stream i's referrals in week t without its very first one (seeing it is
    why the stream exists, so it says nothing of the rate); `live[i, t]` is the share of week t
    after that first referral, 0 to 1. The `event_*` arrays hold the same referrals by day.
    """

    ids: tuple[str, ...]
    as_of: date
    counts: FloatArray
    live: FloatArray
    first_day: IntArray  # days since 1970-01-01
    event_stream: IntArray
    event_day: IntArray
    event_count: IntArray

    @property
    def weeks(self) -> int:
        return int(self.counts.shape[1])

    @property
    def start_day(self) -> int:
        """The first day of the oldest week, in days since 1970-01-01."""
        return (self.as_of - EPOCH).days - 7 * self.weeks

    def week_start(self, week: int) -> date:
        """The first day of week `week` (0 is the oldest)."""
        return self.as_of - timedelta(days=7 * (self.weeks - week))

    @cached_property
    def span(self) -> Weeks:
        """Which weeks these are, with the share of all referrals on each of a week's days."""
        number = np.bincount(
            (self.event_day - self.start_day) % 7, weights=self.event_count, minlength=7
        )
        total = number.sum()
        profile = number / total if total > 0 else np.full(7, 1 / 7)
        return Weeks(self.week_start(0), self.weeks, profile)


def summed(rows: Events) -> Events:
    """The rows of each stream, day and time of recording added up, sorted; in any order before."""
    if not len(rows.day):
        return rows
    key = rows.stream.copy()
    for values in (rows.day, rows.recorded):
        least = values.min()
        key *= values.max() - least + 1
        key += values - least
    if (np.diff(key) > 0).all():
        return rows
    order = np.argsort(key, kind="stable")
    first = np.ones(len(key), dtype=bool)
    first[1:] = np.diff(key[order]) > 0
    del key
    begin = np.flatnonzero(first)
    one = order[begin]
    number = np.add.reduceat(rows.count[order], begin)
    return Events(rows.ids, rows.stream[one], rows.day[one], rows.recorded[one], number)


def events(counts: pd.DataFrame, stream: str = "practice_id") -> Events:
    """The referrals of each `stream` (a column of `counts`; "" is no stream) by day.

    `counts` has the columns `stream`, day, referrals and, where it is known, recorded. The
    order of rows does not matter; streams come out sorted by name.
    """
    is_named = counts[stream] != ""
    named = counts if is_named.all() else counts[is_named]
    codes, ids = pd.factorize(named[stream], sort=True)
    day, count = (named[name].to_numpy(dtype=np.int64) for name in ("day", "referrals"))
    unknown = np.full(len(named), -1, np.int64)
    recorded = named["recorded"].to_numpy(dtype=np.int64) if "recorded" in named else unknown
    return summed(Events(tuple(map(str, ids)), codes, day, recorded, count))


@dataclass(frozen=True)
class SeenStreams:
    """Streams as they were known on a date, by day, without each one's very first referral.

    `stream`, `day` and `number` are sorted by stream and day. `oldest` is the day of the very first
    referral of all; None where there is none.
    """

    ids: tuple[str, ...]
    as_of: date
    first_day: IntArray
    stream: IntArray
    day: IntArray
    number: IntArray
    oldest: int | None


def weekly(referrals: Events, as_of: date) -> WeeklyCounts:
    """Bins what was known on `as_of` into weeks; streams not yet seen then are left out."""
    streams = seen_streams(referrals, as_of)
    return binned(streams, weeks_since(streams.oldest, as_of))


def seen_streams(referrals: Events, as_of: date) -> SeenStreams:
    """What was known on the morning of `as_of`; streams not yet seen then are left out."""
    seen = referrals.known_on(as_of)
    present, codes = np.unique(seen.stream, return_inverse=True)
    days, number = seen.day, seen.count.copy()
    starts = np.ones(len(codes), dtype=bool)
    starts[1:] = codes[1:] != codes[:-1]
    number[starts] -= 1
    oldest = int(days.min()) if len(days) else None
    ids = tuple(seen.ids[i] for i in present)
    return SeenStreams(ids, as_of, days[starts], codes, days, number, oldest)


def weeks_since(oldest: int | None, as_of: date) -> int:
    """How many weeks are looked at, where the first referral of all came on the day `oldest`."""
    end = (as_of - EPOCH).days
    days = 7 if oldest is None else end - oldest
    return min(HISTORY_WEEKS, (days + 6) // 7)


def binned(streams: SeenStreams, weeks: int) -> WeeklyCounts:
    """The referrals of each of the last `weeks` weeks."""
    start = (streams.as_of - EPOCH).days - 7 * weeks
    keep = (streams.day >= start) & (streams.number > 0)
    codes, days, number = streams.stream[keep], streams.day[keep], streams.number[keep]
    size = len(streams.ids) * weeks
    matrix = (
        np.bincount(codes * weeks + (days - start) // 7, weights=number, minlength=size)
        .reshape(len(streams.ids), weeks)
        .astype(np.float64, copy=False)
    )
    live = live_share(streams.first_day, start, weeks)
    return WeeklyCounts(
        streams.ids, streams.as_of, matrix, live, streams.first_day, codes, days, number
    )


def live_share(first_day: IntArray, start: int, weeks: int) -> FloatArray:
    """Streams × weeks from day `start` on: the share of each week after a stream's first day."""
    # Streams that began on the same day have the same row; -1 is any day before all weeks.
    begin = np.arange(-1, 7 * weeks + 1)
    week_end = 7 * np.arange(1, weeks + 1)
    of_day = np.clip((week_end[None, :] - 1 - begin[:, None]) / 7.0, 0.0, 1.0)
    return np.take(of_day, np.clip(first_day - start, -1, 7 * weeks) + 1, axis=0)
