"""Somebody at a browser, who reaches a page's parts by tapping, by the keyboard, or by clicking."""

from __future__ import annotations

from typing import Any, Protocol

from playwright.sync_api import Browser, Locator, Page

PHONE, WIDE = {"width": 375, "height": 740}, {"width": 1200, "height": 900}
MOST_STEPS = 150  # presses of Tab from one part of a page to another
HAS_FOCUS = "part => part === document.activeElement"
IN_ITS_GROUP = "part => document.activeElement.name === part.name"
SHOWS_FOCUS = """part => {
    const at = part.closest(".tile, .tick, .plain-choice") ?? part;
    const seen = [part, at].some(one => getComputedStyle(one).outlineStyle !== "none");
    return seen || part.matches(":focus-visible");
}"""


class Hands(Protocol):
    """What all of them can do to a part of a page."""

    context: dict[str, Any]

    def press(self, part: Locator) -> None:
        """A link, a button or a summary."""

    def choose(self, part: Locator) -> None:
        """One of several choices."""

    def write(self, part: Locator, text: str) -> None:
        """Words into a field."""

    def pick(self, part: Locator, label: str) -> None:
        """A line of a list."""


class Touch:
    """A thumb on a phone."""

    context: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}  # noqa: RUF012

    def press(self, part: Locator) -> None:
        part.tap()

    choose = press

    def write(self, part: Locator, text: str) -> None:
        part.tap()
        part.fill(text)  # at once, as from a list of suggestions

    def pick(self, part: Locator, label: str) -> None:
        part.tap()
        part.select_option(label=label)


class Mouse:
    """A mouse, where the browser runs no script."""

    context: dict[str, Any] = {"viewport": WIDE, "java_script_enabled": False}  # noqa: RUF012

    def press(self, part: Locator) -> None:
        part.click()

    def choose(self, part: Locator) -> None:
        part.check()

    def write(self, part: Locator, text: str) -> None:
        part.fill(text)

    def pick(self, part: Locator, label: str) -> None:
        part.select_option(label=label)


class Keyboard:
    """Nothing but keys, as they are on a keyboard; what has the focus must be seen to have it."""

    context: dict[str, Any] = {"viewport": WIDE}  # noqa: RUF012

    def press(self, part: Locator) -> None:
        _tab_to(part, HAS_FOCUS)
        part.page.keyboard.press("Enter")

    def choose(self, part: Locator) -> None:
        keys = part.page.keyboard
        _tab_to(part, IN_ITS_GROUP)
        for _ in range(MOST_STEPS):
            if part.evaluate(HAS_FOCUS):
                keys.press("Space")
                break
            keys.press("ArrowDown")
        assert part.is_checked()

    def write(self, part: Locator, text: str) -> None:
        _tab_to(part, HAS_FOCUS)
        part.page.keyboard.type(text)

    def pick(self, part: Locator, label: str) -> None:
        _tab_to(part, HAS_FOCUS)
        part.page.keyboard.type(label)
        assert part.evaluate("part => part.selectedOptions[0].label") == label


def _tab_to(part: Locator, reached: str) -> None:
    part.wait_for()
    for _ in range(MOST_STEPS):
        if part.evaluate(reached):
            assert part.evaluate(HAS_FOCUS) is False or part.evaluate(SHOWS_FOCUS)
            return
        part.page.keyboard.press("Tab")
    raise AssertionError(f"{part} cannot be reached by the keyboard")


def opened(browser: Browser, hands: Hands) -> Page:
    """A page of a browser of its own, as those hands use it."""
    page = browser.new_context(**hands.context).new_page()
    page.set_default_timeout(30_000)
    return page
