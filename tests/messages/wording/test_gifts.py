"""What somebody was given in a year, in words."""

from __future__ import annotations

import pytest

from quietdrop.checkins.gifts import GiftCheck
from quietdrop.messages.wording.gifts import so_far, warning, without_limit


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (53500, "Dr. Brandt in 2026: $84 of $535."),
        (0, "Dr. Brandt in 2026: $84 of $0."),
        (None, "Dr. Brandt in 2026: $84."),
    ],
)
def test_what_was_given_so_far(limit: int | None, words: str) -> None:
    assert so_far("Dr. Brandt\n", 8400, 2026, limit) == words


def test_a_gift_over_the_limit_is_added_up() -> None:
    check = GiftCheck("Dr. Brandt", 2026, before=50000, cost=8450, limit=53500)
    assert warning(check) == (
        "Dr. Brandt was given $500 in 2026. With $84.50 it is $584.50, and the limit is $535."
    )


def test_a_year_without_a_limit_is_said() -> None:
    assert without_limit(2027) == "[gifts] limits says nothing of 2027, so no limit was checked."
