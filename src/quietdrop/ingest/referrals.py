"""Rows to counts: which rows count, for whom and on which day, whatever their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from quietdrop.ingest.dates import convention, day_part, parse
from quietdrop.ingest.directory import Directory
from quietdrop.ingest.rows import KEY, Rows
from quietdrop.ingest.settings import DateOrder, SourceSettings
from quietdrop.ingest.text import clean
from quietdrop.model import IntArray, Reject

_EPOCH = date(1970, 1, 1)
_EARLIEST = date(1990, 1, 1)
_REASONS = (
    "",
    "no date",
    "not a date",
    "date before 1990",
    "date in the future",
    "no practice",
    "unknown practice",
)
_NO_PRACTICE, _UNKNOWN = 5, 6
_KINDS = ("provider_npi", "provider_name", "service_line", "payer", "location")
_COUNTED = ("practice_id", "provider", "service_line", "payer", "location", "day", "recorded")


@dataclass(frozen=True)
class Counted:
    """What the rows came to. `names` and `provider_names` hold the latest name of each practice
    and NPI among its referrals; `by_source` referrals by file and day, where there are several."""

    counts: pd.DataFrame
    names: dict[str, str]
    provider_names: dict[str, str]
    by_source: pd.DataFrame
    rejects: list[Reject]
    notes: Counter[str]


def count(
    rows: Rows, directory: Directory, source: SourceSettings, as_of: date, today: date
) -> Counted:
    """In: rows, the practices' directory. Out: counts before `as_of`, and what was left out.

    A row is left out by its status first, then by its day, then by its practice; of the rows
    left under one referral_id the first by day, practice, provider and kind counts.
    Errors: SourceError where the dates are ambiguous.
    """
    frame, practices, reasons = _frame(rows, directory, source, today)
    excluded = {clean(status).casefold() for status in source.not_referrals}
    barred = np.array([clean(s).casefold() in excluded for s in rows.words("status")], bool)
    each = rows.rows
    is_referral = ~barred[rows.codes("status")]
    notes = Counter({"not a referral": int(each[~is_referral].sum())})
    bad = np.flatnonzero(is_referral & (reasons > 0)).tolist()
    good = frame[is_referral & (reasons == 0)]
    once = _once(good)
    notes["repeated"] = int(good["rows"].sum() - once["kept"].sum())
    last = (as_of - _EPOCH).days
    later = (once["day"] >= last) | (once["recorded"] >= last)
    notes["after the as-of date"] = int(once.loc[later, "kept"].sum())
    known = once[~later]
    return Counted(
        _counts(known, practices, rows),
        _names(known, practices, _cleaned(rows, "practice_name")[0]),
        _provider_names(known, rows),
        _by_source(known, rows.sources),
        [_reject(rows, i, _REASONS[reasons[i]], int(each[i])) for i in bad],
        +notes,
    )


def _frame(
    rows: Rows, directory: Directory, source: SourceSettings, today: date
) -> tuple[pd.DataFrame, list[str], IntArray]:
    """Out: the rows as codes that sort as their texts do, the practices, each row's reason."""
    texts = rows.words("referred_on")
    days = [day_part(text) for text in texts]
    order = convention(days, source.dates, f"{rows.sources[0]}: referred_on")
    dated = [parse(day, order) for day in days]
    day_reason = np.array([_why(t, d, today) for t, d in zip(days, dated, strict=True)], np.int64)
    number = np.array([(d - _EPOCH).days if d else 0 for d in dated], np.int64)

    may_be_new = not directory.given or source.unknown_practices == "keep"
    ids = [clean(word) for word in rows.words("practice_id")]
    names = [clean(word) for word in rows.words("practice_name")]
    practices = sorted({p for w in (*ids, *names) for p in (w, directory.find(w)) if p})
    code = {practice: i for i, practice in enumerate(practices)}
    id_codes, name_codes = rows.codes("practice_id"), rows.codes("practice_name")

    def coded(words: Sequence[str], resolve: Callable[[str], str], at: IntArray) -> IntArray:
        return np.array([code.get(resolve(word), -1) for word in words], np.int64)[at]

    tries = [coded(ids, directory.find, id_codes), coded(names, directory.find, name_codes)]
    own = [coded(ids, str, id_codes), coded(names, str, name_codes)]
    practice = np.full(len(id_codes), -1, np.int64)
    for candidate in [*tries, *(own if may_be_new else [])]:
        practice = np.where(practice < 0, candidate, practice)
    nameless = (own[0] < 0) & (own[1] < 0)
    reason = day_reason[rows.codes("referred_on")]
    reason = np.where((reason == 0) & (practice < 0), _UNKNOWN, reason)
    reason = np.where((reason == _UNKNOWN) & nameless, _NO_PRACTICE, reason)
    frame = pd.DataFrame(
        {
            "day": number[rows.codes("referred_on")],
            "practice": practice,
            **{column: _cleaned(rows, column)[1] for column in _KINDS},
            "recorded": _recorded(rows, source, order, number),
            "name": _cleaned(rows, "practice_name")[1],
            "id": _cleaned(rows, "referral_id")[1],
            "source": rows.source,
            "rows": rows.rows,
            "kept": rows.kept,
        }
    )
    return frame, practices, reason


