"""Real event streams: accounts that come back in their own rhythm and quietly leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from quietdrop.detection.circumstances import share_arrived
from quietdrop.detection.exposure import Circumstances, network_exposure
from quietdrop.detection.weekly_counts import Events, events, weekly
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.lib.holidays import public_holidays


@dataclass(frozen=True)
class EventLog:
    """Accounts × weeks. `counts` are events, `exposure` the week effects of the whole pool in
    hindsight (mean 1), `account` and `day` the days with events, counted from the first."""

    name: str
    country: str
    start: date
    referrals: Events
    counts: FloatArray
    exposure: FloatArray
    account: IntArray
    day: IntArray

    @property
    def weeks(self) -> int:
        return int(self.counts.shape[1])

    def as_of(self, week: int) -> date:
        """The morning before week `week`."""
        return self.start + timedelta(weeks=week)


@dataclass(frozen=True)
class Stream:
    """One source of events: its log, or the logs of several networks and spans of years."""

    name: str
    logs: tuple[EventLog, ...]


SHOPS = (("CDNOW", "cdnow.csv.gz", "US"), ("Online Retail", "online_retail.csv.gz", "GB"))
AUTHORS = ("Open-source authors", "oss_authors.csv.gz")
SPAN = 156  # weeks of a log of authors
BEGINS_EVERY = 117  # weeks: those in which a span lists follow upon those of the one before


def read(folder: Path) -> list[Stream]:
    """The event streams of a folder, those that are there."""
    streams = [
        Stream(name, (_shop(name, folder / file, country),))
        for name, file, country in SHOPS
        if (folder / file).exists()
    ]
    name, file = AUTHORS
    if (folder / file).exists():
        streams.append(Stream(name, tuple(_spans(name, folder / file))))
    return streams


def _shop(name: str, path: Path, country: str) -> EventLog:
    table = pd.read_csv(path, usecols=["account", "date"])
    return event_log(name, country, table["account"].astype(str).to_numpy(), _days(table))


def _spans(name: str, path: Path) -> Iterator[EventLog]:
    """Three years at a time of each network."""
    table = pd.read_csv(path)
    table["day"] = _days(table)
    for network, rows in table.groupby("network", sort=True):
        account, day = rows["account"].astype(str).to_numpy(), rows["day"].to_numpy()
        last = int(day.max()) + 1 - 7 * SPAN
        for first in range(int(day.min()), last + 1, 7 * BEGINS_EVERY):
            inside = (day >= first) & (day < first + 7 * SPAN)
            if inside.any():
                of = (account[inside], day[inside], (first, SPAN))
                yield event_log(f"{name} {network}", "", *of)


def _days(table: pd.DataFrame) -> IntArray:
    days = pd.to_datetime(table["date"]).dt.normalize()
    return np.asarray((days - pd.Timestamp(EPOCH)).dt.days, dtype=np.int64)


def event_log(
    name: str,
    country: str,
    account: np.ndarray,
    day: IntArray,
    span: tuple[int, int] | None = None,
) -> EventLog:
    """In: one entry an event, its account and its day since 1970-01-01; the first day and the
    number of weeks, where they are not those of the events. Whole weeks only: the last days of a
    started week are left out."""
    first, weeks = span or (int(day.min()), int(day.max() - day.min() + 1) // 7)
    kept = day < first + 7 * weeks
    frame = pd.DataFrame({"practice_id": account[kept], "day": day[kept], "referrals": 1})
    referrals = events(frame)
    since = referrals.day - first
    shape = (len(referrals.ids), weeks)
    counts = np.zeros(shape)
    np.add.at(counts, (referrals.stream, since // 7), referrals.count)
    start = EPOCH + timedelta(days=first)
    exposure = _week_effects(referrals, start + timedelta(weeks=weeks), country)
    return EventLog(name, country, start, referrals, counts, exposure, referrals.stream, since)


def _week_effects(referrals: Events, end: date, country: str) -> FloatArray:
    cadence = weekly(referrals, end)
    holidays = public_holidays(country, "", cadence.week_start(0), end)
    around = Circumstances(holidays, share_arrived(cadence, referrals))
    pool = network_exposure(cadence.counts, cadence.live, cadence.span, around)
    effect = pool.share.sum(axis=0) / np.maximum(pool.chance.sum(axis=0), 1e-9)
    return np.asarray(effect / effect.mean(), dtype=float)
