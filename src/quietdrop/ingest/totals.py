"""Rows and columns that sum up others: they are left out with a remark."""

from __future__ import annotations

import re

from quietdrop.lib.folding import folded

_TOTALS = {
    *("total", "totals", "grand total", "grand totals", "sub total", "subtotal", "sum"),
    *("overall total", "report total", "total referrals", "total count", "row total", "ytd"),
    *("all practices", "all sources", "average", "ytd total", "total ytd", "grand", "total s"),
}
_BY_NAME = re.compile(r"(?:.+ (?:sub)?total|(?:sub)?total for .+|total \d+|grand total .+)")


def is_total(text: str) -> bool:
    """Whether a cell in the place of a practice or a day says that its row is a total."""
    return folded(text) in _TOTALS


def is_subtotal(text: str) -> bool:
    """Whether a cell names the total of something, such as "Lakeside Total".

    A practice may be called so: it counts only where the row has no day.
    """
    return _BY_NAME.fullmatch(folded(text)) is not None
