"""My week: towns, routes, drop-ins, promises, who was not seen for long; logging a visit."""

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
from tests.builders.office import ANN, BEA, MANAGER, MONDAY, Office, card, opened

from quietdrop.domain.card import Card
from quietdrop.domain.checkin import Snooze, Touch
from quietdrop.domain.promise import Promise
from quietdrop.web.visit import MOST_VISITS

CALL = Promise("P3", "Call back", MONDAY, MONDAY + timedelta(days=2), ANN, ANN)


def home(office: Office, liaison: str = ANN) -> str:
    return office.path(office.mail.my_list(liaison))


def week(office: Office, liaison: str = ANN) -> str:
    return office.client.get(home(office, liaison)).text


def place(practice_id: str, name: str, town: str, address: str = "", **more: Any) -> Card:
    made = card(practice_id, name, ANN)
    return replace(made, town=town, town_key=town.casefold(), address=address, **more)


def stored(office: Office, *cards: Card, asked: int = 0) -> None:
    """These cards alone, the first so many of them with an open check-in."""
    with office.store.begin() as conn:
        for table in ("checkin", "card"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
        office.store.cards.save(conn, cards)
        for one in cards[:asked]:
            office.store.checkins.save(conn, opened(one.practice_id, one.name, one.liaison))


def promised(office: Office, *promises: Promise) -> list[int]:
    with office.store.begin() as conn:
        return [office.store.promises.save(conn, promise) for promise in promises]


def form_of(page: str, action: str = "") -> str:
    [form] = set(
        re.findall(rf'<form method="post"{action}[^>]*>\s*<input[^>]+value="([^"]+)"', page)
    )
    return str(form)


def maps(page: str) -> list[dict[str, list[str]]]:
    urls = re.findall(r'href="(https://www.google.com/maps/dir/[^"]+)"', page)
    return [parse_qs(urlsplit(unescape(url)).query) for url in urls]


# The week.


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
    told: dict[str, Any] = {
        "hours": "Tuesdays at lunch",
        "preferred_contact": "phone",
        "staff": "Dana",
    }
    stored(office, place("A", "Alpha", "Salem", **told), asked=1)
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
    own = form_of(week(office, BEA), r' action="[^"]+/promise"')
    stolen = {"form": own, "promise": str(mine), "is_kept": "yes"}
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


# Visits.


def visit(office: Office, path: str = "/visit", **fields: str) -> tuple[int, str]:
    page = office.client.get(home(office) + path).text
    given = {"form": form_of(page), "practice": "Harbor Clinic"} | fields
    sent = office.client.post(home(office) + path, data=given)
    return sent.status_code, sent.text


def undo_data(page: str) -> dict[str, str]:
    """What the page's one form to undo carries."""
    [form] = re.findall(r'<form method="post" action="[^"]+/undo">(.*?)</form>', page)
    return dict(re.findall(r'name="([^"]+)" value="([^"]+)"', form))


def test_a_visit_is_logged_with_its_next_step_and_undone(office: Office) -> None:
    status, page = visit(
        office,
        kind="lunch",
        when="2026-07-06",
        whom="Robin,  front desk",
        learned="Hush",
        next="Call back",
        by="2026-07-10",
        owner="mo@example.com",
    )
    assert status == 200
    assert "Recorded: lunch, July 6" in page
    assert "Call back, by Friday, July 10. mo@example.com, manager." in page
    [touch] = office.store.touches.all("P3")
    assert touch == Touch(MONDAY, "P3", ANN, "lunch", "Robin, front desk")
    [promise] = office.store.promises.open()
    assert (promise.due_on, promise.owner, promise.liaison) == (date(2026, 7, 10), MANAGER, ANN)
    assert "Hush" not in page + week(office)
    data = undo_data(page)
    assert "It no longer counts" in office.client.post(f"{home(office)}/undo", data=data).text
    assert "undone before" in office.client.post(f"{home(office)}/undo", data=data).text
    assert (office.store.touches.all("P3"), office.store.promises.open()) == ([], [])


def test_a_visit_counts_at_once(office: Office) -> None:
    reference = office.links.reference("practice", "P1")
    assert visit(office, f"/practice/{reference}/visit", kind="call")[0] == 200
    assert "Seen, and not back yet" in week(office)
    assert [touch.touched_on for touch in office.store.touches.all("P1")] == [office.desk.today()]


def test_one_form_sent_twice_counts_once(office: Office) -> None:
    page = office.client.get(f"{home(office)}/visit").text
    data = {"form": form_of(page), "practice": "Harbor Clinic"}
    sent = [office.client.post(f"{home(office)}/visit", data=data) for _ in range(2)]
    assert [one.status_code for one in sent] == [200, 409]
    assert "This was recorded before" in sent[1].text
    assert len(office.store.touches.all()) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"practice": "Willow Clinic"}, "practice"),
        ({"practice": ""}, "practice"),
        ({"when": "2026-07-08"}, "when"),
        ({"when": "day", "when_day": "soon"}, "when"),
        ({"when": "day", "when_day": "2025-07-05"}, "when"),
        ({"whom": "x" * 121}, "whom"),
        ({"learned": "x" * 2001}, "learned"),
        ({"next": "x" * 121, "by": "2026-07-10"}, "next"),
        ({"next": "Call", "by": "day"}, "by"),
        ({"next": "Call", "by": "2026-07-05", "when": "2026-07-06"}, "by"),
        ({"next": "Call", "by": "2027-07-10"}, "by"),
        ({"cost": "much"}, "cost"),
        ({"recipient": "Dr. Brandt"}, "cost"),
    ],
)
def test_what_has_to_be_mended_is_said_beside_its_field_and_nothing_is_recorded(
    office: Office, unchanged: Callable[[], None], fields: dict[str, str], field: str
) -> None:
    status, page = visit(office, **fields)
    assert status == 422
    assert "Nothing is recorded yet." in page
    assert f'href="#{field}"' in page
    assert f'id="{field}' in page
    unchanged()


