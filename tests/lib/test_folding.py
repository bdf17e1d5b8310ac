"""Spellings of one name fold to one text; different names do not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.lib.folding import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Practice 007 Family Medicine", "PRACTICE 007 FAMILY MEDICINE"),
        ("St. Mary's Clinic", "St Mary\u2019s  clinic"),
        ("O'Brien Family Medicine", "O\u02bcBrien Family Medicine"),
        ("Cl\u00ednica Pe\u00f1a", unicodedata.normalize("NFD", "Cl\u00ednica Pe\u00f1a")),
        ("Smith-Jones Pediatrics", "Smith \u2013 Jones Pediatrics"),
        ("Oak Hill", "Oak\u00a0Hill"),
        ("Oak Hill", "\ufeffOak\u200b Hill "),
        ("Oak Hill, P.C.", "Oak Hill P C"),
        ("Stra\u00dfe", "STRASSE"),
        ("\uff2fak Hill", "Oak Hill"),
        ("entered-in-error", "Entered_in  Error"),
    ],
)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Practice 007", "Practice 7"),
        ("Pe\u00f1a", "Pena"),
        ("Oak Hill", "Oakhill"),
        ("Lakeside FM", "Lakeside Family Medicine"),
        ("--", "**"),
    ],
)
def test_what_is_only_alike_stays_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_name_of_punctuation_only_is_kept() -> None:
    assert folded(" -- ") == "--"


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=40))
def test_composition_does_not_matter(text: str) -> None:
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_folded_as_beside_an_accent(text: str) -> None:
    """Texts of ASCII alone go a shorter way."""
    if any(sign.isalnum() for sign in text):
        assert folded(f"{text} \u00e9") == f"{folded(text)} \u00e9"
