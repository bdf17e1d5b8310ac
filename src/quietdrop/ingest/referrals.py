"""Rows to counts: which rows count, for whom and on which day, whatever their order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from quietdrop.ingest.coded import EPOCH, REASONS, Coded, coded
from quietdrop.ingest.dates import form_of
from quietdrop.ingest.directory import Directory
from quietdrop.ingest.rejects import bounded
from quietdrop.ingest.rows import KEY, NOT_A_REFERRAL, Rows, fields_of
from quietdrop.ingest.settings import Period, SourceSettings
from quietdrop.ingest.text import clean
from quietdrop.ingest.totals import is_subtotal, is_total
from quietdrop.lib.folding import folded
from quietdrop.lib.periods import last_day
from quietdrop.model import BoolArray, IntArray, Reject

# Which of an id's rows counts: the first in this order.
_FIRST = [
    *("id", "day", "practice", "provider", "service_line", "payer", "location"),
    *("name", "provider_name"),
]
RUNNING = "in a period that is not over"
_NEVER = np.iinfo(np.int64).max
_COUNTED = {
    "practice_id": "practice",
    "provider": "provider",
    "service_line": "service_line",
    "payer": "payer",
    "location": "location",
}


@dataclass(frozen=True)
class Counted:
    """What the rows came to. `names` holds each practice's latest name among its referrals,
    `provider_names` each NPI's."""

    counts: pd.DataFrame
    by_source: pd.DataFrame
    names: dict[str, str]
    provider_names: dict[str, str]
    rejects: list[Reject]
    notes: Counter[str]
    newest: date | None
    remarks: tuple[str, ...]


def count(
    rows: Rows, directory: Directory, source: SourceSettings, as_of: date, today: date
) -> Counted:
    """In: rows, the practices' directory. Out: counts of what was known on the morning of
    `as_of`, and what was left out.

    A row is left out by its status first, then by its day, then by its practice; of the rows
    left under one referral_id the first by day, practice, provider and so on counts, from the
    earliest day on which any of them was recorded.
    Errors: SourceError where the dates are ambiguous.
    """
    made = coded(rows, directory, source, today)
    excluded = {folded(status) for status in (*source.not_referrals, NOT_A_REFERRAL)}
    barred = np.array([folded(clean(s)) in excluded for s in rows.words("status")], bool)
    each = rows.rows
    totals = _totals(rows)
    is_referral = ~barred[rows.codes("status")] & ~totals
    notes = Counter({"total row": int(each[totals].sum())})
    notes["not a referral"] = int(each[~is_referral & ~totals].sum())
    bad = np.flatnonzero(is_referral & (made.reasons > 0)).tolist()
    good = made.frame[is_referral & (made.reasons == 0)]
    if source.period is not None:  # a period is known from the day after its last
        good = good.assign(recorded=np.maximum(good["recorded"], _ends(good["day"], source.period)))
    once = _once(good)
    notes["repeated"] = int(good["rows"].sum() - once["kept"].sum())
    end = (as_of - EPOCH).days
    later, unrecorded = once["day"] >= end, once["recorded"] >= end
    notes["after the as-of date"] = int(once.loc[later, "kept"].sum())
    why = "recorded after the as-of date" if source.period is None else RUNNING
    notes[why] = int(once.loc[~later & unrecorded, "kept"].sum())
    known = once[~later & ~unrecorded]
    practices = made.texts["practice"]
    ids = {practices[i]: practices[i] for i in known["practice"].unique().tolist()}
    with_npi = known[known["provider"].isin(made.has_npi)]
    return Counted(
        _counts(known, made),
        _by_source(good, rows.sources, end),
        ids | _latest(known, made, "practice", "name"),
        _latest(with_npi, made, "provider", "provider_name"),
        bounded(_reject(rows, i, REASONS[made.reasons[i]], int(each[i])) for i in bad),
        +notes,
        _newest(known, source.period),
        _unread(rows, made.reasons, source),
    )


def _totals(rows: Rows) -> BoolArray:
    """Out: which rows sum up others: their practice or day says so, or they name the total of
    something and no day."""

    def says(column: str, test: Callable[[str], bool]) -> BoolArray:
        return np.array([test(clean(word)) for word in rows.words(column)], bool)[
            rows.codes(column)
        ]

    who = ("practice_id", "practice_name")
    has_no_day = says("referred_on", lambda text: not text)
    total = says("referred_on", is_total) | says(who[0], is_total) | says(who[1], is_total)
    by_name = says(who[0], is_subtotal) | says(who[1], is_subtotal)
    return total | says("referred_on", is_subtotal) | (by_name & has_no_day)


