"""A liaison's promises in her own calendar: by an address that she makes, and ends."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.builders.office import ANN, MONDAY, Office
from tests.builders.week_page import CALL, form_of, home, promised, week


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
