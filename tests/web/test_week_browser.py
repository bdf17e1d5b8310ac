"""My week in a real browser: by touch without scripts, by the keyboard alone, and by axe."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.builders.office import ANN, MONDAY, Office

from quietdrop.domain.promise import Promise

PHONE = {"width": 375, "height": 740}
KEPT, UNDO = re.compile("Kept.*Send the card"), re.compile("Undo.*Send the card")


@pytest.fixture
def served(served: Office) -> Office:
    """Ann's week with a promise, a practice that was not seen for long, and a calendar."""
    store = served.store
    due = {"status": "steady", "town_key": "brookfield", "revisit_on": MONDAY}
    nearby = {"address": "5 Lake Road, Brookfield", "town_key": "brookfield"}
    cards = [
        replace(one, **(due if one.practice_id == "P3" else nearby)) for one in store.cards.all()
    ]
    with store.begin() as conn:
        store.cards.save(conn, cards)
        late = MONDAY - timedelta(days=3)
        store.promises.save(conn, Promise("P3", "Send the card", late, late, ANN, ANN))
    return served


def opened(browser: Browser, office: Office, rest: str = "", **more: Any) -> Page:
    page = browser.new_context(viewport=PHONE, **more).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    page.goto(office.mail.my_list(ANN) + rest)
    return page


def test_a_visit_with_its_next_step_by_touch_and_without_scripts(
    browser: Browser, served: Office
) -> None:
    page = opened(browser, served, java_script_enabled=False, has_touch=True)
    page.get_by_role("link", name="Log a visit at Harbor Clinic").tap()
    page.get_by_text("Lunch", exact=True).tap()
    page.get_by_label("Whom did you meet?").fill("Robin, front desk")
    page.get_by_label("What will be done?").fill("Call back")
    page.get_by_text("Next Monday").tap()
    page.get_by_text("You brought something that cost money").tap()
    page.get_by_label("What did it cost?").fill("600")
    page.get_by_label("For whom?").fill("Dr. Brandt")
    page.get_by_role("button", name="Save the visit").tap()
    expect(page.get_by_role("alert")).to_contain_text("the limit is $535")
    page.get_by_label("What did it cost?").fill("60")
    page.get_by_role("button", name="Save the visit").tap()
    expect(page.get_by_role("status")).to_contain_text("Promised: Call back, by Monday, July 13")
    page.get_by_role("link", name="My week").first.tap()
    expect(page.get_by_text("Call back", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Log a visit at Harbor Clinic")).to_have_count(0)
    page.get_by_role("button", name=KEPT).tap()
    expect(page.get_by_role("status")).to_contain_text("Kept: Send the card")
    page.get_by_role("button", name=UNDO).tap()
    expect(page.get_by_role("button", name=KEPT)).to_be_visible()


def test_a_visit_is_undone(browser: Browser, served: Office) -> None:
    page = opened(browser, served, "/visit", java_script_enabled=False)
    page.get_by_label("Practice").fill("Harbor Clinic")
    page.get_by_role("button", name="Save the visit").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("It no longer counts")
    assert served.store.touches.all() == []


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until that element has the focus, which must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            seen = page.evaluate(outline) not in ("none", "")
            assert seen or page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"{wanted} cannot be reached by the keyboard")


def test_a_visit_is_logged_by_the_keyboard_alone(browser: Browser, served: Office) -> None:
    page = opened(browser, served, "/visit")
    tab_to(page, "practice")
    page.keyboard.type("Harbor Clinic")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "call"
    tab_to(page, "whom")
    page.keyboard.type("Robin")
    tab_to(page, "next")
    page.keyboard.type("Call back")
    tab_to(page, "Save the visit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbor Clinic")
    [touch] = served.store.touches.all("P3")
    assert (touch.kind, touch.whom) == ("call", "Robin")
    assert [promise.what for promise in served.store.promises.of("P3")][-1] == "Call back"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("rest", ["", "/practices", "/visit", "/calendar", "?kept=1"])
def test_nobody_is_kept_out(browser: Browser, served: Office, rest: str, scheme: str) -> None:
    if rest == "?kept=1":
        with served.store.begin() as conn:
            served.store.promises.keep(conn, 1, served.desk.today())
    page = opened(browser, served, rest, color_scheme=scheme)
    violations = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
