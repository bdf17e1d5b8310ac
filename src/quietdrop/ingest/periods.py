"""Periods of counted referrals: which period a text names, and its first and last day."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta

from quietdrop.config.settings import DateOrder
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.dates import convention, month_number, parse
from quietdrop.lib.periods import Period, first_weekday

MOST_REFERRALS = 1_000_000  # of one practice in one period; more is not a count
_NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})\.?[-/\s,']*(\d{4}|\d{2})", re.ASCII)
_YEAR_NAMED = re.compile(r"(\d{4})[-/\s,]*([A-Za-z]{3,9})\.?", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})[-/.\s]*(?:M)?(\d{1,2})", re.ASCII | re.I)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.\s](\d{4})", re.ASCII)
_WEEK = re.compile(r"(\d{4})[-\s]*(?:W|week\s*)(\d{1,2})", re.ASCII | re.I)
_ENDS = re.compile(r"\b(?:end(?:s|ed|ing)?|thru|through|until|to|w/e)\b", re.I)
SUNDAY = 6
_WHOLE = re.compile(r"(\d+|\d{1,3}(?:[, ]\d{3})+)(?:\.0*)?", re.ASCII)


def period_order(
    texts: Collection[str], setting: DateOrder, where: str, period: Period | None
) -> DateOrder:
    """Return the convention of a column of periods, as `dates.convention` does for days.

    Periods say more than days: months stand for their first day (5/1, 6/1, 7/1), weeks for one
    weekday. The reading in which that is so is the right one, where the other is not so.

    Raises:
        SourceError: Both readings are as likely.
    """
    try:
        return convention(texts, setting, where)
    except SourceError:
        orders: tuple[DateOrder, ...] = ("month-first", "day-first")
        fitting = [order for order in orders if _is_regular(texts, order, period)]
        if len(fitting) != 1:
            raise
        return fitting[0]


def _is_regular(texts: Collection[str], order: DateOrder, period: Period | None) -> bool:
    days = {day for text in texts if (day := parse(text, order))}
    if period == "month":
        return len({day.day for day in days}) == 1 and len(days) > 1
    return period == "week" and len({day.weekday() for day in days}) == 1 and len(days) > 1


def begin_on_sundays(texts: Collection[str], order: DateOrder, period: Period, name: str) -> bool:
    """Return whether a column's weeks are dated by the Sundays on which they begin, as in the US.

    Monday to Friday then lie after the date. Weeks dated by a Sunday in a column whose name says
    that they end there ("Week Ending") lie before it, as every week does that has a Monday in
    front of its date.
    """
    if period != "week" or _ENDS.search(name):
        return False
    days = [day for text in texts if (day := parse(text, order))]
    return bool(days) and all(day.weekday() == SUNDAY for day in days)


def period_day(
    text: str, order: DateOrder, period: Period, *, on_sundays: bool = False
) -> date | None:
    """Return the first weekday of the period that a text names; None where it names none.

    All of a period's referrals are put there: spread evenly they would look like certainty.
    `on_sundays`: a week is dated by the Sunday on which it begins.
    """
    day = parse(text, order)
    if day is not None and on_sundays:
        day += timedelta(days=1)
    if day is None and period == "month":
        day = month_of(text)
    if day is None and period == "week" and (match := _WEEK.fullmatch(text)):
        try:
            day = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            return None
    return None if day is None else first_weekday(day, period)


def is_week(text: str) -> bool:
    """Whether a text is a week of ISO 8601, such as 2026-W07."""
    return _WEEK.fullmatch(text.strip()) is not None


def month_of(text: str) -> date | None:
    """Return the first day of a month such as May-24, May 2024, 2024-05 or 05/2024."""
    text = text.strip()
    if match := _NAMED_MONTH.fullmatch(text):
        return _first(match[2], month_number(match[1]))
    if match := _YEAR_NAMED.fullmatch(text):
        return _first(match[1], month_number(match[2]))
    if match := _YEAR_MONTH.fullmatch(text):
        return _first(match[1], int(match[2]))
    if match := _MONTH_YEAR.fullmatch(text):
        return _first(match[2], int(match[1]))
    return None


def _first(year: str, month: int | None) -> date | None:
    number = int(year) if len(year) == 4 else 2000 + int(year)
    if month is None or not 1 <= month <= 12 or not 1900 <= number <= 2200:
        return None
    return date(number, month, 1)


def count_of(text: str) -> int | str:
    """Return the number in a count column's cell, or why there is none. Blank is 0."""
    bare = " ".join(text.split())
    if bare in ("", "-", "\u2013", "\u2014"):  # a dash is how spreadsheets show a 0
        return 0
    if match := _WHOLE.fullmatch(bare):
        number = int(re.sub("[, ]", "", match[1])[:12])
        return number if number <= MOST_REFERRALS else "count too large"
    if re.match(r"[<≤]", bare):
        return "count withheld"
    if re.fullmatch(r"[-\u2212]\s*[\d.,]+|\([\d.,]+\)", bare):
        return "count below 0"
    return "count not whole" if re.fullmatch(r"[\d.,]+", bare) else "not a count"
