"""The words for a practice that slowly sends less."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.domain.findings import Slow
from quietdrop.messages.wording.slow import entry, line, sentence, slid

AS_OF = date(2026, 7, 6)
ONE = Slow("A", date(2026, 1, 5), 5.0, 2.0)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (5.0, 2.0, "from 5 a week to 2"),
        (0.5, 0.3, "from 2 a month to one every 3 weeks"),
        (5.0, 4.9, ""),
        (0.0, 2.0, ""),
        (5.0, 0.0, ""),
    ],
)
def test_from_what_to_what(before: float, now: float, words: str) -> None:
    assert slid(before, now) == words


def test_it_is_told_without_hurry() -> None:
    assert sentence(ONE, AS_OF) == "Slowly fewer since about January: from 5 a week to 2."
    assert entry(ONE, AS_OF) == "Since about January, from 5 a week to 2."
    assert line(ONE, AS_OF) == (
        "fewer since about January, from 5 a week to 2; no hurry, worth a word when you are next "
        "there."
    )
