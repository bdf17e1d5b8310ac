"""Dates and numbers as they are written where the reader is, in English.

The country is in a context variable, as in Flask-Babel: each edge (a message, a page, a command)
sets it once, so sentences need not be passed it.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from babel import Locale, localedata
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, get_territory_currencies

DEFAULT_COUNTRY = "US"  # as [calendar] country
KEPT = 4096  # written days and numbers; a page with a year of weeks has a hundred
_NARROW_SPACE = "\u202f"  # CLDR puts it before AM, and few terminals show it well
INTERNATIONAL = "en_001"  # English for a country that CLDR has no English locale for

_country: ContextVar[str] = ContextVar("the reader's country", default=DEFAULT_COUNTRY)


def write_for(country: str) -> None:
    """Write for readers in a country, such as "GB", until the next call."""
    _country.set(country)


def day_and_month(when: date) -> str:
    """ "July 6" in the US, "6 July" in Britain."""
    return _skeleton("MMMMd", when, _country.get())


def full_day(when: date) -> str:
    """ "July 6, 2026" in the US, "6 July 2026" in Britain."""
    return format_date(when, "long", locale=_locale())


def weekday(when: date) -> str:
    """ "Thursday"."""
    return format_date(when, "EEEE", locale=_locale())


def weekday_and_day(when: date) -> str:
    """ "Thursday, August 13" in the US, "Thursday, 13 August" in Britain."""
    locale = _locale()
    pattern = str(locale.date_formats["full"].pattern)  # CLDR has no long form without the year
    return format_date(when, re.sub(r"[,\s]*\by+\b", "", pattern), locale=locale)


def moment(when: datetime) -> str:
    """ "July 6, 2026, 7:00 AM UTC" in the US, "6 July 2026, 07:00 UTC" in Britain."""
    clock = format_time(when, "short", locale=_locale()).replace(_NARROW_SPACE, " ")
    return f"{full_day(when)}, {clock} {when:%Z}".rstrip()


def month(when: date) -> str:
    """ "July"."""
    return format_date(when, "MMMM", locale=_locale())


def short_month(when: date) -> str:
    """ "Jul"."""
    return format_date(when, "MMM", locale=_locale())


def short_day(when: date) -> str:
    """ "Jul 6" in the United States, "6 Jul" in Britain."""
    return _skeleton("MMMd", when, _country.get())


def month_and_year(when: date) -> str:
    """ "July 2026"."""
    return _skeleton("yMMMM", when, _country.get())


def decimal(value: float, digits: int = 0) -> str:
    """A number with thousands separators and `digits` digits after the point: "1,234.5"; a half
    is rounded up, as by hand."""
    with localcontext(rounding=ROUND_HALF_UP):
        rounded = round(Decimal(str(value)), digits) + 0  # which leaves no −0
    return _decimal(rounded, digits, _country.get())


def whole(value: float) -> int:
    """The whole number that `decimal` writes: a half is rounded up, away from zero."""
    return int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))


@lru_cache(KEPT)
def _skeleton(skeleton: str, when: date, country: str) -> str:
    return format_skeleton(skeleton, when, locale=_locale_of(country))


@lru_cache(KEPT)
def _decimal(rounded: Decimal, digits: int, country: str) -> str:
    locale = _locale_of(country)
    whole = locale.decimal_formats[None].pattern.partition(".")[0]  # India groups by two
    pattern = f"{whole}.{'0' * digits}" if digits else whole
    return str(format_decimal(rounded, pattern, locale=locale))


def money(cents: int) -> str:
    """Cents as an amount in the country's currency: "$84", "$1,084.50"."""
    currency = next(iter(get_territory_currencies(_country.get().upper())), "USD")
    value = Decimal(cents) / 100
    digits = "" if cents % 100 == 0 else ".00"
    pattern = f"¤#,##0{digits}"
    return format_currency(value, currency, pattern, locale=_locale(), currency_digits=False)


def _locale() -> Locale:
    return _locale_of(_country.get())


@lru_cache
def _locale_of(country: str) -> Locale:
    name = f"en_{country.upper()}"
    return Locale.parse(name if localedata.exists(name) else INTERNATIONAL)
