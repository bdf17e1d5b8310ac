"""Pictures of one digest as mail programs show it: `python -m benchmarks.screenshots PAGE FOLDER`.

PAGE is a digest's HTML from the demo's inbox; it needs Chromium, where Debian installs it. Where it
is a `quarter.html`, one picture of its upper part is made.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
COLOURS = 64  # of the palette; a page has few
# name: width in px, dark, with images
VIEWS = {
    "phone": (375, False, True),
    "desktop": (900, False, True),
    "dark": (375, True, True),
    "images-off": (375, False, False),
}
QUARTER = {"quarter": (640, False, True)}
QUARTER_HEIGHT = 1560  # px: down to who moved


def picture(browser: Browser, page: Path, width: int, dark: bool, images: bool) -> bytes:
    """A digest's picture, whole, as PNG."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        device_scale_factor=1.5 if width < 500 else 1,
    )
    shown = context.new_page()
    shown.goto(page.resolve().as_uri())
    if not images:
        shown.eval_on_selector_all("img", "all => all.forEach(one => one.removeAttribute('src'))")
    taken = shown.screenshot(full_page=True)
    context.close()
    return taken


def main() -> None:
    """Writes a PNG for each of VIEWS."""
    page, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        is_quarter = page.name == "quarter.html"
        for name, (width, dark, images) in (QUARTER if is_quarter else VIEWS).items():
            taken = Image.open(BytesIO(picture(browser, page, width, dark, images)))
            height = min(taken.height, QUARTER_HEIGHT) if is_quarter else taken.height
            shown = taken.convert("RGB").crop((0, 0, taken.width, height))
            few = shown.quantize(COLOURS)
            few.save(folder / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
