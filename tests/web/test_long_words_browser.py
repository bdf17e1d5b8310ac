"""Long words in names and addresses stay inside the pages, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.ports import free_port
from playwright.sync_api import Browser, Page
from tests.builders.office import ANN, MANAGER, Office

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookRow
from quietdrop.jobs.assign import assign
from quietdrop.lib.mail_address import LONGEST
from quietdrop.web import serving

DOMAIN = "@clinic.example"
LONG = "x" * (LONGEST - len(DOMAIN)) + DOMAIN
PAGES = ("/book", "/people", "/practice?id=P1", "/audit", "", "/coverage")
TOO_WIDE = """[...document.querySelectorAll("table")].filter(
    table => table.scrollWidth > table.parentElement.clientWidth + 1).length
    + (document.documentElement.scrollWidth - document.documentElement.clientWidth)"""


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    """A manager's browser, where a practice, its town, territory and liaison are long words."""
    port = free_port()
    moved = Office(office.store, office.settings, f"http://127.0.0.1:{port}")
    plain = BookRow("P2", "Lakeside", ANN, Status.DRIFTING, "Ann", "Salem", "North", usual=3.0)
    with office.store.begin() as conn:
        long = BookRow("P1", "N" * 300, ANN, Status.DRIFTING, "A" * 120, "T" * 300, "W" * 255)
        office.store.book.save(conn, [long, plain])
    assign(office.store, "P1", LONG, LONG, (office.now.date(), office.now))
    with serving(moved.app, f"127.0.0.1:{port}"):
        page = browser.new_page()
        page.goto(moved.url + moved.sign_in_link(MANAGER))
        page.get_by_role("button", name="Continue").click()
        yield page


@pytest.mark.parametrize("width", [375, 768, 1100, 1200, 1400])
def test_no_page_and_no_table_is_wider_than_its_place(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    desk = page.url.rstrip("/")
    for path in PAGES:
        page.goto(desk + path)
        assert page.evaluate(TOO_WIDE) == 0, path
