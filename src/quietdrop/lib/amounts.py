"""Amounts of money as whole cents, so that sums stay exact."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"[^\d.,'+-]{0,3}(\d{1,3}(?:[,' ]\d{3})+|\d{1,7})(?:[.,](\d{1,2}))?")


def cents_of(text: str) -> int | None:
    """The cents that a person or a file writes as "84", "$84.50", "84,50" or "1,084.50".

    Returns:
        The cents; None where the text is not an amount, or is negative.
    """
    match = _AMOUNT.fullmatch(text.strip().removesuffix("USD").strip())
    if match is None:
        return None
    whole = re.sub(r"\D", "", match[1])
    return int(whole) * 100 + int((match[2] or "").ljust(2, "0"))
