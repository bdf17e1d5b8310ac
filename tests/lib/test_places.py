"""Addresses as maps find them, and the links to maps."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from quietdrop.lib.places import MOST_STOPS, full_address, map_url, postcode_of, route_urls


@pytest.mark.parametrize(
    ("address", "postcode"),
    [
        ("12 Mill Street, Salem, NH 03079", "03079"),
        ("12345 Mill Street, Salem, NH 03079-1234", "03079"),
        ("12 Mill Street, Salem, NH 03079, USA", "03079"),
        ("12345 Mill Street, Salem", ""),
        ("1 High Street, London sw1a 1aa", "SW1A"),
        ("", ""),
    ],
)
def test_the_postcode_stands_at_the_end(address: str, postcode: str) -> None:
    assert postcode_of(address) == postcode


@pytest.mark.parametrize(
    ("address", "town", "full"),
    [
        ("12 Mill Street", "Salem", "12 Mill Street, Salem"),
        ("12 Mill Street, SALEM, NH", "Salem", "12 Mill Street, SALEM, NH"),
        ("12 Mill Street", "", "12 Mill Street"),
        ("", "Salem", "Salem"),
        ("", "", ""),
    ],
)
def test_an_address_has_its_town_once(address: str, town: str, full: str) -> None:
    assert full_address(address, town) == full


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def test_a_hostile_address_stays_one_value() -> None:
    assert query(map_url("1 A & B=C#d"))["query"] == ["1 A & B=C#d"]


def test_one_stop_is_a_destination_and_several_are_waypoints_before_it() -> None:
    [one] = route_urls(["A Street"])
    assert query(one) == {"api": ["1"], "destination": ["A Street"]}
    [three] = route_urls(["A Street", "B | Street", "C Street"])
    assert query(three)["waypoints"] == ["A Street|B   Street"]
    assert query(three)["destination"] == ["C Street"]


def test_no_stop_is_no_link() -> None:
    assert route_urls([]) == []


def test_more_stops_than_a_link_takes_go_on_in_the_next() -> None:
    stops = [f"{number} Street" for number in range(MOST_STOPS + 1)]
    assert len(route_urls(stops[:MOST_STOPS])) == 1
    first, second = route_urls(stops)
    assert query(first)["destination"] == ["9 Street"]
    assert (query(second)["origin"], query(second)["destination"]) == (["9 Street"], ["10 Street"])
