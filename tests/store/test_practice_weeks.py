"""Weekly counts as one row a practice, and back."""

from __future__ import annotations

from datetime import date

import pandas as pd

from quietdrop.domain.weekly import table_of
from quietdrop.domain.words import as_categories
from quietdrop.store.practice_weeks import PracticeWeeks, by_practice, frame_of

EARLIER, LATER = date(2026, 6, 1), date(2026, 6, 8)
ROWS = [
    ("P1", "Lakeside", LATER, 2940, 3),
    ("P1", "Lakeside", LATER, 2943, 1),
    ("P2", "Hill Street", EARLIER, 2941, 2),
]
PRACTICES = [
    PracticeWeeks("P1", "Lakeside", LATER, 2940, [3, 0, 0, 1]),
    PracticeWeeks("P2", "Hill Street", EARLIER, 2941, [2]),
]


def test_each_practice_has_every_week_from_its_first_to_its_last() -> None:
    assert list(by_practice(table_of(ROWS[::-1]))) == PRACTICES


def test_the_frame_has_the_weeks_with_a_referral() -> None:
    pd.testing.assert_frame_equal(frame_of(PRACTICES), as_categories(table_of(ROWS)))


def test_rows_of_the_same_week_are_summed() -> None:
    twice = [("P1", "Lakeside", LATER, 2940, 3), ("P1", "Lakeside", LATER, 2940, 4)]
    assert next(by_practice(table_of(twice))).counts == [7]


def test_nothing_stays_nothing() -> None:
    assert not list(by_practice(table_of([])))
    assert frame_of([]).empty
    assert frame_of([PracticeWeeks("P1", "Lakeside", LATER, 2940, [0])]).empty
