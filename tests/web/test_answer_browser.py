"""The answer page in a real browser: by keyboard, and by hasty thumbs."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Browser, expect
from tests.builders.office import Office
from tests.builders.phones import focused, phone, tab_to


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