def test_a_gift_that_passes_the_limit_is_warned_of_before_it_is_recorded(office: Office) -> None:
    gift = {"kind": "lunch", "recipient": "Dr. Brandt", "cost": "500"}
    assert visit(office, **gift)[0] == 200
    status, page = visit(office, **gift | {"cost": "36"})
    assert status == 422
    assert "Dr. Brandt was given $500 in 2026. With $36 it is $536, and the limit is $535." in page
    assert len(office.store.touches.all()) == 1
    assert visit(office, **gift | {"cost": "36", "is_given": "yes"})[0] == 200
    reference = office.links.reference("practice", "P3")
    form = office.client.get(f"{home(office)}/practice/{reference}/visit").text
    assert "Dr. Brandt in 2026: $536 of $535." in form


def test_a_complaint_opens_a_check_in_and_both_are_undone(office: Office) -> None:
    status, page = visit(office, kind="complaint")
    assert status == 200
    assert "Their complaint is on your list" in page
    asked = [c for c in office.store.checkins.open(ANN) if c.practice_id == "P3"]
    assert [c.kind for c in asked] == ["complaint"]
    undone = office.client.post(f"{home(office)}/undo", data=undo_data(page))
    assert undone.status_code == 200
    assert [c for c in office.store.checkins.open(ANN) if c.practice_id == "P3"] == []


def test_a_drift_that_became_a_complaint_is_a_drift_again(office: Office) -> None:
    before = office.store.checkins.of("P1")
    _, page = visit(office, practice="Lakeside Family Medicine", kind="complaint")
    assert [c.kind for c in office.store.checkins.of("P1")] == ["complaint"]
    office.client.post(f"{home(office)}/undo", data=undo_data(page))
    assert office.store.checkins.of("P1") == before


def test_a_visit_is_undone_from_the_timeline_until_the_next_run(office: Office) -> None:
    visit(office, kind="lunch", next="Call back", by="2026-07-10")
    story = f"{home(office)}/practice/{office.links.reference('practice', 'P3')}"
    page = office.client.get(story).text
    assert "Lunch, " + ANN in page
    data = undo_data(page)
    office.store.runs.begin(MONDAY, False, office.now + timedelta(minutes=1))
    assert "Undo" in office.client.get(story).text, "a rehearsal is no run"
    office.store.runs.begin(MONDAY, True, office.now + timedelta(minutes=1))
    assert "Undo" not in office.client.get(story).text
    late = office.client.post(f"{home(office)}/undo", data=data)
    assert late.status_code == 409
    assert "The next run has begun since" in late.text
    assert len(office.store.touches.all("P3")) == 1


def test_visits_of_one_practice_are_undone_in_any_order(office: Office) -> None:
    _, first = visit(office, whom="Robin")
    visit(office, whom="Dana")
    undone = office.client.post(f"{home(office)}/undo", data=undo_data(first))
    assert undone.status_code == 200
    assert [touch.whom for touch in office.store.touches.all("P3")] == ["Dana"]


def test_who_has_lost_a_practice_undoes_nothing_there(office: Office) -> None:
    _, page = visit(office)
    with office.store.begin() as conn:
        office.store.book.move_practices(conn, ["P3"], BEA)
    undone = office.client.post(f"{home(office)}/undo", data=undo_data(page))
    assert undone.status_code == 403
    assert len(office.store.touches.all("P3")) == 1


