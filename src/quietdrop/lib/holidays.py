"""Public holidays by country and state, from the `holidays` package."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

# The config's default countries, so that the package, slow to import, is not needed for them.
_FAMILIAR = {"US"}


def public_holidays(country: str, subdivision: str, first: date, last: date) -> frozenset[date]:
    """The public holidays of a country (ISO code; "" for none) and its state between two days."""
    if not country:
        return frozenset()
    of_years = _of_years(country, subdivision, first.year, last.year)
    return frozenset(day for day in of_years if first <= day <= last)


@lru_cache(maxsize=16)  # a rehearsal asks for nearly the same years each week
def _of_years(country: str, subdivision: str, first: int, last: int) -> frozenset[date]:
    """All public holidays of a place, of the first year to the last."""
    import holidays

    years = range(first, last + 1)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))


def is_known_place(country: str, subdivision: str) -> bool:
    """Whether the holidays of that country and state are known; "" stands for none."""
    if not country:
        return not subdivision
    if country in _FAMILIAR and not subdivision:
        return True
    import holidays

    countries = holidays.list_supported_countries()
    return country in countries and (not subdivision or subdivision in countries[country])