def _recorded(rows: Rows, source: SourceSettings, order: DateOrder, day: IntArray) -> IntArray:
    """Out: the day on which each row was recorded, in days since 1970 and never before its own
    day; -1 where it is not known. A column without a convention of its own has referred_on's."""
    days = [day_part(text) for text in rows.words("recorded_on")]
    setting = source.dates if source.dates != "auto" or order == "iso" else order
    own = convention(days, setting, f"{rows.sources[0]}: recorded_on")
    dated = [parse(text, own) for text in days]
    number = np.array([(d - _EPOCH).days if d and d >= _EARLIEST else -1 for d in dated], np.int64)
    recorded = number[rows.codes("recorded_on")]
    return np.where(recorded < 0, -1, np.maximum(recorded, day[rows.codes("referred_on")]))


def _why(text: str, day: date | None, today: date) -> int:
    """In: a day's text, the day it means. Out: the place in _REASONS of what is wrong, or 0."""
    if day is None:
        return 2 if text else 1
    return 3 if day < _EARLIEST else 4 if day > today else 0


def _cleaned(rows: Rows, column: str) -> tuple[list[str], IntArray]:
    """Out: a column's cleaned texts in order, "" always the first, and each row's place."""
    words = [clean(word) for word in rows.words(column)]
    texts = sorted({"", *words})
    place = {text: i for i, text in enumerate(texts)}
    return texts, np.array([place[word] for word in words], np.int64)[rows.codes(column)]


def _once(good: pd.DataFrame) -> pd.DataFrame:
    """In: good rows. Out: those left when each referral_id counts once."""
    has_id = good["id"] > 0
    order = ["id", "day", "practice", *_KINDS, "recorded", "name"]
    first = good[has_id].sort_values(order).drop_duplicates("id")
    return pd.concat([good[~has_id], first])


def _counts(known: pd.DataFrame, practices: list[str], rows: Rows) -> pd.DataFrame:
    """Out: the referrals as `Intake.counts` has them, sorted."""
    key = ["practice", *_KINDS, "day", "recorded"]
    summed = known.groupby(key, as_index=False, sort=False)["kept"].sum()

    def spelled(column: str, texts: list[str]) -> pd.Series[str]:
        return pd.Series([texts[i] for i in summed[column].tolist()], dtype="str")

    npi, name, line, payer, place = (spelled(c, _cleaned(rows, c)[0]) for c in _KINDS)
    counts = pd.DataFrame(
        {
            "practice_id": spelled("practice", practices),
            "provider": npi.where(npi != "", name),
            "service_line": line,
            "payer": payer,
            "location": place,
            "day": summed["day"].astype("int64"),
            "recorded": summed["recorded"].astype("int64"),
            "referrals": summed["kept"].astype("int64"),
        }
    )
    return counts.groupby(list(_COUNTED), sort=True)["referrals"].sum().reset_index()


def _provider_names(known: pd.DataFrame, rows: Rows) -> dict[str, str]:
    """Out: for each NPI the name on its latest referral that has one."""
    (npis, _), (names, _) = _cleaned(rows, "provider_npi"), _cleaned(rows, "provider_name")
    told = known[(known["provider_npi"] > 0) & (known["provider_name"] > 0)]
    latest = told.sort_values(["provider_npi", "day", "provider_name"])
    latest = latest.drop_duplicates("provider_npi", keep="last")
    pairs = zip(latest["provider_npi"].tolist(), latest["provider_name"].tolist(), strict=True)
    return {npis[npi]: names[name] for npi, name in pairs}


def _by_source(known: pd.DataFrame, sources: tuple[str, ...]) -> pd.DataFrame:
    """Out: referrals by file and day, as `Intake.by_source` has them; empty of a single one."""
    if len(sources) < 2:
        return pd.DataFrame()
    summed = known.groupby(["source", "day"], sort=True)["kept"].sum().rename("referrals")
    told = summed.reset_index()
    return told.assign(source=[Path(sources[i]).name for i in told["source"].tolist()])


def _names(known: pd.DataFrame, practices: list[str], names: list[str]) -> dict[str, str]:
    """Out: for each practice the name on its latest referral that has one, else its id."""
    found = {practices[i]: practices[i] for i in known["practice"].unique().tolist()}
    latest = known[known["name"] > 0].sort_values(["practice", "day", "name"])
    latest = latest.drop_duplicates("practice", keep="last")
    for practice, name in zip(latest["practice"].tolist(), latest["name"].tolist(), strict=True):
        found[practices[practice]] = names[name]
    return found


def _reject(rows: Rows, row: int, reason: str, number: int) -> Reject:
    """Out: one row, with those of its mapped cells that are not empty."""
    cells = [(name, clean(rows.word(name, row))) for name in KEY]
    fields = tuple((name, text) for name, text in cells if text)
    return Reject(*rows.place(row), reason, fields, number)
