"""The thresholds in a real browser: by keyboard, on a phone, without scripts, by axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from benchmarks.ports import free_port
from playwright.sync_api import Browser, Error, Page, expect
from tests.builders.office import MANAGER, Office
from tests.builders.trial_report import report_of, tuned_of

from quietdrop.domain.trial import TrialState
from quietdrop.reporting.comparison_report import to_json
from quietdrop.reporting.tuned import to_json as tuned_to_json
from quietdrop.web import serving

WIDE, PHONE = {"width": 1200, "height": 900}, {"width": 375, "height": 740}


@pytest.fixture
def served(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The office's pages on a port of their own; a rehearsal that is begun stays at its start."""
    monkeypatch.setattr("quietdrop.web.trial_process.TrialProcesses.start", lambda *_: None)
    port = free_port()
    moved = Office(office.store, office.settings, f"http://127.0.0.1:{port}")
    with serving(moved.app, f"127.0.0.1:{port}"):
        yield moved


def signed_in(browser: Browser, served: Office, *, scripts: bool = True, wide: bool = True) -> Page:
    context = browser.new_context(viewport=WIDE if wide else PHONE, java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(served.url + served.sign_in_link())
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{served.url}/desk/thresholds")
    return page


def finish(served: Office) -> None:
    """What the process would keep at its end."""
    long = "A practice with a name that goes on and on " * 5
    names = {"P1": "Oakview Family Medicine", "P2": long}
    names |= {f"P{n}": f"Practice {n}" for n in range(3, 40)}
    served.store.trials.end(1, TrialState.done, report=to_json(report_of(names)))


def no_fault(page: Page) -> None:
    try:
        results = Axe().run(page)
    except Error:  # a page that follows a rehearsal has just loaded itself anew
        page.wait_for_load_state()
        results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]  # type: ignore[index]


def test_a_slider_by_keyboard_a_run_and_its_result(browser: Browser, served: Office) -> None:
    page = signed_in(browser, served)
    no_fault(page)
    slider = page.get_by_label("List a practice when we are")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("output[for=alert]")).to_have_text("70 % sure")
    page.get_by_role("button", name="Try it").press("Enter")
    expect(page.get_by_role("heading", name="Replaying the past year")).to_be_visible()
    expect(page.get_by_role("button", name="Try it")).to_be_disabled()
    no_fault(page)
    served.store.trials.move(1, 12, 52)
    expect(page.get_by_text("12 of 52 weeks")).to_be_visible()  # it looks again by itself
    finish(served)
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    expect(page.get_by_label("Lines for quietdrop.toml")).to_contain_text("alert_probability = 0.7")
    no_fault(page)


def test_on_a_phone_without_scripts(browser: Browser, served: Office) -> None:
    page = signed_in(browser, served, scripts=False, wide=False)
    page.get_by_label("At most, in one digest").fill("4")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="Replaying the past year")).to_be_visible()
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("It was stopped")).to_be_visible()
    expect(page.get_by_text(f"cancelled by {MANAGER}")).to_be_visible()
    number = served.store.trials.begin(MANAGER, {"digest.budget": "4"}, served.now)
    assert number == 2
    served.store.trials.end(2, TrialState.done, report=to_json(report_of({"P1": "Oakview"})))
    page.goto(f"{served.url}/desk/thresholds")
    page.get_by_role("link", name="at most 4 a digest").first.click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_result_on_a_phone_by_axe(browser: Browser, served: Office, scheme: str) -> None:
    served.store.trials.begin(MANAGER, {"drift.alert_probability": "0.7"}, served.now)
    finish(served)
    page = signed_in(browser, served, wide=False)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{served.url}/desk/thresholds/1")
    page.get_by_text("The other 29").first.click()
    no_fault(page)


def test_a_proposal_for_a_budget_and_its_result(browser: Browser, served: Office) -> None:
    page = signed_in(browser, served, wide=False)
    page.get_by_label("Check-ins a liaison and week, at most").fill("2")
    page.get_by_role("button", name="Propose").press("Enter")
    expect(page.get_by_role("heading", name="Trying many settings on the past")).to_be_visible()
    no_fault(page)
    served.store.trials.end(1, TrialState.done, report=tuned_to_json(tuned_of(is_better=True)))
    expect(page.get_by_role("heading", name="A proposal", exact=True)).to_be_visible()
    expect(page.get_by_label("Lines for quietdrop.toml")).to_contain_text("0.35")
    no_fault(page)
    expect(page.get_by_label("Check-ins a liaison and week, at most")).to_have_value("2")


def test_a_tier_is_chosen_without_scripts(browser: Browser, served: Office) -> None:
    page = signed_in(browser, served, scripts=False)
    page.get_by_label("For", exact=True).select_option("tier=B")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Judge from").fill("7")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("tier B: judged from 7 referrals on")).to_be_visible()
