"""The page to which signing in leads. Pure."""

from __future__ import annotations

import re

HOME = "/desk"
LONGEST = 500  # characters; a filtered book with every filter set takes some 300
# Only a page of the desk: no host, no scheme, no second slash, no text to be read.
OURS = re.compile(r"/desk(?:/[\w.~-]+)*(?:\?[\w.~%&=+-]*)?", re.ASCII)


def return_path(asked: str) -> str:
    """Returns the requested page if it is a page of the desk, else the first page."""
    return asked if len(asked) <= LONGEST and OURS.fullmatch(asked) else HOME
