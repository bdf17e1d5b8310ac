"""How we handled each practice's referrals of the last 130 weeks: wait, note, refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.dates import convention, parse
from quietdrop.ingest.directory import Directory
from quietdrop.ingest.rows import Rows
from quietdrop.ingest.statuses import DECLINED
from quietdrop.lib.folding import folded
from quietdrop.lib.text import clean

COLUMNS = (
    *("referred_on", "practice_id", "practice_name", "status"),
    *("scheduled_on", "seen_on", "note_sent_on"),
)
DAYS = ("referred_on", "scheduled_on", "seen_on", "note_sent_on")
WEEKS = 130  # two years in which drops are learned from, and half a year before them
MOST_DAYS = 365  # a longer wait is a mistake in a date
NO_DAY = np.iinfo(np.int64).min


def access_of(
    rows: Rows, source: SourceSettings, directory: Directory, as_of: date, streams: Sequence[int]
) -> pd.DataFrame:
    """Takes what was read, the [source] settings, the directory, the as-of date, and the stream of
    each of the rows' sources: those of one stream deliver each other's rows. Returns as
    Intake.access says; empty where no appointment is recorded, or its days are of no use."""
    if source.period is not None:
        return pd.DataFrame()  # counts say nothing about single referrals
    has_day = rows.are("scheduled_on", _is_filled) | rows.are("seen_on", _is_filled)
    says = has_day | rows.are("status", _is_refusal)
    if not says.any():
        return pd.DataFrame()
    log = _log(rows, says, has_day, streams)
    try:
        days = {name: _days(rows, name, log[name].to_numpy(), source) for name in DAYS}
    except SourceError:
        return pd.DataFrame()  # the referrals' own dates are judged elsewhere
    practices, practice = _practices(rows, directory, log)
    end = (as_of - EPOCH).days
    day, seen, planned = days["referred_on"], days["seen_on"], days["scheduled_on"]
    meeting = np.where(seen == NO_DAY, planned, seen)
    is_near = (meeting >= day) & (meeting <= day + MOST_DAYS)
    was_seen = (seen >= day) & (seen < end)
    noted = days["note_sent_on"]
    refused = np.array([_is_refusal(word) for word in rows.words("status")], bool)
    treated = pd.DataFrame(
        {
            "practice_id": practice,
            "day": day,
            "wait": np.where(is_near, meeting - day, -1),
            "seen_on": np.where(was_seen, seen, -1),
            "noted": (noted != NO_DAY) & (noted < end),
            "declined": refused[log["status"].to_numpy()],
            "referrals": log["referrals"].to_numpy(),
        }
    )
    treated = treated[(practice >= 0) & (day >= end - 7 * WEEKS) & (day < end)]
    by = [name for name in treated.columns if name != "referrals"]
    summed = treated.groupby(by, sort=True)["referrals"].sum().reset_index()
    spelled = [practices[code] for code in summed["practice_id"].tolist()]
    return summed.assign(practice_id=pd.Series(spelled, dtype="str"))


def _is_filled(text: str) -> bool:
    return bool(text.strip())


def _is_refusal(status: str) -> bool:
    return folded(status) in DECLINED


def _log(rows: Rows, says: BoolArray, has_day: BoolArray, streams: Sequence[int]) -> pd.DataFrame:
    """Returns the rows that say how a referral was treated: their codes, and how many there are of
    each; rows that several sources of one stream deliver count as the source has that has most."""
    log = pd.DataFrame({name: rows.codes(name)[says] for name in COLUMNS})
    is_alone = ~has_day[says]
    for name in DAYS[1:]:  # a refused referral was neither seen nor answered
        log.loc[is_alone, name] = -1
    log["referrals"] = rows.rows[says]
    if len(streams) < 2:
        return log
    source = rows.source[says]
    log = log.assign(source=source, stream=np.array(streams)[source])
    by = [*COLUMNS, "stream"]
    each = log.groupby([*by, "source"], sort=False)["referrals"].sum().reset_index()
    return each.groupby(by, sort=False)["referrals"].max().reset_index()


def _days(rows: Rows, name: str, codes: IntArray, source: SourceSettings) -> IntArray:
    """Returns the day of each row, in days since 1970-01-01; NO_DAY where it has none."""
    zone = ZoneInfo(source.timezone) if source.timezone else None
    words = rows.words(name)
    used = {int(code) for code in np.unique(codes)} - {-1}
    order = convention({words[code] for code in used} - {""}, source.dates, name)
    number = np.full(len(words) + 1, NO_DAY, np.int64)  # the last one for -1
    for code in used:
        day = parse(words[code], order, zone)
        if day is not None:
            number[code] = (day - EPOCH).days
    return number[codes]


def _practices(rows: Rows, directory: Directory, log: pd.DataFrame) -> tuple[list[str], IntArray]:
    """Returns the practices in order, and each row's; -1 where it names none."""

    def meant(name: str) -> list[str]:
        words = map(clean, rows.words(name))
        return [word and (directory.find(word) or word) for word in words]

    by_id, by_name = meant("practice_id"), meant("practice_name")
    practices = sorted({*by_id, *by_name} - {""})
    code = {practice: place for place, practice in enumerate(practices)} | {"": -1}
    first, second = (
        np.array([code[practice] for practice in each], np.int64)[log[name].to_numpy()]
        for each, name in ((by_id, "practice_id"), (by_name, "practice_name"))
    )
    return practices, np.where(first >= 0, first, second)
