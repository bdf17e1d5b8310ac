"""Practices that fell in the same weeks, in words."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.messages.wording.together import aside, name, who

AS_OF = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("territory", "in North"),
        ("health_system", "of North"),
        ("location", "that send to North"),
        ("service_line", "that mostly send North referrals"),
        ("payer", "whose patients mostly have North"),
    ],
)
def test_a_group_by_what_it_has_in_common(kind: str, where: str) -> None:
    assert name(kind, "\x1bNorth") == f"Practices {where}"
    assert (
        aside(kind, "North", 3) == f"One of 3 practices {where} that began to send less about then."
    )


@pytest.mark.parametrize(
    ("number", "listed"),
    [
        (2, "P0, P1"),
        (5, "P0, P1, P2, P3, P4"),
        (6, "P0, P1, P2, P3, P4 and 1 more"),
        (7, "P0, P1, P2, P3, P4 and 2 more"),
    ],
)
def test_five_are_named_and_the_others_counted(number: int, listed: str) -> None:
    assert who([f"P{n}" for n in range(number)], 9, date(2026, 5, 18), AS_OF) == (
        f"{number} of 9 began to send less in the same weeks, about May 18: {listed}. "
        "They likely have one cause: a new competitor, perhaps, or a change of ours."
    )


def test_long_names_are_cut() -> None:
    said = who(["n" * 90, "P"], 9, AS_OF, AS_OF)
    assert "n" * 79 in said
    assert "n" * 80 not in said
    assert "k" * 80 not in name("territory", "k" * 90)
    assert "k" * 79 in name("territory", "k" * 90)
