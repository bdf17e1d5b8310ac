"""The pages in a browser: on a phone, and signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Page
from tests.builders.office import Office

PHONE = {"width": 375, "height": 740}


NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)


def phone(browser: Browser, **more: Any) -> Page:
    page = browser.new_context(viewport=PHONE, **more).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    return page


WIDEST = """Math.max(document.documentElement.scrollWidth,
    ...[...document.querySelectorAll("nav a")].map(link => link.getBoundingClientRect().right))"""


def signed_in(page: Page, served: Office) -> None:
    """Signs the browser in by a manager's mailed link."""
    page.goto(served.url + served.sign_in_link())
    page.get_by_role("button", name="Continue").click()


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
