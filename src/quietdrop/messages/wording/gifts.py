"""What somebody was given in a year, in words. Pure."""

from __future__ import annotations

from quietdrop.checkins.gifts import GiftCheck
from quietdrop.lib.reader import money
from quietdrop.lib.text import single_line


def so_far(who: str, cents: int, year: int, limit: int | None) -> str:
    """ "Dr. Brandt in 2026: $84 of $535."."""
    most = f" of {money(limit)}" if limit is not None else ""
    return f"{single_line(who)} in {year}: {money(cents)}{most}."


def warning(check: GiftCheck) -> str:
    """What a gift would come to that passes its limit."""
    assert check.limit is not None
    return (
        f"{single_line(check.recipient)} was given {money(check.before)} in {check.year}. With "
        f"{money(check.cost)} it is {money(check.after)}, and the limit is {money(check.limit)}."
    )


def without_limit(year: int) -> str:
    """Why a gift was not checked."""
    return f"[gifts] limits says nothing of {year}, so no limit was checked."
