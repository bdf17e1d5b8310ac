"""Every page and the digest in a real browser: no fault by axe, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.builders.contacts import add_touch
from tests.builders.office import ANN, MANAGER, MONDAY, Office
from tests.builders.phones import NOW, PHONE, WIDEST, phone, signed_in
from tests.builders.quarter_network import full, stored

from quietdrop.domain.checkin import Touch
from quietdrop.store.runs import RunEnd, RunState


def faults_of(page: Page) -> list[str]:
    """What axe finds, down to what it calls minor."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:120]}" for fault in violations for node in fault["nodes"]
    ]


def pages_of(office: Office) -> dict[str, str]:
    """One of each kind of page."""
    run = office.store.runs.begin(MONDAY, True, NOW)
    with office.store.begin() as conn:
        office.store.runs.finish(
            conn, run, RunEnd(RunState.HELD, "x", {"faults": ["Nothing is new."]}), NOW
        )
    add_touch(office.store, Touch(MONDAY, "P1", ANN, "visit", "Dana", "could not reach"))
    [aging] = [c for c in office.store.checkins.open() if c.practice_id == "P9"]
    with office.store.begin() as conn:
        office.store.checkins.save(conn, replace(aging, reminded_on=MONDAY - timedelta(weeks=1)))
    stored(office.store, full())
    my_list = office.path(office.mail.my_list(ANN))
    manager = office.sign_in()
    story = office.links.reference("practice", "P1")
    north = office.links.reference("territory", "North")
    return {
        "home": "/",
        "answer": office.answer("P1"),
        "complaint": office.answer("P2", "known"),
        "snooze": office.answer("P1", "snooze"),
        "known": office.answer("P1", "known"),
        "list": my_list,
        "story": f"{my_list}/practice/{story}",
        "sign in": "/m",
        "overview": manager,
        "coverage": f"{manager}/coverage",
        "practices": f"{manager}/book",
        "a practice": f"{manager}/practice?id=P1",
        "audit": f"{manager}/audit",
        "people": f"{manager}/people",
        "thresholds": f"{manager}/thresholds",
        "visit": f"{my_list}/visit",
        "visit here": f"{my_list}/practice/{story}/visit",
        "a manager's visit": f"{manager}/visit?id=P1",
        "calendar": f"{my_list}/calendar",
        "stop": f"{my_list}/stop",
        "service": f"{manager}/service",
        "no practices": f"{manager}/book?q=nobody+of+that+name",
        "none of my practices": f"{my_list}/practices?q=nobody+of+that+name",
        "my practices": f"{my_list}/practices",
        "territory": f"{manager}/territory/{north}",
        "came back": f"{manager}/back",
        "quarter": f"{manager}/quarter",
        "held": office.path(office.mail.release(MANAGER, MONDAY)),
        "refused": "/c/x",
    }


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_and_none_nor_its_header_scrolls_sideways(
    browser: Browser, served: Office, scheme: str
) -> None:
    page = phone(browser, color_scheme=scheme)
    signed_in(page, served)
    for name, path in pages_of(served).items():
        answered = page.goto(served.url + path)
        assert answered is not None
        assert (answered.status == 200) is (name != "refused"), name
        for summary in page.locator("summary").all():
            summary.click()
        assert faults_of(page) == [], name
        for width in (768, PHONE["width"]):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate(WIDEST) <= width, (name, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_has_to_be_mended(
    browser: Browser, served: Office, scheme: str
) -> None:
    page = phone(browser, color_scheme=scheme)
    for action in ("visit", "known", "snooze"):
        page.goto(served.url + served.answer("P1", action))
        page.evaluate("document.querySelector('form').noValidate = true")
        page.get_by_label("Away for a while").check()
        page.get_by_label("on a day:").check()
        page.get_by_label("Hide them until").fill("2020-01-01")
        page.get_by_role("button", name="Record it").click()
        expect(page.get_by_role("alert")).to_contain_text("Please give a day after today")
        assert page.get_by_label("Hide them until").get_attribute("aria-invalid") == "true"
        assert faults_of(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(served.url + served.answer("P1", "known"))
    page.get_by_label("They retired").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="Next on your list")).to_be_visible()
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.reload()
    page.goto(served.url + served.answer("P1", "known"))
    expect(page.get_by_role("heading", level=1)).to_have_text("This is answered already")
    assert faults_of(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_digest_whose_buttons_a_thumb_can_hit(
    browser: Browser, scheme: str
) -> None:
    golden = Path(__file__).parents[1] / "messages" / "golden" / "every.html"
    page = phone(browser, color_scheme=scheme)
    page.goto(golden.as_uri())
    assert faults_of(page) == []
    rows: dict[str, set[float]] = {}
    for label in ("Checked in", "I know why", "Snooze"):
        for link in page.get_by_role("link", name=label).all():
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["width"] >= 44
            rows.setdefault(label, set()).add(box["y"])
    assert rows["Checked in"] == rows["I know why"]
    assert rows["Snooze"] < rows["Checked in"]  # the complaint alone has none
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_pages_load_nothing_from_elsewhere(browser: Browser, served: Office) -> None:
    page = phone(browser)
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    for path in pages_of(served).values():
        page.goto(served.url + path)
    hosts = {re.sub(r"^(\w+://[^/]+).*", r"\1", url) for url in asked}
    assert hosts == {served.url}
    assert not [fault for fault in faults if "Content Security" in fault]
