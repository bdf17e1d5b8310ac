"""Rows to counts: which rows count, for which practice and day, in any order."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Reject
from quietdrop.domain.reading import Reading
from quietdrop.ingest.coded import REASONS, coded
from quietdrop.ingest.columns import is_counted
from quietdrop.ingest.dates import form_of
from quietdrop.ingest.directory import Directory
from quietdrop.ingest.overlaps import Overlaps
from quietdrop.ingest.rejects import bounded
from quietdrop.ingest.rows import NOT_A_REFERRAL, Rows, fields_of
from quietdrop.ingest.statuses import doubtful, excluded
from quietdrop.ingest.stretches import chosen_of
from quietdrop.ingest.totals import is_subtotal, is_total
from quietdrop.ingest.unread import Torn, torn_rows, unread
from quietdrop.lib.periods import Period, last_day
from quietdrop.lib.text import clean

# Which of an id's rows counts: the first in this order.
_FIRST = [
    *("id", "day", "practice", "provider", "service_line", "payer", "location"),
    *("name", "provider_name"),
]
RUNNING = "in a period that is not over"
_LOOKED_AT = 2000  # rows without a day, whose form is shown
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
    `provider_names` each NPI's; `streams` says of each file or sheet which others deliver its
    rows; `by_name` are the practices whose rows gave a name and no id."""

    counts: pd.DataFrame
    by_source: pd.DataFrame
    names: dict[str, str]
    provider_names: dict[str, str]
    rejects: list[Reject]
    notes: Counter[str]
    newest: date | None
    remarks: tuple[str, ...]
    reading: Reading
    streams: list[int]
    by_name: frozenset[str]


def count(
    rows: Rows,
    directory: Directory,
    source: SourceSettings,
    days: tuple[date, date],
    torn: Sequence[Counter[Torn]] = (),
) -> Counted:
    """Counts what was known on the morning of `as_of`, and what was left out.

    A row is left out by its status first, then by its day, then by its practice; of the rows left
    under one referral_id the first by day, practice, provider and so on counts, from the earliest
    day on which any of them was recorded. Of rows without an id that several overlapping files
    deliver, as many count as the file has that has most of them. Raises SourceError where the dates
    are ambiguous.
    """
    as_of, today = days
    coded_rows = coded(rows, directory, source, today)
    texts, reasons, each = coded_rows.texts, coded_rows.reasons, rows.rows
    totals = _totals(rows)
    is_referral = ~excluded(rows, (*source.not_referrals, NOT_A_REFERRAL)) & ~totals
    notes = Counter({"total row": int(each[totals].sum())})
    notes["not a referral"] = int(each[~is_referral & ~totals].sum())
    bad = np.flatnonzero(is_referral & (reasons > 0))
    torn_frame = torn_rows(rows, coded_rows, torn, source, today)
    unread_rows = unread(rows, coded_rows, bad, torn_frame, today)
    is_good = is_referral & (reasons == 0)
    good = coded_rows.frame if is_good.all() else coded_rows.frame[is_good]
    has_npi = coded_rows.has_npi
    if source.period is not None:  # a period is known from the day after its last
        good = good.assign(recorded=np.maximum(good["recorded"], _ends(good["day"], source.period)))
    overlaps = Overlaps(good, len(rows.sources), are_counts=is_counted(source))
    distinct = overlaps.once()
    once = _once(distinct)
    notes["in another file as well"] = int(good["rows"].sum() - distinct["rows"].sum())
    notes["repeated"] = int(distinct["rows"].sum() - once["kept"].sum())
    end = (as_of - EPOCH).days
    names, streams = _names(rows.sources), overlaps.stream
    by_source = _by_source(distinct, names, streams, end)
    reading = Reading(
        overlapping=tuple(tuple(names[i] for i in group) for group in overlaps.groups()),
        statuses=doubtful(rows, source.not_referrals),
        unread=unread_rows,
    )
    del coded_rows, good, overlaps, distinct  # of many rows these take as much as the counts will
    later, unrecorded = once["day"] >= end, once["recorded"] >= end
    notes["after the as-of date"] = int(once.loc[later, "kept"].sum())
    why = "recorded after the as-of date" if source.period is None else RUNNING
    notes[why] = int(once.loc[~later & unrecorded, "kept"].sum())
    is_known = ~later & ~unrecorded
    once = once if is_known.all() else once[is_known]
    ids = {texts["practice"][i]: texts["practice"][i] for i in once["practice"].unique().tolist()}
    called = once[once["provider_name"] > 0]
    nobody = [i for i, text in enumerate(texts["name"]) if directory.names_nobody(text)]
    somebody = once[~once["name"].isin(nobody)] if nobody else once
    rest = (
        by_source,
        ids
        | (_latest(once, texts, "practice", "name") if nobody else {})
        | _latest(somebody, texts, "practice", "name"),
        _latest(called[called["provider"].isin(has_npi)], texts, "provider", "provider_name"),
        bounded(
            Reject(*rows.place(row), REASONS[reasons[i]], fields_of(rows.cells(row, i)), number)
            for row, i, number in rows.one_by_one(bad)
        ),
        +notes,
        _newest(once, source.period),
        _unreadable(rows, reasons, source),
        reading,
        streams.tolist(),
        _by_name(rows, ids),
    )
    summed = _summed(once, [*_COUNTED.values(), "day", "recorded"])
    del once, called, somebody
    return Counted(_counts(summed, texts), *rest)