def _newest(known: pd.DataFrame, period: Period | None) -> date | None:
    """Out: the newest day of which something is known; of periods the last day of the newest."""
    if known.empty:
        return None
    return EPOCH + timedelta(days=int(known["recorded" if period else "day"].max()))


def _ends(days: pd.Series[int], period: Period) -> pd.Series[int]:
    """Out: the last day of each day's period, in days since 1970-01-01."""
    ends = {day: (last_day(EPOCH + timedelta(days=day), period) - EPOCH).days for day in set(days)}
    return days.map(ends).astype("int64")


def _unread(rows: Rows, reasons: IntArray, source: SourceSettings) -> tuple[str, ...]:
    """Out: what to say where hardly any of the days could be read: their form, not their value."""
    is_no_day = reasons == REASONS.index("not a date")
    number = int(rows.rows[is_no_day].sum())
    if number * 2 <= int(rows.rows.sum()):
        return ()
    words = Counter(
        form_of(rows.word("referred_on", row)) for row in np.flatnonzero(is_no_day)[:2000].tolist()
    )
    form = words.most_common(1)[0][0]
    column = source.columns.get("referred_on", "referred_on")
    every = int(rows.rows.sum())
    return (f'"{column}": {every - number:,} of {every:,} could be read as a day, such as {form}',)


def _once(good: pd.DataFrame, per: tuple[str, ...] = ("id",)) -> pd.DataFrame:
    """In: good rows. Out: those left when each referral_id counts once (`per` source, say)."""
    has_id = good["id"] > 0
    named = good[has_id]
    stated = named["recorded"].where(named["recorded"] >= 0, _NEVER)
    earliest = stated.groupby([named[column] for column in per]).transform("min")
    first = named.assign(recorded=earliest).sort_values(_FIRST).drop_duplicates(list(per))
    recorded = np.where(
        first["recorded"] == _NEVER, -1, np.maximum(first["recorded"], first["day"])
    )
    return pd.concat([good[~has_id], first.assign(recorded=recorded)])


def _by_source(good: pd.DataFrame, sources: Sequence[str], end: int) -> pd.DataFrame:
    """Out: where there are several files, each one's own referrals by day; one that two files
    deliver counts in both, lest a file seem to fall silent when another repeats it."""
    if len(sources) < 2:
        return pd.DataFrame()
    folder = os.path.commonpath([Path(source).parent for source in sources])
    names = [str(Path(source).relative_to(folder)) for source in sources]
    once = _once(good, ("source", "id"))
    known = once[(once["day"] < end) & (once["recorded"] < end)]
    summed = known.groupby(["source", "day"], as_index=False, sort=True)["kept"].sum()
    return pd.DataFrame(
        {
            "source": pd.Series([names[i] for i in summed["source"].tolist()], dtype="str"),
            "day": summed["day"].astype("int64"),
            "referrals": summed["kept"].astype("int64"),
        }
    )


def _counts(known: pd.DataFrame, made: Coded) -> pd.DataFrame:
    """Out: the referrals of each combination of the contract's columns, sorted."""
    key = [*_COUNTED.values(), "day", "recorded"]
    summed = known.groupby(key, as_index=False, sort=True)["kept"].sum()
    summed = summed[summed["kept"] > 0].reset_index(drop=True)  # a 0 says that its period is there
    spelled = {
        column: pd.Series([made.texts[ours][i] for i in summed[ours].tolist()], dtype="str")
        for column, ours in _COUNTED.items()
    }
    return pd.DataFrame(
        {
            **spelled,
            "day": summed["day"].astype("int64"),
            "recorded": summed["recorded"].astype("int64"),
            "referrals": summed["kept"].astype("int64"),
        }
    )


def _latest(known: pd.DataFrame, made: Coded, who: str, name: str) -> dict[str, str]:
    """Out: for each `who` the `name` on its latest referral that has one."""
    latest = known[known[name] > 0].sort_values([who, "day", name])
    latest = latest.drop_duplicates(who, keep="last")
    whose, names = made.texts[who], made.texts[name]
    return {
        whose[i]: names[j] for i, j in zip(latest[who].tolist(), latest[name].tolist(), strict=True)
    }


def _reject(rows: Rows, row: int, reason: str, number: int) -> Reject:
    """Out: one row, with those of its mapped cells that are not empty."""
    fields = fields_of([rows.word(name, row) for name in KEY])
    return Reject(*rows.place(row), reason, fields, number)
