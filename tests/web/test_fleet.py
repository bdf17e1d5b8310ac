"""The fleet's page: how each clinic stands, for operators alone, and no practice on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from benchmarks.ports import free_port
from playwright.sync_api import Browser
from tests.builders.office import MANAGER, Office

from quietdrop.config import Settings
from quietdrop.jobs.fleet.looks import Look
from quietdrop.jobs.fleet.order import Figure, Outcome, State
from quietdrop.web import LocalSignIn, open_url, serving
from quietdrop.web.fleet import ROWS, fleet_app, rows_of
from quietdrop.web.navigation import Role

OPERATOR = "ops@vendor.example"
AT = datetime(2026, 7, 7, 8, 40, tzinfo=UTC)
WELL: dict[str, Figure] = {
    "last_run": "2026-07-06",
    "last_state": "done",
    "next_run": "2026-07-13 07:25:00+00:00",
    "newest_referral": "2026-07-05",
    "feed_age_days": 2,
    "open_checkins": 4,
    "waiting": 0,
}
HELD = WELL | {"last_state": "held", "feed_age_days": 23, "waiting": 1}
STALE = "The newest referral is of June 14, 2026, 23 days ago; more was due by June 22, 2026."
LOOKS = [
    Look("hill", Outcome("hill", State.DONE, "", WELL), AT),
    Look("moor"),
    Look("lake-side", Outcome("lake-side", State.HELD, STALE, HELD), AT),
    Look("dale", Outcome("dale", State.FAILED, "[mail] is missing"), AT),
]


@pytest.fixture
def fleet(office: Office, settings: Settings) -> Office:
    """An office whose pages are those of a fleet, over a store that also has practices."""
    web = settings.web.model_copy(update={"operators": (OPERATOR,)})
    digest = settings.digest.model_copy(update={"managers": ()})
    office.settings = settings.model_copy(update={"web": web, "digest": digest})
    serve(office, LOOKS)
    return office


def serve(office: Office, looks: list[Look]) -> None:
    office.serve(office.desk, fleet_app(office.desk, lambda: looks))


def cells(page: str, clinic: str) -> list[str]:
    """A clinic's row, cell by cell, in words."""
    [row] = [row for row in re.findall(r"<tr.*?</tr>", page) if f">{clinic}<" in row]
    return [re.sub("<[^>]+>", " ", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]


def test_a_row_says_how_a_clinic_stands(fleet: Office) -> None:
    page = fleet.client.get(fleet.sign_in(OPERATOR)).text
    well = ["hill", "well", "Jul 6, done", "Jul 13, 07:25 UTC", "2 days", "0", "Jul 7, 08:40 UTC"]
    assert cells(page, "hill") == well
    held = ["Jul 6, held", "Jul 13, 07:25 UTC", "23 days", "1", "Jul 7, 08:40 UTC"]
    assert cells(page, "lake-side") == [f"lake-side {STALE}", "feed", *held]
    broken = ["none yet", "–", "–", "0", "Jul 7, 08:40 UTC"]
    assert cells(page, "dale") == ["dale [mail] is missing", "look", *broken]
    assert cells(page, "moor") == ["moor", "not yet", "none yet", "–", "–", "0", "not yet"]


def test_the_worst_come_first_and_are_counted(fleet: Office) -> None:
    assert [row.name for row in rows_of(LOOKS)] == ["dale", "lake-side", "moor", "hill"]
    page = fleet.client.get(fleet.sign_in(OPERATOR)).text
    assert re.findall(r'<p class="figure">(\d+)</p>', page) == ["1", "1", "1"]
    assert "digests held back: 1." in page
    assert "1 clinic was not looked at yet." in page
    assert fleet.client.get("/healthz").get_json() == {
        "status": "ok",
        "clinics": {"look": 1, "feed": 1, "not yet": 1, "well": 1},
    }


def test_no_practice_and_no_page_of_practices_is_there(fleet: Office) -> None:
    page = fleet.client.get(fleet.sign_in(OPERATOR)).text
    assert "Lakeside" not in page
    assert re.findall(r"<li><a [^>]*>([^<]+)</a></li>", page) == ["The fleet", "How this works"]
    for path in ("/desk/book", "/desk/people", "/desk/service", "/desk/quarter"):
        assert fleet.client.get(path).status_code == 404


def test_only_operators_sign_in(fleet: Office) -> None:
    assert fleet.client.get("/desk").status_code == 303
    assert fleet.client.get(fleet.sign_in_link(MANAGER)).status_code == 404
    fleet.client.get(fleet.sign_in_link(OPERATOR))
    assert fleet.client.get("/desk").status_code == 303  # a link alone signs nobody in
    assert fleet.client.get(fleet.sign_in(OPERATOR)).status_code == 200


def test_the_user_of_this_machine_signs_in_once_as_an_operator(fleet: Office) -> None:
    host, token = "127.0.0.1:8470", "a token that was made for this start"
    local = LocalSignIn("root", token, {host}, Role.OPERATOR)
    here = Office(fleet.store, fleet.settings, f"http://{host}")
    here.desk = replace(here.desk, local=local)
    serve(here, LOOKS)
    link, at = here.path(open_url(here.url, token)), {"base_url": here.url}
    assert here.client.get(link).status_code == 403  # another host
    form = re.findall(r'name="form" value="([^"]+)"', here.client.get(link, **at).text)[0]
    assert here.client.post(link, data={"form": form}, **at).status_code == 303
    assert "The fleet" in here.client.get("/desk", **at).text
    assert here.app.test_client().get(link, **at).status_code == 410


def test_a_fleet_without_clinics_says_so(fleet: Office) -> None:
    serve(fleet, [])
    assert "No clinic is here yet" in fleet.client.get(fleet.sign_in(OPERATOR)).text


def test_ten_thousand_clinics_are_shown_a_hundred_at_a_time(fleet: Office) -> None:
    serve(fleet, [Look(f"clinic-{n:05d}") for n in range(10_000)])
    first = fleet.client.get(fleet.sign_in(OPERATOR)).text
    assert first.count('class="state"') == ROWS
    assert "1 to 100 of 10,000" in first
    last = fleet.client.get("/desk?page=100").text
    assert "9,901 to 10,000 of 10,000" in last
    assert "clinic-09999" in last
    for odd in ("0", "-1", "101", "²", "9" * 5000, "x"):
        assert fleet.client.get("/desk", query_string={"page": odd}).status_code == 200


def test_words_of_a_clinic_are_no_markup(fleet: Office) -> None:
    words = "<script>alert(1)</script>\n\x1b[2J" + "x" * 10_000
    serve(fleet, [Look("hill", Outcome("hill", State.FAILED, words), AT)])
    page = fleet.client.get(fleet.sign_in(OPERATOR)).text
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert len(page) < 10_000


@pytest.fixture
def served(fleet: Office) -> Iterator[Office]:
    """The page on a port of its own."""
    port = free_port()
    here = Office(fleet.store, fleet.settings, f"http://127.0.0.1:{port}")
    serve(here, LOOKS)
    with serving(here.app, f"127.0.0.1:{port}"):
        yield here


@pytest.mark.parametrize("width", [375, 1200])
def test_it_fits_a_phone_and_a_desk(browser: Browser, served: Office, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 740}).new_page()
    page.goto(f"{served.url}{served.sign_in_link(OPERATOR)}")
    page.locator("main button").click()
    page.wait_for_url("**/desk")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("row").filter(has_text="lake-side").is_visible()
    assert page.locator(".pill").all_inner_texts() == ["look", "feed", "not yet", "well"]