def _totals(rows: Rows) -> BoolArray:
    """Returns which rows sum up others: their practice or day says so, or they name the total of
    something and no day."""

    def says(column: str, test: Callable[[str], bool]) -> BoolArray:
        return rows.are(column, lambda word: test(clean(word)))

    who = ("practice_id", "practice_name")
    has_no_day = says("referred_on", lambda text: not text)
    total = says("referred_on", is_total) | says(who[0], is_total) | says(who[1], is_total)
    by_name = says(who[0], is_subtotal) | says(who[1], is_subtotal)
    return total | says("referred_on", is_subtotal) | (by_name & has_no_day)


def _newest(counted: pd.DataFrame, period: Period | None) -> date | None:
    """Returns the newest day of which something is counted; of periods the last day of the
    newest."""
    if counted.empty:
        return None
    return EPOCH + timedelta(days=int(counted["recorded" if period else "day"].max()))


def _ends(days: pd.Series[int], period: Period) -> pd.Series[int]:
    """Returns the last day of each day's period, in days since 1970-01-01."""
    ends = {day: (last_day(EPOCH + timedelta(days=day), period) - EPOCH).days for day in set(days)}
    return days.map(ends).astype("int64")


def _unreadable(rows: Rows, reasons: IntArray, source: SourceSettings) -> tuple[str, ...]:
    """Returns an error message if hardly any day could be read: it shows their form, not their
    value."""
    is_no_day = reasons == REASONS.index("not a date")
    number = int(rows.rows[is_no_day].sum())
    if number * 2 <= int(rows.rows.sum()):
        return ()
    first = islice(rows.one_by_one(np.flatnonzero(is_no_day)), _LOOKED_AT)
    words = Counter(form_of(rows.word("referred_on", entry)) for _, entry, _ in first)
    form = words.most_common()[0][0]
    column = source.columns.get("referred_on", "referred_on")
    every = int(rows.rows.sum())
    return (f'"{column}": {every - number:,} of {every:,} could be read as a day, such as {form}',)


def _by_name(rows: Rows, practices: Iterable[str]) -> frozenset[str]:
    """Returns the practices that are spelled as names in the rows, and never as ids."""
    names = {clean(word) for word in rows.words("practice_name")}
    ids = {clean(word) for word in rows.words("practice_id")}
    return frozenset((names - ids).intersection(practices))


def _once(good: pd.DataFrame, per: tuple[str, ...] = ("id",)) -> pd.DataFrame:
    """Returns the good rows that remain when each referral_id counts once (for example `per`
    source). A column that is the same in all rows takes no space."""
    # Most ids occur once: there is nothing to choose, and sorting them would take longest.
    is_named = good["id"].to_numpy() > 0
    if not is_named.any():
        return good
    named = good[is_named].assign(place=np.flatnonzero(is_named))
    stated = named["recorded"].where(named["recorded"] >= 0, _NEVER)
    earliest = stated.groupby([named[column] for column in per]).transform("min")
    first = named.assign(recorded=earliest).sort_values(_FIRST).drop_duplicates(list(per))
    recorded = np.where(
        first["recorded"] == _NEVER, -1, np.maximum(first["recorded"], first["day"])
    )
    every, counts = good["recorded"].to_numpy().copy(), ~is_named
    every[first["place"]], counts[first["place"]] = recorded, True
    at, left = np.flatnonzero(counts), good.drop(columns=["id", "rows"]).assign(recorded=every)
    return pd.DataFrame({name: chosen_of(left[name].to_numpy(), at) for name in left}, copy=False)


