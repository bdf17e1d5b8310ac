"""Amounts as people write them, in cents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.lib.amounts import amount, cents_of


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("84", 8400),
        (" $84.5 ", 8450),
        ("84,50", 8450),
        ("€84.05", 8405),
        ("1,084.50", 108450),
        ("1.084,50", None),  # a point before three digits is not taken for a thousand
        ("84 USD", 8400),
        ("0", 0),
        ("-84", None),
        ("+84", None),
        ("84.505", None),
        ("eighty", None),
        ("", None),
        ("8" * 8, None),
        ("84 for Dana", None),
    ],
)
def test_what_is_written_is_read(text: str, cents: int | None) -> None:
    assert cents_of(text) == cents


@given(st.integers(0, 10**9 - 1))
def test_what_is_shown_is_read_back(cents: int) -> None:
    assert cents_of(amount(cents)) == cents


def test_whole_amounts_are_short() -> None:
    assert [amount(cents) for cents in (8400, 8405, 108450)] == ["84", "84.05", "1,084.50"]