def test_a_visit_its_promise_and_its_gift_stand_in_the_audit_without_their_words(
    office: Office,
) -> None:
    gift = {"cost": "84", "recipient": "Dr. Brandt"}
    _, page = visit(office, kind="lunch", learned="Hush", next="Call back", by="2026-07-10", **gift)
    entries = {entry.action: entry for entry in office.store.audit.entries()}
    assert {(str(a), e.who, e.about, e.detail) for a, e in entries.items()} == {
        ("logged", ANN, "P3", "lunch, July 7"),
        ("promised", ANN, "P3", f"by 2026-07-10, {ANN}"),
        ("gave", ANN, "P3", "84.00, for one person"),
    }
    office.client.post(f"{home(office)}/undo", data=undo_data(page))
    last = office.store.audit.entries()[0]
    assert (last.action, last.about, last.detail) == ("undid", "P3", "lunch, July 7")


def test_visits_of_one_mail_are_bounded_a_day(office: Office) -> None:
    found = []
    for minute in range(MOST_VISITS + 2):
        office.now += timedelta(seconds=5)
        found.append(visit(office, whom=str(minute))[0])
    assert found == [200] * MOST_VISITS + [429] * 2
    assert len(office.store.touches.all()) == MOST_VISITS


def test_a_form_of_another_page_or_reader_is_refused(office: Office) -> None:
    page = office.client.get(f"{home(office, BEA)}/visit").text
    data = {"form": form_of(page), "practice": "Harbor Clinic"}
    assert office.client.post(f"{home(office)}/visit", data=data).status_code == 400
    assert (
        office.client.post(f"{home(office)}/undo", data=data | {"answer": "1"}).status_code == 400
    )
    assert office.store.touches.all() == []


# Her practices.


def test_her_practices_are_searched_by_name_and_town_and_shown_in_part(office: Office) -> None:
    stored(office, *(place(f"P{n:03}", f"Practice {n:03}", "Salem") for n in range(101)))
    first = office.client.get(f"{home(office)}/practices").text
    assert "Practice 099" in first
    assert "Practice 100" not in first
    assert "Practice 100" in office.client.get(f"{home(office)}/practices?page=2").text
    found = office.client.get(f"{home(office)}/practices?q=PRACTICE%20007").text
    assert found.count("Practice 0") == 1
    assert "Practice 000" in office.client.get(f"{home(office)}/practices?q=salem").text
    none = office.client.get(f"{home(office)}/practices?q=%25").text
    assert "No practice matches" in none


# Her calendar.


def with_calendar(office: Office, **more: bool) -> None:
    visits = office.settings.visits.model_copy(update={"calendar_feed": True, **more})
    office.settings = office.settings.model_copy(update={"visits": visits})


def made(office: Office) -> str:
    page = office.client.get(f"{home(office)}/calendar").text
    data = {"form": form_of(page), "action": "make"}
    page = office.client.post(f"{home(office)}/calendar", data=data).text
    [address] = re.findall(r'value="(https://[^"]+/i/[^"]+\.ics)"', page)
    return office.path(address)


def test_a_calendar_is_off_until_it_is_allowed(office: Office) -> None:
    assert "Into my calendar" not in week(office)
    assert office.client.get(f"{home(office)}/calendar").status_code == 404


def test_a_feed_has_an_event_a_promise_and_names_nobody(office: Office) -> None:
    with_calendar(office)
    [kept, number] = promised(office, replace(CALL, what="Kept", kept_on=MONDAY), CALL)
    del kept
    feed = office.client.get(made(office))
    assert feed.mimetype == "text/calendar"
    assert feed.text.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20260708" in feed.text
    assert f"UID:promise-{number}@quietdrop" in feed.text
    assert "SUMMARY:A promise is due" in feed.text
    assert "Call back" not in feed.text
    assert "Harbor" not in feed.text


def test_a_feed_says_what_and_whom_where_that_is_allowed(office: Office) -> None:
    with_calendar(office, calendar_names=True)
    promised(office, replace(CALL, what="Call; back, \\n soon"))
    feed = office.client.get(made(office)).text
    assert r"SUMMARY:Call\; back\, \\n soon: Harbor Clinic" in feed.replace("\r\n ", "")


def test_an_address_ends_with_a_new_one_its_end_her_links_and_the_setting(office: Office) -> None:
    with_calendar(office)
    first = made(office)
    second = made(office)
    assert office.client.get(first).status_code == 404
    assert office.client.get(second).status_code == 200
    page = office.client.get(f"{home(office)}/calendar").text
    assert "You have an address since July 7" in page
    assert ".ics" not in page
    data = {"form": form_of(page), "action": "end"}
    office.client.post(f"{home(office)}/calendar", data=data)
    assert office.client.get(second).status_code == 404
    third = made(office)
    assert office.store.links.stop(ANN, 0, office.now)
    assert office.client.get(third).status_code == 404


def test_a_feed_is_not_read_where_the_setting_was_taken_back(office: Office) -> None:
    with_calendar(office)
    address = made(office)
    with_calendar(office, calendar_feed=False)
    assert office.client.get(address).status_code == 404


def test_no_secret_of_a_calendar_is_stored(office: Office) -> None:
    with_calendar(office)
    secret = made(office).split("/")[-1].removesuffix(".ics")
    assert secret not in str(office.tables())