def _names(sources: Sequence[str]) -> list[str]:
    """Returns the files' names, with their folders where names repeat."""
    if len(sources) < 2:
        return list(sources)
    folder = os.path.commonpath([Path(source).parent for source in sources])
    return [str(Path(source).relative_to(folder)) for source in sources]


def _by_source(
    distinct: pd.DataFrame, names: Sequence[str], stream: IntArray, end: int
) -> pd.DataFrame:
    """Returns where there are several files, each one's own referrals by day; one that two files
    deliver counts in both, lest a file seem to fall silent when another repeats it. Files that
    deliver each other's rows are one stream, under the name of the newest."""
    if len(names) < 2:
        return pd.DataFrame()
    once = _once(distinct.assign(source=stream[distinct["source"]]), ("source", "id"))
    past = once[(once["day"] < end) & (once["recorded"] < end)]
    summed = past.groupby(["source", "day"], as_index=False, sort=True)["kept"].sum()
    return pd.DataFrame(
        {
            "source": pd.Series([names[i] for i in summed["source"].tolist()], dtype="str"),
            "day": summed["day"].astype("int64"),
            "referrals": summed["kept"].astype("int64"),
        }
    )


def _counts(summed: pd.DataFrame, texts: Mapping[str, list[str]]) -> pd.DataFrame:
    """Returns the referrals of each combination of the contract's columns, sorted."""
    is_some = summed["kept"] > 0  # a 0 says that its period is there
    summed = summed if is_some.all() else summed[is_some]
    return pd.DataFrame(
        {
            **{column: _spelled(texts[ours], summed[ours]) for column, ours in _COUNTED.items()},
            "day": summed["day"].to_numpy(np.int64),
            "recorded": summed["recorded"].to_numpy(np.int64),
            "referrals": summed["kept"].to_numpy(np.int64),
        },
        copy=False,
    )


def _summed(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Returns each combination of the key's columns once, sorted, and the sum of `kept`.

    The columns are whole numbers. Where all of a row's fit into one of 63 bits, that is sorted.
    """
    low = [int(rows[column].min()) for column in key] if len(rows) else []
    spans = [int(rows[column].max()) - least + 1 for column, least in zip(key, low, strict=False)]
    if not spans or math.prod(spans) > _NEVER:
        return pd.DataFrame(rows.groupby(key, as_index=False, sort=True)["kept"].sum())
    place = np.zeros(len(rows), np.int64)
    for column, least, span in zip(key, low, spans, strict=True):
        place *= span
        place += rows[column].to_numpy() - least
    order = np.argsort(place)
    place = place[order]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    kept = np.add.reduceat(rows["kept"].to_numpy()[order], first)
    chosen = order[first]
    del place, order, first
    return pd.DataFrame({**{c: rows[c].to_numpy()[chosen] for c in key}, "kept": kept}, copy=False)


def _spelled(texts: list[str], codes: pd.Series[int]) -> pd.Series[str]:
    """Returns the texts that codes stand for."""
    words = pa.array(texts, pa.large_string())
    return pd.Series(words.take(pa.array(codes.to_numpy())), dtype="str")


def _latest(
    rows: pd.DataFrame, texts: Mapping[str, list[str]], who: str, name: str
) -> dict[str, str]:
    """Returns for each `who` the `name` on its latest referral that has one."""
    latest = rows[rows[name] > 0].sort_values([who, "day", name])
    latest = latest.drop_duplicates(who, keep="last")
    whose, names = texts[who], texts[name]
    return {
        whose[i]: names[j] for i, j in zip(latest[who].tolist(), latest[name].tolist(), strict=True)
    }
