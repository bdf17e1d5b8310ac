"""The quarter in a real browser: without scripts, and by keyboard."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from tests.builders.office import Office
from tests.builders.phones import phone, signed_in, tab_to
from tests.builders.quarter_network import full, stored


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
