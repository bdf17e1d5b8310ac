"""The golden files that mails are held against."""

from __future__ import annotations

import os
import re

from tests.builders.digests import GOLDEN

from quietdrop.messages.render import Rendered


def pinned(name: str, rendered: Rendered) -> None:
    """Holds a mail against its golden files; QUIETDROP_GOLDEN=1 writes them anew. The style sheet
    is the same in all and stands in the file of everything alone."""
    html = rendered.html
    if name != "every":
        html = re.sub(r"<style>.*?</style>\n", "", html, flags=re.DOTALL)
    for ending, text in (("txt", rendered.text), ("html", html)):
        path = GOLDEN / f"{name.replace(' ', '-')}.{ending}"
        if os.environ.get("QUIETDROP_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")
