"""The page to which signing in leads. Pure."""

from __future__ import annotations

import re

HOME = "/desk"
LONGEST = 500  # characters; a filtered book with every filter set takes some 300
# Nothing but a page of the desk: no host, no scheme, no second slash, nothing to be read as words.
OURS = re.compile(r"/desk(?:/[\w.~-]+)*(?:\?[\w.~%&=+-]*)?", re.ASCII)


def return_path(asked: str) -> str:
    """Takes what a request asks for. Returns the same where it is a page of the desk, else the
    first."""
    return asked if len(asked) <= LONGEST and OURS.fullmatch(asked) else HOME
