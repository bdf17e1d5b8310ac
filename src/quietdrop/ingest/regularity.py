"""Whether days are those of single referrals, or each stands for a week or a month."""

from __future__ import annotations

from collections.abc import Sequence

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.dates import parse
from quietdrop.ingest.periods import is_week, month_of, period_order
from quietdrop.lib.periods import Period


def period_of(texts: Sequence[str]) -> Period:
    """Return the period that counted rows stand for: months where each is a month or begins or
    ends one, weeks where all are of one weekday, else days."""
    distinct = {text for text in texts if text}
    if distinct and all(month_of(text) for text in distinct):
        return "month"
    if distinct and all(map(is_week, distinct)):
        return "week"
    try:
        order = period_order(distinct, "auto", "", "month")
    except SourceError:
        order = "month-first"
    days = {day for text in distinct if (day := parse(text, order))}
    by_month = {(day.year, day.month) for day in days}
    if (len(by_month) == len(days) and len({day.day for day in days}) <= 1) or _are_ends(texts):
        return "month"
    return "week" if len({day.weekday() for day in days}) == 1 else "day"


def _are_ends(texts: Sequence[str]) -> bool:
    """Whether all texts are the last days of months."""
    try:
        order = period_order(set(texts), "auto", "", None)
    except SourceError:
        return False
    days = [parse(text, order) for text in set(texts) if text]
    return bool(days) and all(day is not None and (day.day >= 28) for day in days)
