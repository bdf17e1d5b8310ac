"""The pages and the digest in a real browser: by touch, by keyboard, without scripts, by axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.builders.contacts import add_touch
from tests.builders.office import ANN, MANAGER, MONDAY, Office
from tests.builders.ports import free_port
from tests.builders.quarter_network import full, stored

from quietdrop.config import load
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.domain.checkin import Touch
from quietdrop.jobs import weekly as job
from quietdrop.store import Store
from quietdrop.store.runs import RunEnd, RunState
from quietdrop.web import serving

PHONE = {"width": 375, "height": 740}
LAST = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def served(office: Office) -> Iterator[Office]:
    """The office's pages, its calendar feed among them, on a port of their own."""
    port = free_port()
    visits = office.settings.visits.model_copy(update={"calendar_feed": True})
    settings = office.settings.model_copy(update={"visits": visits})
    moved = Office(office.store, settings, f"http://127.0.0.1:{port}")
    with serving(moved.app, f"127.0.0.1:{port}"):
        yield moved


def phone(browser: Browser, **more: Any) -> Page:
    page = browser.new_context(viewport=PHONE, **more).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    return page


def test_the_whole_loop_by_touch_and_without_scripts(
    browser: Browser, network: Network, tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Inbox(tmp_path / "inbox") as inbox:
        settings = load(write_network(network, tmp_path / "n", smtp_port=inbox.port), {})
        assert settings.mail is not None
        store = Store.open(settings.store.url)
        office = Office(store, settings, url, now=NOW - timedelta(days=6))
        mail = settings.mail
        mailer = YagmailMailer(MailServer(mail.host, mail.port, "none", mail.from_))

        def monday(day: date) -> list[Path]:
            before = set(inbox.folder.glob("*.html"))
            now = NOW + (day - LAST)
            job.run(settings, store, job.Occasion(day, now, day, live=True, links=office.links))
            send_owed(store, mailer, lambda: now)
            return sorted(set(inbox.folder.glob("*.html")) - before)

        with serving(office.app, f"127.0.0.1:{port}"):
            page = phone(browser, java_script_enabled=False, has_touch=True)
            digest = next(path for path in monday(LAST - WEEK) if "Checked in" in path.read_text())
            page.goto(digest.as_uri())
            name = page.locator("h2").first.inner_text().split("\u2002")[-1].strip()
            page.get_by_role("link", name="Checked in").first.tap()
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            page.get_by_label("Something on their side").tap()
            page.get_by_label("They moved away").tap()
            page.get_by_role("button", name="Record it").tap()
            expect(page.get_by_role("status")).to_contain_text("Moved. Closed for good.")
            page.get_by_role("button", name="Undo").tap()
            expect(page.get_by_role("status")).to_contain_text(f"Undone for {name}.")
            page.get_by_role("link", name="Answer again").tap()
            page.get_by_label("Something on their side").tap()
            page.get_by_label("They retired").tap()
            page.get_by_label("Who did you speak with?").fill("Dana, front desk")
            page.get_by_text("Add a note or a next step").tap()
            page.get_by_label("Note", exact=True).fill("Her last day was in May.")
            page.get_by_role("button", name="Record it").tap()
            expect(page.get_by_role("status")).to_contain_text("Retired. Closed for good.")
            page.go_back()
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text("This is answered already")
        later = [path.read_text() for path in monday(LAST) if path.stem[5:] == digest.stem[5:]]
        assert name in digest.read_text()
        assert all(name not in page for page in later)
    [touch] = [t for t in store.touches.all() if t.outcome == "retired"]
    assert touch.whom == "Dana, front desk"


WIDEST = """Math.max(document.documentElement.scrollWidth,
    ...[...document.querySelectorAll("nav a")].map(link => link.getBoundingClientRect().right))"""


def signed_in(page: Page, served: Office) -> None:
    """Signs the browser in by a manager's mailed link."""
    page.goto(served.url + served.sign_in_link())
    page.get_by_role("button", name="Continue").click()


def test_a_manager_reads_the_quarter_and_takes_a_table_without_scripts(
    browser: Browser, served: Office
) -> None:
    stored(served.store, full())
    page = phone(browser, java_script_enabled=False, has_touch=True, accept_downloads=True)
    signed_in(page, served)
    page.get_by_role("link", name="The quarter").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("April to June 2026")
    expect(page.get_by_role("img", name="Referrals a working day, by quarter")).to_be_visible()
    numbers = page.get_by_role("table", name="Referrals by quarter")
    expect(numbers).to_be_hidden()
    page.get_by_text("The numbers behind the picture").tap()
    expect(numbers).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Practices (CSV)").tap()
    assert taken.value.suggested_filename == "quietdrop-2026-Q2-practices.csv"
    assert "Lakeside Family Medicine" in taken.value.path().read_text(encoding="utf-8-sig")


def test_the_quarter_is_read_by_the_keyboard_alone(browser: Browser, served: Office) -> None:
    stored(served.store, full())
    page = phone(browser)
    signed_in(page, served)
    page.goto(f"{served.url}/desk/quarter")
    tab_to(page, "The numbers behind the picture")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Referrals by quarter")).to_be_visible()
    tab_to(page, "Lakeside Family Medicine")
    tab_to(page, "Practices (CSV)")


OUTLINE = """() => {
    const here = document.activeElement;
    return getComputedStyle(here.closest(".tile, .tick") ?? here).outlineStyle;
}"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until that element has the focus, which must be seen."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            assert page.evaluate(OUTLINE) not in ("none", ""), f"the focus on {wanted} is not seen"
            return
    raise AssertionError(f"{wanted} cannot be reached by the keyboard")


def test_the_form_is_filled_in_by_the_keyboard_alone(browser: Browser, served: Office) -> None:
    page = phone(browser)
    page.goto(served.url + served.answer("P1"))
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    tab_to(page, "fixed")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "theirs"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "staff change"
    follows = page.get_by_text("Closed. They are listed again only if it gets clearly worse.")
    expect(follows.locator("visible=true")).to_have_count(1)
    tab_to(page, "whom")
    page.keyboard.type("Dana")
    tab_to(page, "Add a note or a next step")
    page.keyboard.press("Enter")
    tab_to(page, "note")
    page.keyboard.type("A new coordinator.")
    tab_to(page, "Record it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Recorded for Lakeside Family Medicine.")
    [touch] = served.store.touches.all()
    assert (touch.whom, touch.outcome) == ("Dana", "staff change")
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Undone for Lakeside Family Medicine.")
    assert served.store.touches.all() == []


SHOWN = {
    "It is fixed": [],
    "Something on our side": ["What on our side?"],
    "Something on their side": ["What on their side?"],
    "Away for a while": ["Back when?"],
    "Could not reach them": ["What did you try?"],
    "This is not my practice": [],
}


def test_a_choice_shows_its_own_follow_up_and_no_other(browser: Browser, served: Office) -> None:
    page = phone(browser, java_script_enabled=False)
    page.goto(served.url + served.answer("P1"))
    asked = sorted({legend for shown in SHOWN.values() for legend in shown})
    for choice, shown in SHOWN.items():
        page.get_by_label(choice).check()
        for legend in asked:
            group = page.get_by_role("group", name=legend)
            expect(group).to_have_count(1 if legend in shown else 0)
        nobody = choice in ("Could not reach them", "This is not my practice")
        expect(page.get_by_label("Who did you speak with?")).to_be_visible(visible=not nobody)


def test_the_button_is_always_in_reach(browser: Browser, served: Office) -> None:
    page = phone(browser)
    for action in ("visit", "known", "snooze"):
        page.goto(served.url + served.answer("P1", action))
        expect(page.get_by_role("button", name="Record it")).to_be_in_viewport(ratio=1)


def test_a_second_tap_records_what_the_first_one_chose(browser: Browser, served: Office) -> None:
    page = phone(browser, java_script_enabled=False, has_touch=True)
    page.goto(served.url + served.answer("P1", "snooze"))
    assert served.store.snoozes.all() == []
    page.get_by_role("button", name="Record it").tap()
    expect(page.get_by_role("status")).to_contain_text("Snoozed, until August 4.")
    [snooze] = served.store.snoozes.all()
    assert snooze.until == date(2026, 8, 4)


def test_the_weeks_of_a_chart_are_read_by_the_arrow_keys(browser: Browser, served: Office) -> None:
    page = phone(browser)
    page.goto(served.url + served.answer("P1"))
    page.get_by_text("Why they are on your list").click()
    picture = page.get_by_role("img", name="Referrals a week")
    picture.focus()
    said = page.locator(".at-week")
    expect(said).to_have_text("Week of June 29: 0 came, 3.0 usual")
    for key, words in [
        ("ArrowRight", "Week of June 29: 0 came, 3.0 usual"),
        ("ArrowLeft", "Week of June 22: 1 came, 3.0 usual"),
        ("Home", "Week of July 7, 2025: 3 came, 3.0 usual"),
        ("End", "Week of June 29: 0 came, 3.0 usual"),
    ]:
        page.keyboard.press(key)
        expect(said).to_have_text(words)
    page.keyboard.press("Tab")
    expect(said).to_have_text("")


def test_without_scripts_a_week_shows_its_value_where_the_mouse_is(
    browser: Browser, served: Office
) -> None:
    page = phone(browser, java_script_enabled=False)
    page.goto(served.url + served.answer("P1"))
    page.get_by_text("Why they are on your list").click()
    week = page.locator(".wk").first
    week.locator(".week").hover()
    expect(week.locator(".value")).to_have_css("opacity", "1")
    expect(week.locator(".value")).to_have_text("3")


def test_what_has_to_be_mended_is_announced_and_led_to(browser: Browser, served: Office) -> None:
    page = phone(browser)
    page.goto(served.url + served.answer("P1"))
    page.get_by_label("Away for a while").check()
    page.get_by_role("button", name="Record it").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nothing is recorded yet.")
    alert.get_by_role("link").click()
    assert page.get_by_label("Away for a while").is_checked()
    described = page.get_by_label("Hide them until").get_attribute("aria-describedby")
    assert described == "until-hint until-fault"
    page.get_by_label("Hide them until").fill("2026-08-03")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("until August 3")).to_be_visible()


def faults_of(page: Page) -> list[str]:
    """What axe finds, down to what it calls minor."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


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
