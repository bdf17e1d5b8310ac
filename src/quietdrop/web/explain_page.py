"""A practice explained, as a page that is a file of its own."""

from __future__ import annotations

from quietdrop.messages.explanation import Explanation
from quietdrop.web.file_page import file_page


def standalone(of: Explanation) -> str:
    """The page, with the stylesheet of the desk inside."""
    return file_page("explain_file.html.j2", of.card.as_of, of=of, card=of.card)
