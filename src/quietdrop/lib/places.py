"""Where an address is, without any lookup: its postcode, and links to maps.

The links are Google's Maps URLs, a documented form that needs no key and opens the map app of a
phone or a browser. They are only followed when somebody taps them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

MOST_STOPS = 10  # a link has a destination and at most nine waypoints
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?(?:\s*,?\s*(?:USA?|United States))?\s*$", re.IGNORECASE)
_UK = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*\d[A-Z]{2}\s*$", re.IGNORECASE)
_MAPS = "https://www.google.com/maps"


def postcode_of(address: str) -> str:
    """The ZIP code at the end of an address, or the first half of a British postcode; "" where
    there is none."""
    if match := _ZIP.search(address):
        return match[1]
    if match := _UK.search(address):
        return match[1].upper()
    return ""


def full_address(address: str, town: str) -> str:
    """An address that a map can find: with its town, unless it already names it."""
    if not address or not town or town.casefold() in address.casefold():
        return address or town
    return f"{address}, {town}"


def map_url(address: str) -> str:
    """A link that shows an address in a map app."""
    return f"{_MAPS}/search/?{urlencode({'api': 1, 'query': address})}"


def route_urls(addresses: Sequence[str]) -> list[str]:
    """Links from the reader's location through all addresses in order. If there are too many for
    one link, the next link begins at the last stop of the one before."""
    urls = []
    rest = list(addresses)
    start: dict[str, object] = {}
    while rest:
        stops, rest = rest[:MOST_STOPS], rest[MOST_STOPS:]
        way: dict[str, object] = {"api": 1} | start | {"destination": stops[-1]}
        if stops[:-1]:
            way["waypoints"] = "|".join(stop.replace("|", " ") for stop in stops[:-1])
        urls.append(f"{_MAPS}/dir/?{urlencode(way)}")
        start = {"origin": stops[-1]}
    return urls
