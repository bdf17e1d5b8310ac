"""Amounts as people write them, in cents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.lib.amounts import cents_of


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
def test_what_is_written_with_a_point_is_read_exactly(cents: int) -> None:
    assert cents_of(f"{cents // 100}.{cents % 100:02d}") == cents
