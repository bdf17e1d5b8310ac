"""A manager logs a visit in a real browser: by touch, by the keyboard, without scripts; by axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from benchmarks.ports import free_port
from playwright.sync_api import Browser, Page, expect
from tests.builders.hands import PHONE, Hands, Keyboard, Mouse, Touch, opened
from tests.builders.office import ANN, BEA, MANAGER, MONDAY, Office

from quietdrop.domain import checkin
from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookRow
from quietdrop.web import serving

PAGES = ("/practice?id=P1", "/visit?id=P1", "/people", "/gifts", "/audit")


@pytest.fixture
def served(office: Office) -> Iterator[Office]:
    """The office on a port, with two liaisons' names, two territories and a gift."""
    port = free_port()
    moved = Office(office.store, office.settings, f"http://127.0.0.1:{port}")
    with office.store.begin() as conn:
        ann = ("Ann Whitaker", "Salem", "North")
        rows = [
            BookRow("P1", "Lakeside Family Medicine", ANN, Status.DRIFTING, *ann),
            BookRow("P3", "Harbor Clinic", ANN, Status.RECOVERED, *ann),
            BookRow("P9", "Willow Clinic", BEA, Status.STEADY, "Bea Ortiz", "Dallas", "South"),
        ]
        office.store.book.save(conn, rows)
        for recipient in ("Dr. Brandt", ""):
            gift = checkin.Touch(MONDAY, "P9", BEA, "lunch", cost_cents=60_000, recipient=recipient)
            office.store.touches.save(conn, gift)
    with serving(moved.app, f"127.0.0.1:{port}"):
        yield moved


def sign_in(page: Page, hands: Hands, office: Office) -> None:
    page.goto(office.url + office.sign_in_link(MANAGER))
    hands.press(page.get_by_role("button", name="Continue"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


@pytest.mark.parametrize("hands", [Touch(), Keyboard(), Mouse()], ids=lambda of: type(of).__name__)
def test_a_visit_with_its_next_step_is_logged_and_undone_from_the_timeline(
    browser: Browser, served: Office, hands: Hands
) -> None:
    page = opened(browser, hands)
    sign_in(page, hands, served)
    page.goto(f"{served.url}/desk/practice?id=P1")
    hands.press(page.get_by_role("link", name="Log a visit"))
    hands.choose(page.get_by_label("Lunch"))
    hands.write(page.get_by_label("Whom did you meet?"), "Robin, front desk")
    hands.write(page.get_by_label("What will be done?"), "Send the card")
    hands.choose(page.get_by_label("Next Monday"))
    hands.pick(page.get_by_label("Who does it?"), "Ann Whitaker")
    hands.press(page.get_by_role("button", name="Save the visit"))
    said = page.get_by_role("status")
    expect(said).to_contain_text("Promised: Send the card, by Monday, July 13. Ann Whitaker.")
    [promise] = served.store.promises.of("P1")
    assert (promise.owner, promise.liaison) == (ANN, MANAGER)
    hands.press(page.get_by_role("link", name="Lakeside Family Medicine"))
    expect(page.get_by_text("Promised: Send the card, Ann Whitaker")).to_be_visible()
    hands.press(page.get_by_role("button", name=re.compile("Undo.*Lunch")))
    expect(page.get_by_role("status")).to_contain_text("That is taken back.")
    assert (served.store.touches.all("P1"), served.store.promises.of("P1")) == ([], [])


def test_a_territory_is_given_by_the_keyboard_alone(browser: Browser, served: Office) -> None:
    hands = Keyboard()
    page = opened(browser, hands)
    sign_in(page, hands, served)
    page.goto(f"{served.url}/desk/people")
    hands.pick(page.locator("#which"), "South")
    hands.write(page.locator("#territory-liaison"), ANN)
    hands.press(page.get_by_role("button", name="Give the territory"))
    expect(page.get_by_text("South is Ann Whitaker’s territory").first).to_be_visible()
    assert [one.value for one in served.store.decisions.all()] == [ANN]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(browser: Browser, served: Office, scheme: str) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, Mouse(), served)
    page.goto(f"{served.url}/desk/visit?id=P1")
    page.get_by_role("button", name="Save the visit").click()
    for rest in ("", *PAGES):
        if rest:
            page.goto(f"{served.url}/desk{rest}")
        violations = Axe().run(page).response["violations"]
        assert [fault["id"] for fault in violations] == [], rest
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], rest
