"""What is known before a week: nothing of the week itself, and 0 where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.covariates import (
    HALF_YEAR,
    LAG,
    LATELY,
    QUARTER,
    YEAR,
    Grid,
    before,
    excess_share,
    lately,
    neighbors_fall,
    untouched,
    waits,
)
from quietdrop.domain.arrays import FloatArray

WEEKS = 120


def _marked(week: int) -> FloatArray:
    values = np.zeros((2, WEEKS))
    values[0, week] = 1.0
    return values


def test_what_lies_outside_the_weeks_is_left_out() -> None:
    stream, week = np.array([0, 0, 1, 1]), np.array([-1, 0, 4, 5])
    assert Grid(2, 5).summed(stream, week, np.ones(4)).tolist() == [
        [1, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
    ]


def test_a_sum_holds_the_weeks_before_and_neither_the_week_nor_older_ones() -> None:
    counts = np.array([[1.0, 10.0, 100.0, 1000.0]])
    assert before(counts, 2).tolist() == [[0, 1, 11, 110]]
    assert before(counts, 2, since=1).tolist() == [[0, 0, 1, 11]]


def test_something_counts_from_the_week_after_it_for_as_long_as_asked() -> None:
    marked = lately(_marked(50), HALF_YEAR)
    assert marked[0, [50, 51, 50 + HALF_YEAR, 51 + HALF_YEAR]].tolist() == [0, 1, 1, 0]
    assert not marked[1].any()


def test_a_touch_counts_once_a_month_has_passed() -> None:
    away = untouched(_marked(60))
    assert away[0, 60 + LAG] == 1.0
    assert away[0, 61 + LAG] == pytest.approx((1 + LAG) / YEAR)
    assert (away[1] == 1.0).all()


def test_where_nobody_records_touches_nobody_is_untouched() -> None:
    assert not untouched(np.zeros((2, WEEKS))).any()


def test_a_wait_is_told_against_everybodys_and_against_the_practices_own() -> None:
    number = np.full((20, WEEKS), 4.0)
    days = 10.0 * number
    days[0, 80:] *= 2.0
    relative, rise = waits(days, number)
    assert relative[0, 80] == pytest.approx(0.0)
    usual = (20.0 + 19 * 10.0) / 20
    mean = (4 * QUARTER * 20.0 + 2 * usual) / (4 * QUARTER + 2)
    assert relative[0, 80 + QUARTER] == pytest.approx(np.log((mean + 1) / (usual + 1)))
    assert rise[0, 80 + QUARTER] == pytest.approx(relative[0, 80 + QUARTER], abs=0.01)
    assert np.abs(rise[0, -1]) < np.abs(relative[0, -1])  # it has become usual
    assert relative[1, -1] == pytest.approx(0.0, abs=0.1)


def test_a_practice_of_no_appointments_waits_as_everybody_does() -> None:
    number = np.full((3, WEEKS), 4.0)
    number[0] = 0.0
    relative, rise = waits(10.0 * number, number)
    assert np.abs(relative[0]).max() == pytest.approx(0.0)
    assert np.abs(rise[0]).max() == pytest.approx(0.0)


def test_a_share_is_shrunk_to_everybodys_and_told_as_what_it_has_more() -> None:
    of = np.full((50, WEEKS), 1.0)
    missing = 0.1 * of
    missing[0] = of[0]
    share = excess_share(missing, of)
    usual = (0.1 * 49 + 1) / 50
    assert share[0, -1] == pytest.approx((HALF_YEAR + 2 * usual) / (HALF_YEAR + 2) - usual)
    assert share[1, -1] < 0


def test_what_was_missing_counts_from_the_week_after_it() -> None:
    share = excess_share(_marked(50), np.ones((2, WEEKS)))
    usual = 1 / (2 * HALF_YEAR)
    assert share[0, 50] == 0.0
    assert share[0, 51] == pytest.approx((1 + 2 * usual) / (HALF_YEAR + 2) - usual)


def test_the_only_appointment_of_all_is_what_everybody_has() -> None:
    only = _marked(50)
    relative, _ = waits(10.0 * only, only)
    assert relative[:, 51].tolist() == [0.0, 0.0]
    assert excess_share(only, only)[:, 51].tolist() == [0.0, 0.0]


def test_neighbors_that_fell_are_the_others_and_not_the_practice_itself() -> None:
    counts, live = np.full((12, WEEKS), 5.0), np.ones((12, WEEKS))
    counts[:6, -LATELY - 1 :] = 2.5
    groups = [np.arange(6), np.arange(6, 12)]
    fall = neighbors_fall(counts, live, groups)
    assert (fall[:6, -1] > 0.2).all()
    assert not fall[6:].any()
    counts[1:6] = 5.0  # only the first fell
    fall = neighbors_fall(counts, live, groups)
    assert fall[0, -1] == 0.0
    assert fall[1, -1] > 0.0


def test_a_fall_of_everybody_is_no_neighbors_fall() -> None:
    counts, live = np.full((12, WEEKS), 5.0), np.ones((12, WEEKS))
    counts[:, -20:] = 1.0
    assert neighbors_fall(counts, live, [np.arange(6)]).max() == pytest.approx(0.0, abs=1e-9)


def test_a_fall_of_all_who_hardly_send_is_no_neighbors_fall() -> None:
    """Each sent one in the year before, and nobody any of late."""
    counts, live = np.zeros((3, WEEKS)), np.ones((3, WEEKS))
    counts[:, 80] = 1.0
    assert not neighbors_fall(counts, live, [np.arange(3)])[:, -1].any()


def test_a_newcomer_makes_up_for_no_fall_of_its_neighbors() -> None:
    """Two of six fell from five a week to two; who began of late has no past to fall from."""
    counts, live = np.full((7, WEEKS), 5.0), np.ones((7, WEEKS))
    counts[1:3, -LATELY - 1 :] = 2.0
    live[0, : -LATELY - 1], counts[0] = 0.0, 20.0
    fall = neighbors_fall(counts * live, live, [np.arange(3)])
    everybody = (2 * 2.0 + 4 * 5.0) / (6 * 5.0)
    level = (8 * 2.0 + 20.0) / (everybody * 8 * 5.0 + 20.0)
    assert fall[1, -1] == pytest.approx(1.0 - level)
