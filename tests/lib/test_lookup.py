"""One way to find what a person means by a key or a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.lib.lookup import Lookup, look_up

NAMES = {
    "P1": "Lakeside Family Medicine",
    "P2": "LAKESIDE FAMILY MEDICINE",
    "P3": "O\u2019Brien Clinic",
    "P4": "Summit Primary Care",
    "P5": "Harbor Family",
    "P6": "Harbor Family",
    "007": "Bond Street",
    "Lakeside": "Somewhere Else",
}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("P1", "P1"),
        ("Lakeside Family Medicine", "P1"),
        ("LAKESIDE FAMILY MEDICINE", "P2"),
        ("o'brien clinic", "P3"),
        ("  summit   primary-care ", "P4"),
        ("p4", "P4"),
        ("007", "007"),
        ("Lakeside", "Lakeside"),
    ],
)
def test_exactly_as_written_comes_first_then_folded(asked: str, key: str) -> None:
    assert look_up(asked, NAMES) == Lookup(key)


@pytest.mark.parametrize(
    ("asked", "several"),
    [
        ("lakeside family medicine", ("P1", "P2")),
        ("Harbor Family", ("P5", "P6")),
        ("harbor family", ("P5", "P6")),
    ],
)
def test_what_fits_several_means_none_of_them(asked: str, several: tuple[str, ...]) -> None:
    assert look_up(asked, NAMES) == Lookup(several=several)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("Sumit Primary Care", "P4"),
        ("Summit Care", "P4"),
        ("Obrian Clinic", "P3"),
        ("Lakeside Famly Medicine", "P1"),
    ],
)
def test_near_misses_are_suggested_and_never_taken(asked: str, near: str) -> None:
    result = look_up(asked, NAMES)
    assert result.key is None
    assert near in result.near
    assert len(result.near) <= 3


def test_what_is_far_from_all_has_no_suggestion() -> None:
    assert look_up("zzzz", NAMES) == Lookup()
    assert look_up("anything", {}) == Lookup()


@given(st.dictionaries(st.text(min_size=1), st.text()), st.text())
def test_whatever_is_asked_the_answer_is_one_of_the_keys(names: dict[str, str], asked: str) -> None:
    result = look_up(asked, names)
    answers = [result.key] if result.key is not None else [*result.several, *result.near]
    assert set(answers) <= set(names)
    if asked in names:
        assert result == Lookup(asked)
