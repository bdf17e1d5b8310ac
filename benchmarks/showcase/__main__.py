"""Pictures of one digest as mail programs show it: `python -m benchmarks.showcase [FOLDER]`.

Runs the showcase's Mondays and puts the last one's digest into FOLDER (docs/screenshots if left
out), as pictures and as text. It needs Chromium, where Debian installs it.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from benchmarks.showcase.mondays import last_monday

CHROMIUM = "/usr/bin/chromium"
COLOURS = 128  # of the palette; a page has few
# name: width in px, dark, with images, height (None: the whole)
VIEWS = {
    "first": (375, False, True, 1180),
    "phone": (375, False, True, None),
    "desktop": (900, False, True, None),
    "dark": (375, True, True, None),
    "images-off": (375, False, False, None),
}


def picture(
    browser: Browser, page: Path, width: int, dark: bool, images: bool, height: int | None
) -> bytes:
    """A digest's picture as PNG, from the top."""
    context = browser.new_context(
        viewport={"width": width, "height": height or 800},
        color_scheme="dark" if dark else "light",
        device_scale_factor=1.5 if width < 500 else 1,
    )
    shown = context.new_page()
    shown.goto(page.resolve().as_uri())
    if not images:
        shown.eval_on_selector_all("img", "all => all.forEach(one => one.removeAttribute('src'))")
    taken = shown.screenshot(full_page=height is None)
    context.close()
    return taken


def main() -> None:
    """Writes a PNG for each of VIEWS, and the plain text."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as work, sync_playwright() as playwright:
        page = last_monday(Path(work))["ann"]
        (folder / "plain.txt").write_bytes(page.with_suffix(".txt").read_bytes())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, view in VIEWS.items():
            taken = Image.open(BytesIO(picture(browser, page, *view)))
            few = taken.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
            few.save(folder / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
