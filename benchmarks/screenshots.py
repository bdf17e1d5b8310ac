"""Pictures of pages as mail programs show them; it needs Chromium, where Debian installs it.

`python -m benchmarks.screenshots PAGE FOLDER` takes one of a `quarter.html`, of its upper part; the
digest's are taken by `python -m benchmarks.showcase`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
COLORS = 128  # of the palette; a page has few


class View(NamedTuple):
    """How a page is looked at, in px; the whole of it where no height is said."""

    width: int
    dark: bool = False
    images: bool = True
    height: int | None = None


QUARTER = View(640, height=1560)  # down to who moved


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, while entered."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def take(browser: Browser, page: Path, view: View, to: Path) -> None:
    """Writes a page's picture, from its top, as PNG."""
    context = browser.new_context(
        viewport={"width": view.width, "height": view.height or 800},
        color_scheme="dark" if view.dark else "light",
        device_scale_factor=1.5 if view.width < 500 else 1,
    )
    shown = context.new_page()
    shown.goto(page.resolve().as_uri())
    if not view.images:
        shown.eval_on_selector_all("img", "all => all.forEach(one => one.removeAttribute('src'))")
    keep(shown.screenshot(full_page=view.height is None), to)
    context.close()


def keep(taken: bytes, to: Path) -> None:
    """Writes a picture with few colors, as PNG."""
    few = Image.open(BytesIO(taken)).convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE)
    few.save(to, optimize=True)


def main() -> None:
    """Writes quarter.png."""
    page, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        take(browser, page, QUARTER, folder / "quarter.png")


if __name__ == "__main__":
    main()
