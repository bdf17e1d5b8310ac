"""My week: towns, routes, drop-ins, promises, and who was not seen for long."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.builders.contacts import add_snooze, add_touch
from tests.builders.office import ANN, BEA, MONDAY, Office, card
from tests.builders.week_page import CALL, form_of, home, place, promised, stored, week

from quietdrop.domain.checkin import Snooze, Touch


def maps(page: str) -> list[dict[str, list[str]]]:
    urls = re.findall(r'href="(https://www.google.com/maps/dir/[^"]+)"', page)
    return [parse_qs(urlsplit(unescape(url)).query) for url in urls]


def test_stops_of_one_town_stand_together_with_a_route_through_them(office: Office) -> None:
    stored(
        office,
        place("A", "Alpha", "Salem", "1 Mill Street, Salem"),
        place("B", "Bravo", "Dover", "2 Main Street"),
        place("C", "Charlie", "Salem", "3 Elm Street"),
        asked=3,
    )
    page = week(office)
    assert page.index(">Alpha<") < page.index(">Charlie<") < page.index(">Bravo<")
    through_all, through_salem = maps(page)
    assert through_salem["waypoints"] == ["1 Mill Street, Salem"]
    assert through_salem["destination"] == ["3 Elm Street, Salem"]
    assert through_all["destination"] == ["2 Main Street, Dover"]
    assert page.count(">all 3 in one map<") == 1
    assert 'href="tel:' in page


def test_a_practice_without_address_or_phone_has_no_map_and_no_call(office: Office) -> None:
    stored(office, replace(place("A", "Alpha", ""), phone=""), asked=1)
    page = week(office)
    assert "No town on record" in page
    assert "google.com" not in page
    assert "tel:" not in page
    assert ">Answer<" in page


def test_hours_and_whom_to_ask_for_stand_on_the_card(office: Office) -> None:
    details: dict[str, Any] = {
        "hours": "Tuesdays at lunch",
        "preferred_contact": "phone",
        "staff": "Dana",
    }
    stored(office, place("A", "Alpha", "Salem", **details), asked=1)
    assert "Ask for Dana. Tuesdays at lunch. Best by phone." in week(office)
    stored(office, place("A", "Alpha", "Salem"), asked=1)
    assert "No hours on record. A call first is safest." in week(office)


@pytest.mark.parametrize(("days", "near"), [(27, False), (28, True)])
def test_who_was_not_seen_for_four_weeks_is_worth_a_drop_in(
    office: Office, days: int, near: bool
) -> None:
    seen = office.desk.today() - timedelta(days=days)
    stored(
        office,
        place("A", "Alpha", "Salem"),
        place("B", "Bravo", "Salem", status="steady", seen_on=seen),
        place("C", "Charlie", "Dover", status="steady", seen_on=date(2020, 1, 6)),
        place("D", "Delta", "Salem", status="watching", seen_on=date(2020, 1, 6)),
        asked=1,
    )
    page = week(office)
    assert ("Nearby and worth a drop-in" in page) is near
    assert ("Bravo" in page) is near
    assert "Charlie" not in page
    assert "Delta" not in page


def test_a_postcode_joins_what_towns_spell_apart(office: Office) -> None:
    stored(
        office,
        place("A", "Alpha", "Salem", postcode="03079"),
        place("B", "Bravo", "", status="steady", postcode="03079"),
        asked=1,
    )
    assert "Bravo</a>, no visit on record" in week(office)


def test_who_was_not_seen_for_long_is_named_until_somebody_goes_there(office: Office) -> None:
    today = office.desk.today()
    due: dict[str, Any] = {"status": "steady", "seen_on": today - timedelta(weeks=15)}
    cards = [
        place(key, name, "Salem", revisit_on=today - timedelta(days=days), **due)
        for key, name, days in (("A", "Alpha", 0), ("B", "Bravo", 1), ("C", "Charlie", 2))
    ]
    cards.append(place("D", "Delta", "Salem", revisit_on=today + timedelta(days=1), **due))
    stored(office, *cards, place("E", "Echo", "Salem", revisit_on=today))
    page = week(office)
    assert page.index("Charlie") < page.index("Bravo") < page.index("Alpha")
    assert "not seen for 15 weeks" in page
    assert "Delta" not in page
    assert "Echo" not in page, "a drift has its own place"
    add_touch(office.store, Touch(today, "B", ANN, "complaint"))
    add_touch(office.store, Touch(today, "B", ANN, "call", outcome="could not reach"))
    assert "Bravo" in week(office)
    add_touch(office.store, Touch(today, "B", ANN, "call"))
    assert "Bravo" not in week(office)


def test_at_most_so_many_are_named_as_the_config_says(office: Office) -> None:
    today = office.desk.today()
    due: dict[str, Any] = {"status": "steady", "revisit_on": today - timedelta(days=1)}
    stored(office, *(place(f"P{n}", f"Practice {n}", "Salem", **due) for n in range(5)))
    assert week(office).count("a visit at Practice") == 3


def test_good_news_of_the_digest_stands_there(office: Office) -> None:
    stored(office, place("A", "Alpha", "Salem", good_news="Their hundredth patient came."))
    assert "Their hundredth patient came." in week(office)
    assert "Their hundredth" not in week(office, ANN).split('id="good"')[0]


def test_another_liaisons_week_shows_nothing_of_hers(office: Office) -> None:
    promised(office, CALL)
    add_snooze(office.store, Snooze("P1", MONDAY, MONDAY + timedelta(days=9)))
    page = week(office, BEA)
    assert "Lakeside" not in page
    assert "Call back" not in page


def test_a_week_with_nothing_in_it_says_so(office: Office) -> None:
    stored(office, card("P3", "Harbor Clinic", ANN))
    page = week(office)
    assert "Nobody to see this week" in page
    assert "Nothing is promised." in page


def test_a_hundred_open_ones_are_shown_in_part_and_the_others_counted(office: Office) -> None:
    stored(office, *(place(f"P{n}", f"Practice {n}", "Salem") for n in range(100)), asked=100)
    page = week(office)
    assert '<a href="#see">100 to see</a>' in page
    assert page.count(">Answer<") == 40
    assert "60 more wait." in page


# Promises.


def test_a_promise_is_kept_with_one_tap_and_opened_again(office: Office) -> None:
    [number] = promised(office, CALL)
    page = week(office)
    assert "by Wednesday, July 8" in page
    form = form_of(page, r' action="[^"]+/promise"')
    data = {"form": form, "promise": str(number), "is_kept": "yes"}
    done = office.client.post(f"{home(office)}/promise", data=data)
    assert done.status_code == 303
    assert [promise.kept_on for promise in office.store.promises.all()] == [office.desk.today()]
    page = office.client.get(office.path(done.location)).text
    assert "Kept: Call back" in page
    for _ in range(2):
        office.client.post(f"{home(office)}/promise", data=data | {"is_kept": "no"})
    assert [promise.kept_on for promise in office.store.promises.open()] == [None]
    said = [(e.action, e.who, e.about, e.detail) for e in office.store.audit.entries()]
    due = "a promise due 2026-07-08"
    assert said == [("reopened", ANN, "P3", due), ("kept", ANN, "P3", due)], "once each"


def test_a_promise_of_somebody_else_cannot_be_marked(office: Office) -> None:
    theirs = replace(CALL, practice_id="P9", owner=BEA, liaison=BEA)
    mine, other = promised(office, CALL, theirs)
    form = form_of(week(office), r' action="[^"]+/promise"')
    data = {"form": form, "promise": str(other), "is_kept": "yes"}
    assert office.client.post(f"{home(office)}/promise", data=data).status_code == 403
    hers = form_of(week(office, BEA), r' action="[^"]+/promise"')
    stolen = {"form": hers, "promise": str(mine), "is_kept": "yes"}
    assert office.client.post(f"{home(office, BEA)}/promise", data=stolen).status_code == 403
    for wrong in ("", "x", "99"):
        unknown = office.client.post(f"{home(office)}/promise", data=data | {"promise": wrong})
        assert unknown.status_code == 404
    assert all(promise.kept_on is None for promise in office.store.promises.open())


@pytest.mark.parametrize("asked", ["", "x", "-1", "9" * 30, "7", "²"])
def test_what_was_kept_is_told_of_a_real_promise_alone(
    office: Office, unchanged: Callable[[], None], asked: str
) -> None:
    page = office.client.get(f"{home(office)}?kept={asked}")
    assert page.status_code == 200
    assert "Kept:" not in page.text
    unchanged()


# Her practices.


def test_her_practices_are_searched_by_name_and_town_and_shown_in_part(office: Office) -> None:
    stored(office, *(place(f"P{n:03}", f"Practice {n:03}", "Salem") for n in range(101)))
    first = office.client.get(f"{home(office)}/practices").text
    assert "Practice 099" in first
    assert "Practice 100" not in first
    assert "Practice 100" in office.client.get(f"{home(office)}/practices?page=2").text
    page = office.client.get(f"{home(office)}/practices?q=PRACTICE%20007").text
    assert page.count("Practice 0") == 1
    assert "Practice 000" in office.client.get(f"{home(office)}/practices?q=salem").text
    none = office.client.get(f"{home(office)}/practices?q=%25").text
    assert "No practice matches" in none
