"""Text from data, without hidden characters."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

NAME_LIMIT = 80
LONGEST_PATH = 4096  # PATH_MAX of Linux
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

# Control characters, direction marks, surrogates and the byte order mark: no part of a name.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def clean(value: str) -> str:
    """Takes any text. Returns it without hidden characters, outer space and runs of space."""
    if value.isalnum():  # as most ids are
        return value
    spaced = " ".join(value.split())
    return " ".join(_HIDDEN.sub("", spaced).split())


def as_text(value: object) -> str:
    """Takes a cell of a spreadsheet, Parquet file or table. Returns what a CSV would say."""
    if value is None or value != value:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def single_line(text: str, limit: int = NAME_LIMIT) -> str:
    """A text from data without line breaks, control or direction marks, at most `limit` long."""
    one_line = " ".join(HIDDEN.sub(" ", text).split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1].rstrip() + "…"


def path_line(path: Path) -> str:
    """A path without line breaks, control or direction marks, as long as the system allows."""
    return single_line(str(path), LONGEST_PATH)
