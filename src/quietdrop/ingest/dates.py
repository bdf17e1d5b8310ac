"""Days from text: one convention for a whole column."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from quietdrop.config.settings import DateOrder
from quietdrop.domain.errors import SourceError

_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_MONTH = r"([A-Za-z]{3,9})\.?"
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_NAMED = (
    (re.compile(rf"{_ORDINAL}[-/.,\s]*{_MONTH}[-/.,\s]*(\d{{4}}|\d{{2}})", re.A | re.I), "dmy"),
    (re.compile(rf"{_MONTH}[-/\s]*{_ORDINAL}[-/.,\s]+(\d{{4}}|\d{{2}})", re.A | re.I), "mdy"),
    (re.compile(rf"(\d{{4}})[-/.\s]*{_MONTH}[-/.,\s]*{_ORDINAL}", re.A | re.I), "ymd"),
)
_WEEKDAY = re.compile(
    r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?[.,]?\s+", re.I
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_TIME = re.compile(r"(?:[\s,T]+(?:at\s+)?\d{1,2}[:.]\d{2}(?![-/.]\d).*|T\d{4,6}\b.*|T)$", re.I)
_COMPACT = re.compile(
    r"((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"  # YYYYMMDD
    r"(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.\d+)?)?)?([+-]\d{4})?",
    re.ASCII,
)
_ZONED = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|[+-]\d\d(?::?\d\d)?)",
    re.ASCII | re.I,
)
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?", re.ASCII)  # days since 1899-12-30: 1954 to 2119
_EPOCH = re.compile(r"(?:[6-9]\d{8}|[1-3]\d{9})(?:\d{3})?(?:\.\d+)?", re.ASCII)
_SERIAL_ZERO = {"serial": date(1899, 12, 30), "serial-1904": date(1904, 1, 1)}
_STRAY = 0.05  # the share of contrary values that count as mistakes
_LONGEST = 40  # characters; the longest date, with weekday, time and zone, is shorter
_LONGEST_FORM = 24  # characters of a form that a message shows


def day_part(value: str, zone: ZoneInfo | None = None) -> str:
    """Return the text of a date without its time of day.

    Args:
        value: A date, with a time or without.
        zone: The practice's timezone, to which a time with a zone is moved; None: the date stays
            as it is written.
    """
    text = value.strip()
    if zone is not None and (moved := _moved(text, zone)):
        return moved
    if text[4:5] in "-/." and text[10:11] in ("", " ", "T", "t") and text[:4].isdecimal():
        return re.split(r"[\sT]", text[:10], maxsplit=1)[0]
    if compact := _COMPACT.fullmatch(text):
        return compact[1]
    return _TIME.sub("", text[:_LONGEST]).strip()


def parter(timezone: str | None) -> Callable[[str], str]:
    """Return `day_part` for a timezone by its name; None: days stay as they are written."""
    zone = ZoneInfo(timezone) if timezone else None
    return lambda value: day_part(value, zone)


def _moved(text: str, zone: ZoneInfo) -> str | None:
    """Return the day in `zone` of a time with a zone; None where the text is none."""
    compact = _COMPACT.fullmatch(text)
    if compact and compact[2]:
        digits = (re.split(r"[.+-]", text)[0] + "000000")[:14]
        stated, offset = f"{compact[1]}{digits[8:14]}", compact[2]
        form = "%Y%m%d%H%M%S%z"
    elif zoned := _ZONED.fullmatch(text):
        hours = zoned[3].upper().replace("Z", "+0000").replace(":", "")
        offset = hours if len(hours) == 5 else f"{hours}00"
        clock = zoned[2] if zoned[2].count(":") == 2 else f"{zoned[2]}:00"
        stated, form = f"{zoned[1]} {clock}", "%Y-%m-%d %H:%M:%S%z"
    else:
        return None
    try:
        return datetime.strptime(stated + offset, form).astimezone(zone).date().isoformat()
    except (ValueError, OverflowError):
        return None


def convention(values: Iterable[str], setting: DateOrder, where: str) -> DateOrder:
    """Return the one convention that a column follows.

    Args:
        values: The column's distinct day texts.
        setting: What the config says; "auto" where the values decide.
        where: The column, for the error.

    Raises:
        SourceError: The values fit month-first and day-first alike.
    """
    texts = [value for value in values if value]
    if _mostly(_SERIAL, texts):
        return "serial-1904" if setting == "serial-1904" else "serial"
    if _mostly(_EPOCH, texts):
        return "epoch"
    if setting != "auto":
        return setting
    parts = [match for text in texts if (match := _YEAR_LAST.fullmatch(text))]
    if not parts:
        return "iso"
    days = [match[0] for match in parts if int(match[1]) > 12 and 1 <= int(match[3]) <= 12]
    months = [match[0] for match in parts if int(match[3]) > 12 and 1 <= int(match[1]) <= 12]
    if len(days) < len(months) * _STRAY or (months and not days):
        return "month-first"
    if len(months) < len(days) * _STRAY or (days and not months):
        return "day-first"
    raise SourceError(
        f"{where}: the dates are ambiguous: they may be month-first or day-first; "
        'say which: [source] dates = "month-first" or "day-first"'
    )


def _mostly(pattern: re.Pattern[str], texts: Collection[str]) -> bool:
    """Whether a whole column, strays aside, has one form."""
    return bool(texts) and sum(pattern.fullmatch(text) is not None for text in texts) > (
        1 - _STRAY
    ) * len(texts)


def parse(value: str, order: DateOrder, zone: ZoneInfo | None = None) -> date | None:
    """Return the day that a text means by the column's convention; None where it is not a day.

    Args:
        value: A day's text, as `day_part` returns it.
        order: The column's convention.
        zone: The practice's timezone, for seconds since 1970; None: UTC.
    """
    try:
        if match := _YEAR_FIRST.fullmatch(value):
            if not match[2] and len(value) != 8:
                return None
            return date(int(match[1]), int(match[3]), int(match[4]))
        if order in _SERIAL_ZERO and _SERIAL.fullmatch(value):
            return _SERIAL_ZERO[order] + timedelta(days=int(float(value)))
        if order == "epoch" and _EPOCH.fullmatch(value):
            digits = value.partition(".")[0]
            seconds = int(digits) // 1000 if len(digits) > 10 else int(digits)
            return datetime.fromtimestamp(seconds, zone or UTC).date()
        if match := _YEAR_LAST.fullmatch(value):
            return _numeric(match, order)
        return _named(value)
    except (ValueError, OverflowError):
        return None


def _numeric(match: re.Match[str], order: DateOrder) -> date | None:
    if order not in ("month-first", "day-first"):
        return None
    first, second = int(match[1]), int(match[3])
    year = _year(match[4])
    return date(year, first, second) if order == "month-first" else date(year, second, first)


def _year(text: str) -> int:
    """Return the year; of two digits the one from 1969 to 2068."""
    return int(text) if len(text) > 2 else int(text) + (1900 if int(text) > 68 else 2000)


def _named(value: str) -> date | None:
    """Return the day of a text that names its month, such as 24-Nov-2026 or Nov 24, 2026."""
    text = value
    if weekday := _WEEKDAY.match(text):
        text = text[weekday.end() :]
    for pattern, order in _NAMED:
        if match := pattern.fullmatch(text):
            parts = dict(zip(order, match.groups(), strict=True))
            month = month_number(parts["m"])
            if month is None:
                return None
            return date(_year(parts["y"]), month, int(parts["d"]))
    return None


def month_number(name: str) -> int | None:
    """Return 1 to 12 for a month's English name or its first three letters or more."""
    folded = name.strip(" .").casefold()
    if len(folded) < 3:
        return None
    return next((i for i, month in enumerate(_MONTHS, 1) if month.startswith(folded)), None)


def form_of(text: str) -> str:
    """Return the form of a text, fit for a message: every digit a 9, every letter an A."""
    shown = "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in text.strip())
    plain = "".join(c if c.isascii() and c.isprintable() else "?" for c in shown)
    return plain[:_LONGEST_FORM] + ("..." if len(plain) > _LONGEST_FORM else "")
