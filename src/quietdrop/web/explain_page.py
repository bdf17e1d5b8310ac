"""A practice's explanation as a self-contained page."""

from __future__ import annotations

from quietdrop.messages.explanation import Explanation
from quietdrop.web.file_page import file_page


def standalone(of: Explanation) -> str:
    """The page, with the desk's stylesheet embedded."""
    return file_page("explain_file.html.j2", of.card.as_of, of=of, card=of.card)
