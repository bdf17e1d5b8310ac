"""Rows as codes that sort like their texts, with each row's days, practice and provider checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.ingest.dates import day_part, parse
from quietdrop.ingest.directory import Directory
from quietdrop.ingest.distinct import cleaned, looked_up
from quietdrop.ingest.periods import begin_on_sundays, period_day, period_order
from quietdrop.ingest.rows import Rows
from quietdrop.ingest.totals import is_total
from quietdrop.lib.text import clean

REASONS = (
    "",
    "no date",
    "not a date",
    "date before 1990",
    "date in the future",
    "no practice",
    "unknown practice",
)
NO_PRACTICE, UNKNOWN = 5, 6
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True)
class Coded:
    """`frame` has one row a row, in their order: day and recorded (days since 1970-01-01;
    recorded is −1 where it is not known), source, rows and kept as in Rows, and codes, indexes
    into `texts` of the same name (practice −1 where there is none, else 0 is "" there). `reasons`
    are indexes into REASONS, 0 for a good row; `has_npi` says which providers are NPIs."""

    frame: pd.DataFrame
    texts: dict[str, list[str]]
    reasons: IntArray
    has_npi: frozenset[int]


def coded(rows: Rows, directory: Directory, source: SourceSettings, today: date) -> Coded:
    """Returns the rows as codes. A day after `today` lies in the future. Raises SourceError where
    the dates are ambiguous."""
    days, day_reasons = _referred(rows, source, today)
    practices, practice, nameless = _practice(rows, directory, source)
    reasons = np.where((day_reasons == 0) & (practice < 0), UNKNOWN, day_reasons)
    reasons = np.where((reasons == UNKNOWN) & nameless, NO_PRACTICE, reasons)
    npis, npi = _cleaned(rows, "provider_npi")
    names, name = _cleaned(rows, "provider_name")
    providers, provider = _either(npis, npi, names, name)
    columns = {
        "name": "practice_name",
        "service_line": "service_line",
        "payer": "payer",
        "location": "location",
    }
    others = {ours: _cleaned(rows, theirs) for ours, theirs in columns.items()}
    frame = pd.DataFrame(
        {
            "day": days,
            "recorded": _recorded(rows, source, days),
            "practice": practice,
            "provider": provider,
            "provider_name": name,
            **{column: codes for column, (_, codes) in others.items()},
            "id": rows.ids,
            "source": rows.source,
            "rows": rows.rows,
            "kept": rows.kept,
        },
        copy=False,
    )
    texts = {"practice": practices, "provider": providers, "provider_name": names}
    texts |= {column: spelled for column, (spelled, _) in others.items()}
    return Coded(frame, texts, reasons, frozenset(np.unique(provider[npi > 0]).tolist()))


def _referred(rows: Rows, source: SourceSettings, today: date) -> tuple[IntArray, IntArray]:
    """Returns each row's day (0 if it has none) and what is wrong with it."""
    texts, dated = _dated(rows, "referred_on", source)
    reasons = [_why(text, day, today) for text, day in zip(texts, dated, strict=True)]
    number = np.array([(day - EPOCH).days if day else 0 for day in dated], np.int64)
    at = rows.codes("referred_on")
    return number[at], np.array(reasons, np.int64)[at]


def _recorded(rows: Rows, source: SourceSettings, days: IntArray) -> IntArray:
    """Returns the day on which each row was recorded, never before its own; −1 where not known.

    Some systems write a day before 1990 for an unknown one.
    """
    _, dated = _dated(rows, "recorded_on", source)
    recorded_days = [(day - EPOCH).days if day and day >= _EARLIEST else -1 for day in dated]
    recorded = np.array(recorded_days, np.int64)[rows.codes("recorded_on")]
    return np.where(recorded < 0, -1, np.maximum(recorded, days))


