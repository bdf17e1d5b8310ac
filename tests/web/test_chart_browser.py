"""The chart of weeks in a real browser: by arrow keys, and without scripts."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from tests.builders.office import Office
from tests.builders.phones import phone


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
