"""Where a closure of ours begins and ends, and when it is sure: even weeks, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.closures import shared_dips, usual_days
from quietdrop.domain.arrays import FloatArray

WEEKS = 52
INDEX = np.ones(WEEKS)
MONDAY = 7 * 20  # of the week in which most dips begin


def even(a_day: float = 5.0) -> FloatArray:
    """Five practices, each of which sends so many on its own working day."""
    days = np.zeros((5, 7 * WEEKS))
    for practice in range(5):
        days[practice, practice::7] = a_day
    return days


def closed(days: FloatArray, first: int, last: int) -> FloatArray:
    shut = days.copy()
    shut[:, first : last + 1] = 0.0
    return shut


def seven(weekly: FloatArray, dip: slice, stragglers: int) -> FloatArray:
    """Seven practices that share each week's number evenly; in a dip only the first sends."""
    days = np.zeros((7, len(weekly), 7))
    days[:, :, :5] = weekly[None, :, None] / 35.0
    days[:, dip] = 0.0
    days[0, dip.start, 2] = stragglers
    return days.reshape(7, 7 * len(weekly))


@pytest.mark.parametrize("week", [0, 20])
@pytest.mark.parametrize(("usual", "is_sure"), [(13.61, False), (13.73, True)])
def test_a_dip_must_be_sure_with_the_straggler_of_the_largest_practice(
    week: int, usual: float, is_sure: bool
) -> None:
    """A week of 13.67 would be 10 in logs: nine tenths of them, less 2.30 for one who came."""
    index = INDEX.copy()
    index[week] = usual / 14.0
    days = seven(np.full(WEEKS, 14.0), slice(week, week + 1), 1)
    assert shared_dips(days, index) == [(7 * week, 7 * week + 4)] * is_sure


@pytest.mark.parametrize(("usual", "is_sure"), [(34.0, False), (37.0, True)])
def test_a_place_whose_weeks_stray_more_must_dip_deeper(usual: float, is_sure: bool) -> None:
    """Weeks of 14, 10 and 18: 16 / 14 is 2.51 times the median that chance allows."""
    weekly = np.tile([14.0, 10.0, 18.0], 18)[:WEEKS]
    index = INDEX.copy()
    index[20:22] = usual / 2 / 14.0
    dips = shared_dips(seven(weekly, slice(20, 22), 3), index)
    assert bool(dips) is is_sure


def test_a_fifth_of_the_usual_still_comes_to_a_closed_place() -> None:
    days = closed(even(), MONDAY, MONDAY + 11)
    days[:, MONDAY : MONDAY + 14] = even(1.0)[:, MONDAY : MONDAY + 14]
    assert shared_dips(days, INDEX) == [(MONDAY, MONDAY + 11)]


def test_days_with_a_fifth_of_the_usual_at_its_ends_belong_to_it() -> None:
    days = closed(even(), MONDAY, MONDAY + 11)
    days[0, MONDAY] = 1.0
    for weekday in range(1, 5):
        days[weekday, MONDAY + 7 + weekday] = 1.0
    assert shared_dips(days, INDEX) == [(MONDAY, MONDAY + 11)]


def test_a_closure_begins_on_a_saturday_on_which_hardly_anybody_comes() -> None:
    """Five of a year's Saturdays had one: a tenth of a referral is missed on each."""
    days = even()
    days[0, 5 : 7 * 40 : 56] = 1.0
    shut = closed(days, MONDAY + 5, MONDAY + 18)
    assert shared_dips(shut, INDEX) == [(MONDAY + 5, MONDAY + 19)]


@pytest.mark.parametrize(("came", "closures"), [(26.0, 1), (24.0, 0)])
def test_a_place_is_back_if_half_comes_in_the_fourteen_days_after(
    came: float, closures: int
) -> None:
    """Closed until a Thursday: the two weeks end with the Thursday after next."""
    last = MONDAY + 10
    days = closed(even(), MONDAY, last + 15)
    days[4, last + 1], days[2, last + 13], days[3, last + 14] = 5.0, 3.0, 5.0
    for after in (4, 5, 6, 7, 8, 11, 12):
        days[(last + after) % 7, last + after] = (came - 13.0) / 7.0
    assert shared_dips(days, INDEX) == [(MONDAY, last)] * closures


def test_exactly_half_is_back() -> None:
    days = closed(even(), MONDAY, MONDAY + 6)
    for practice, week in ((1, 1), (3, 1), (0, 2), (2, 2), (4, 2)):
        days[practice, MONDAY + 7 * week + practice] = 0.0
    assert shared_dips(days, INDEX) == [(MONDAY, MONDAY + 4)]


def test_three_expected_since_are_enough_to_know_of_the_return() -> None:
    """One a day; closed for three weeks until the last Tuesday, open since Wednesday."""
    last = 7 * WEEKS - 6
    days = closed(even(1.0), last - 20, last)
    assert shared_dips(days, INDEX) == [(last - 20, last)]
    assert shared_dips(closed(even(1.0), last - 20, last + 1), INDEX) == []


@pytest.mark.parametrize(("number", "closures"), [(0.0, 0), (1.0, 1)])
def test_who_sent_once_shares_a_place_and_who_never_did_does_not(
    number: float, closures: int
) -> None:
    days = np.vstack([even()[:3], even()[3:].sum(axis=0, keepdims=True), np.zeros((1, 7 * WEEKS))])
    days[4, 3] = number
    assert len(shared_dips(closed(days, MONDAY, MONDAY + 18), INDEX)) == closures


def test_a_place_of_one_referral_has_a_usual_only_in_the_weeks_beside_it() -> None:
    assert usual_days(np.eye(1, 7, 2).ravel(), np.ones(1)).tolist() == [0, 0, 1, 0, 0, 0, 0]
    lone = np.zeros((1, 7 * WEEKS))
    lone[0, 100] = 1.0
    assert shared_dips(lone, INDEX) == []


def test_a_week_of_which_holidays_left_nothing_says_nothing() -> None:
    index = INDEX.copy()
    index[30] = 0.0
    days = closed(closed(even(), 210, 216), MONDAY, MONDAY + 6)
    assert shared_dips(days, index) == [(MONDAY, MONDAY + 4)]
