"""A dip that everybody shares, and that is over, is a closure of ours."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.closures import LEAST_DAYS, MOST_DAYS, SHARED_BY, shared_dips, usual_days
from quietdrop.domain.arrays import FloatArray

WEEKS = 52
INDEX = np.ones(WEEKS)


def place(practices: int = 40, rate: float = 0.2, seed: int = 3) -> FloatArray:
    """Practices × days: so many referrals a working day each; nobody on weekends."""
    days = np.random.default_rng(seed).poisson(rate, (practices, 7 * WEEKS)).astype(float)
    days[:, np.arange(7 * WEEKS) % 7 >= 5] = 0.0
    return days


def closed(days: FloatArray, first: int, last: int) -> FloatArray:
    shut = days.copy()
    shut[:, first : last + 1] = 0.0
    return shut


def test_an_open_year_holds_no_closure() -> None:
    assert shared_dips(place(), INDEX) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [(140, 158), (140, 144), (301, 319)],
    ids=["three weeks", "a working week", "lately"],
)
def test_weeks_without_anybody_are_found_to_the_day(first: int, last: int) -> None:
    assert shared_dips(closed(place(), first, last), INDEX) == [(first, last)]


def test_two_closures_of_a_year_are_both_found() -> None:
    days = closed(closed(place(), 70, 81), 210, 221)
    assert shared_dips(days, INDEX) == [(70, 81), (210, 221)]


def test_a_straggler_during_a_closure_does_not_hide_it() -> None:
    days = closed(place(), 140, 158)
    days[3, 148] = 1.0
    assert shared_dips(days, INDEX) == [(140, 158)]


def test_a_dip_that_lasts_until_now_is_not_over() -> None:
    """The feed may be broken: that holds the digests, and is nobody's vacation."""
    assert shared_dips(closed(place(), 340, 363), INDEX) == []


def test_a_place_that_comes_back_to_less_than_half_has_not_come_back() -> None:
    days = closed(place(), 301, 319)
    days[:, 320:] *= np.random.default_rng(1).random(days[:, 320:].shape) < 0.3
    assert shared_dips(days, INDEX) == []


def test_a_dip_to_half_is_no_closure() -> None:
    days = place()
    days[:, 140:159] *= np.random.default_rng(1).random((40, 19)) < 0.5
    assert shared_dips(days, INDEX) == []


def test_one_large_practice_that_is_away_closes_nothing() -> None:
    """It sends three of four; the others go on."""
    days = place(practices=10, rate=0.2)
    days[0] *= 30.0
    away = days.copy()
    away[0, 140:159] = 0.0
    assert shared_dips(away, INDEX) == []


@pytest.mark.parametrize(("practices", "closures"), [(SHARED_BY - 1, 0), (SHARED_BY, 1)])
def test_a_few_practices_may_be_away_themselves(practices: int, closures: int) -> None:
    days = closed(place(practices, rate=2.0), 140, 158)
    assert len(shared_dips(days, INDEX)) == closures


@pytest.mark.parametrize(
    ("length", "closures"), [(3, 0), (LEAST_DAYS, 1), (MOST_DAYS - 2, 1), (MOST_DAYS + 5, 0)]
)
def test_a_long_weekend_is_too_short_and_a_quarter_too_long(length: int, closures: int) -> None:
    days = closed(place(practices=80, rate=0.6), 140, 140 + length - 1)
    assert len(shared_dips(days, INDEX)) == closures


def test_a_week_in_which_holidays_left_one_day_is_no_closure() -> None:
    index = INDEX.copy()
    index[20] = 0.05
    days = closed(place(), 140, 146)
    assert shared_dips(days, index) == []


def test_what_is_usual_follows_the_weeks_around_and_the_weekday() -> None:
    days = np.zeros(7 * WEEKS)
    days[np.arange(7 * WEEKS) % 7 == 0] = 4.0
    days[np.arange(7 * WEEKS) % 7 == 3] = 1.0
    usual = usual_days(days, INDEX)
    assert usual[:7].tolist() == pytest.approx([4.0, 0, 0, 1.0, 0, 0, 0])
    assert usual_days(np.zeros(14), np.ones(2)).tolist() == [0.0] * 14


def test_a_place_without_a_referral_has_no_closure() -> None:
    assert shared_dips(np.zeros((3, 7 * WEEKS)), INDEX) == []


def test_usual_is_the_median_of_half_a_year_to_each_side() -> None:
    """One more each Monday: week 30 is the middle of 4 to 56, week 0 sees 0 to 26 only."""
    by_day = np.zeros((60, 7))
    by_day[:, 0] = np.arange(1.0, 61.0)
    usual = usual_days(by_day.reshape(-1), np.ones(60)).reshape(60, 7)
    assert usual[[0, 30, 59], 0] == pytest.approx([14.0, 31.0, 47.0])
    assert (usual[:, 1:] == 0).all()
