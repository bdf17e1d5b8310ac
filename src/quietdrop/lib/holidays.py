"""Public holidays by country and state, from the `holidays` package."""

from __future__ import annotations

from datetime import date

# The config's default countries, so that the package, slow to import, is not needed for them.
_FAMILIAR = {"US"}


def public_holidays(country: str, subdivision: str, first: date, last: date) -> frozenset[date]:
    """The public holidays of a country (ISO code; "" for none) and its state between two days."""
    if not country:
        return frozenset()
    import holidays

    years = range(first.year, last.year + 1)
    calendar = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    return frozenset(day for day in calendar if first <= day <= last)


def is_known_place(country: str, subdivision: str) -> bool:
    """Whether the holidays of that country and state are known; "" stands for none."""
    if not country:
        return not subdivision
    if country in _FAMILIAR and not subdivision:
        return True
    import holidays

    countries = holidays.list_supported_countries()
    return country in countries and (not subdivision or subdivision in countries[country])
