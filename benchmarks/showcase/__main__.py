"""Pictures of one digest as mail programs show it, and of the pages behind it:
`python -m benchmarks.showcase [FOLDER]`.

Runs the showcase's Mondays and puts the last one's digest into FOLDER (docs/screenshots if left
out), as pictures and as text.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.screenshots import View, chromium, take
from benchmarks.showcase.fleet import take_fleet
from benchmarks.showcase.mondays import last_monday
from benchmarks.showcase.pages import take_all

VIEWS = {
    "first": View(375, height=1180),
    "phone": View(375),
    "desktop": View(900),
    "dark": View(375, dark=True),
    "images-off": View(375, images=False),
}
SUMMARY = {"summary": View(900), "summary-phone": View(375, dark=True)}


def main() -> None:
    """Writes a PNG for each of VIEWS, the plain text, and the pictures of the pages."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as work, chromium() as browser:
        mails = last_monday(Path(work))
        page = mails["ann"]
        (folder / "plain.txt").write_bytes(page.with_suffix(".txt").read_bytes())
        for name, view in VIEWS.items():
            take(browser, page, view, folder / f"{name}.png")
        for name, view in SUMMARY.items():
            take(browser, mails["manager"], view, folder / f"{name}.png")
        take_all(Path(work), browser, folder)
        take_fleet(browser, folder)


if __name__ == "__main__":
    main()
