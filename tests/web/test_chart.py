"""The numbers of the pictures: a scale that nothing exceeds, months that do not collide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.office import ANN, card

from quietdrop.domain.assessment import Status
from quietdrop.domain.card import Card
from quietdrop.web.chart import CEILING, FLOOR, HEIGHT, Chart, chart, spark

LAKESIDE = card("P1", "Lakeside Family Medicine", ANN)
COUNTS = st.lists(st.integers(0, 5000), min_size=1, max_size=52)


def drawn(given: Card = LAKESIDE) -> Chart:
    picture = chart(given)
    assert picture is not None
    return picture


def of_weeks(*weeks: int, onset: int | None = None, usual: float = 0.0) -> Card:
    expected = (usual,) * len(weeks)
    return replace(LAKESIDE, weeks=weeks, expected=expected, onset_index=onset)


def test_a_practice_without_weeks_has_no_picture() -> None:
    empty = of_weeks()
    assert chart(empty) is None
    assert spark(empty) is None


@pytest.mark.parametrize(
    ("largest", "scale"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (2, (0, 1, 2)),
        (3, (0, 2, 4)),
        (7, (0, 4, 8)),
        (8, (0, 4, 8)),
        (9, (0, 5, 10)),
        (11, (0, 10, 20)),
        (81, (0, 50, 100)),
    ],
)
def test_the_scale_ends_at_a_round_value(largest: int, scale: tuple[int, ...]) -> None:
    assert tuple(value for value, _ in drawn(of_weeks(largest)).scale) == scale


def test_the_scale_reaches_from_the_floor_to_the_ceiling() -> None:
    assert [y for _, y in drawn().scale] == [FLOOR, (FLOOR + CEILING) / 2, CEILING]


def test_a_week_stands_above_its_day_and_none_at_all_still_shows() -> None:
    bars = drawn(of_weeks(4, 0, 2)).bars
    assert [bar.week for bar in bars] == [date(2026, 6, 15), date(2026, 6, 22), date(2026, 6, 29)]
    assert [bar.height for bar in bars] == [FLOOR - CEILING, 1, (FLOOR - CEILING) / 2]
    assert [bar.left for bar in bars] == [0.0, 33.33, 66.67]


def test_the_weeks_since_the_onset_are_marked() -> None:
    picture = drawn(of_weeks(3, 3, 0, 0, onset=2))
    assert [bar.since for bar in picture.bars] == [False, False, True, True]
    assert picture.onset == 50.0
    assert drawn(of_weeks(3, 3)).onset is None


def test_a_year_names_its_months_and_its_years_once() -> None:
    labels = [month.label for month in drawn().months]
    assert labels[0] == "Jul 2025"
    assert "Jan 2026" in labels
    assert labels[-1] == "Jun"
    on_phones = [month.label for month in drawn().months if month.on_phones]
    assert on_phones == ["Jul 2025", "Oct", "Jan 2026", "Apr"]


@pytest.mark.parametrize("as_of", [LAKESIDE.as_of, date(2026, 11, 23), date(2026, 12, 7)])
def test_a_month_with_its_year_has_room_beside_the_next(as_of: date) -> None:
    """Twelve hundredths of the narrowest picture that shows every month are 62 px."""
    months = drawn(replace(LAKESIDE, as_of=as_of)).months
    for month, after in pairwise(months):
        assert after.x - month.x >= (12 if " 20" in month.label else 6)


@given(COUNTS, st.dates(date(2001, 1, 1), date(2090, 1, 1)))
def test_nothing_leaves_the_picture_and_no_two_months_meet(weeks: list[int], as_of: date) -> None:
    picture = drawn(replace(of_weeks(*weeks, usual=2.5), as_of=as_of))
    for bar in picture.bars:
        assert CEILING <= bar.y <= FLOOR - 1
        assert bar.y + bar.height == pytest.approx(FLOOR)
        assert bar.x >= 0
        assert bar.x + picture.bar_width <= 100
    places = [month.x for month in picture.months]
    assert places[0] == 0
    assert all(after - before >= 5 for before, after in pairwise(places))
    assert places[-1] < 96
    assert picture.height == HEIGHT
    assert picture.bars[-1].week + timedelta(weeks=1) == as_of


def test_a_spark_has_a_bar_for_each_two_weeks_and_marks_those_since_the_onset() -> None:
    small = spark(LAKESIDE)
    assert small is not None
    assert (small.before.count("M"), small.since.count("M")) == (22, 4)
    assert small.mark == "s"
    steady = spark(replace(LAKESIDE, onset_index=None, status=Status.QUIET))
    assert steady is not None
    assert (steady.before.count("M"), steady.since, steady.mark) == (26, "", "q")


@given(COUNTS)
def test_a_spark_can_be_drawn_of_any_weeks(weeks: list[int]) -> None:
    small = spark(of_weeks(*weeks, usual=1.0, onset=0))
    assert small is not None
    assert small.since.count("M") == len(weeks) // 2