def _dated(rows: Rows, column: str, source: SourceSettings) -> tuple[list[str], list[date | None]]:
    """Returns a column's distinct day texts and the days they mean, by its one convention. Of a
    period it is the first weekday."""
    zone = ZoneInfo(source.timezone) if source.timezone else None
    texts = [day_part(text, zone) for text in rows.words(column)]
    where = f"{rows.sources[0] if rows.sources else source.referrals}: {column}"
    days = [text for text in texts if not is_total(text)]
    order = period_order(days, source.dates, where, source.period)
    if source.period is not None and column == "referred_on":
        name = source.columns.get(column, "")
        sundays = begin_on_sundays(days, order, source.period, name)
        return texts, [period_day(t, order, source.period, on_sundays=sundays) for t in texts]
    return texts, [parse(text, order, zone) for text in texts]


def _why(text: str, day: date | None, today: date) -> int:
    """Returns the index in REASONS of what is wrong with a day, or 0."""
    if day is None:
        return 2 if text else 1
    return 3 if day < _EARLIEST else 4 if day > today else 0


def _practice(
    rows: Rows, directory: Directory, source: SourceSettings
) -> tuple[list[str], IntArray, BoolArray]:
    """Returns the practices, each row's (−1: none that counts), and which rows name none at all."""
    ids = [clean(word) for word in rows.words("practice_id")]
    names = [clean(word) for word in rows.words("practice_name")]
    practices = sorted({p for w in (*ids, *names) for p in (w, directory.find(w)) if p})
    code = {practice: i for i, practice in enumerate(practices)}
    id_codes, name_codes = rows.codes("practice_id"), rows.codes("practice_name")

    def place(words: Sequence[str], at: IntArray) -> IntArray:
        return _narrow([code.get(word, -1) for word in words])[at]

    def only(words: Sequence[str], applies: Callable[[str], bool]) -> list[str]:
        return [word if applies(word) else "" for word in words]

    def is_real(word: str) -> bool:
        return bool(word) and not directory.names_nobody(word)

    by_id, by_name = place(ids, id_codes), place(names, name_codes)
    real_id = place(only(ids, is_real), id_codes)
    real_name = place(only(names, is_real), name_codes)
    tries = [
        place([directory.find(word) for word in ids], id_codes),
        place([directory.find(word) for word in names], name_codes),
    ]
    if not directory.given or source.unknown_practices == "keep":
        tries += [real_id, real_name, by_id, by_name]
    else:
        # A row that names nobody is noted, not rejected; so is a name the store knows.
        decided = [only(ids, directory.is_apart), only(names, directory.is_apart)]
        tries += [place(decided[0], id_codes), place(decided[1], name_codes)]
        tries += [np.where(real_name < 0, by_name, -1)]
        tries += [np.where((real_name < 0) & (real_id < 0), by_id, -1)]
    practice = tries[0]
    for candidate in tries[1:]:
        practice = np.where(practice < 0, candidate, practice)
    return practices, practice, (by_id < 0) & (by_name < 0)


def _cleaned(rows: Rows, column: str) -> tuple[list[str], IntArray]:
    """Returns a column's cleaned texts in order, "" always the first, and each row's place."""
    words = cleaned(rows.texts(column)).to_pylist()
    texts = sorted({"", *words})
    place = {text: i for i, text in enumerate(texts)}
    return texts, looked_up(_narrow([place[word] for word in words]), rows.codes(column))


def _narrow(codes: Sequence[int]) -> IntArray:
    """Returns codes in half the space: there is one per row and column."""
    return cast(IntArray, np.array(codes, np.int32))


def _either(
    first: list[str], at_first: IntArray, second: list[str], at_second: IntArray
) -> tuple[list[str], IntArray]:
    """Merges two columns of texts and places: the first's text if it has one, else the second's."""
    texts = sorted({*first, *second})
    place = {text: i for i, text in enumerate(texts)}
    to_first, to_second = (_narrow([place[text] for text in column]) for column in (first, second))
    return texts, np.where(at_first > 0, to_first[at_first], to_second[at_second])
