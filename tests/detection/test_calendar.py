"""The calendar model: season and holidays, learned on the pool."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from quietdrop.detection.calendar import calendar_index, week_trust
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray
from quietdrop.lib.holidays import is_known_place, public_holidays

MONDAY = date(2023, 1, 2)
WEEKS = 156
FIVE_DAYS = np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0])


def weeks(number: int) -> Weeks:
    return Weeks(MONDAY, number, FIVE_DAYS)


def pool(level: FloatArray, a_week: float, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).poisson(a_week * level).astype(float)


def test_a_week_with_a_holiday_on_a_working_day_has_four_fifths() -> None:
    share = weeks(2).working_share({MONDAY, MONDAY + timedelta(days=12)})
    assert share == pytest.approx([0.8, 1.0])  # the second falls on a Saturday


def test_holidays_and_season_are_learned() -> None:
    holidays = public_holidays("US", "", MONDAY, MONDAY + timedelta(weeks=WEEKS))
    work = weeks(WEEKS).working_share(holidays)
    season = 1.0 + 0.15 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18)
    index = calendar_index(
        pool(work * season, 400.0), np.full(WEEKS, 400.0), weeks(WEEKS), holidays
    )
    truth = work * season / np.mean(work * season)
    assert np.abs(index - truth).mean() < 0.02
    thanksgiving = (date(2024, 11, 25) - MONDAY).days // 7
    assert index[thanksgiving] < index[thanksgiving - 1] - 0.1


def test_a_small_pool_without_a_season_is_left_nearly_flat() -> None:
    index = calendar_index(pool(np.ones(WEEKS), 10.0), np.full(WEEKS, 10.0), weeks(WEEKS), ())
    assert np.abs(index - 1.0).max() < 0.2


@pytest.mark.parametrize(("number", "flat"), [(12, True), (13, False)])
def test_too_short_a_history_is_flat(number: int, flat: bool) -> None:
    total = np.linspace(80, 120, number)
    index = calendar_index(total, np.full(number, 100.0), weeks(number), ())
    assert (index == 1.0).all() == flat


def test_the_trend_of_the_last_weeks_does_not_follow_a_sudden_fall() -> None:
    total = pool(np.ones(WEEKS), 200.0)
    total[-4:] = 60.0
    index = calendar_index(total, np.full(WEEKS, 200.0), weeks(WEEKS), ())
    assert index[-1] > 0.85


@pytest.mark.parametrize(
    ("country", "subdivision", "is_known"),
    [("US", "", True), ("US", "MA", True), ("US", "ZZ", False), ("XX", "", False), ("", "", True)],
)
def test_places(country: str, subdivision: str, is_known: bool) -> None:
    assert is_known_place(country, subdivision) == is_known


def test_no_country_no_holidays() -> None:
    assert public_holidays("", "", MONDAY, MONDAY + timedelta(days=400)) == frozenset()
    assert date(2023, 4, 17) in public_holidays("US", "MA", MONDAY, date(2023, 12, 31))
    assert date(2023, 4, 17) not in public_holidays("US", "", MONDAY, date(2023, 12, 31))


def test_without_a_referral_or_a_sender_the_calendar_is_flat() -> None:
    nothing, steady = np.zeros(WEEKS), np.full(WEEKS, 4.0)
    for total, usual in ((nothing, steady), (steady, nothing)):
        assert (calendar_index(total, usual, weeks(WEEKS), ()) == 1.0).all()


def test_one_referral_is_enough_for_a_calendar() -> None:
    one = np.eye(1, WEEKS, 40).ravel()
    index = calendar_index(one, np.full(WEEKS, 4.0), weeks(WEEKS), ())
    assert 1.0 < index.max() < 1.5


def test_a_week_of_holidays_only_counts_as_a_twentieth_of_its_days() -> None:
    """Nine of ten come on Mondays, one on Tuesdays: weeks without them, and without either."""
    span = Weeks(MONDAY, WEEKS, np.array([0.9, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0]))
    a_tenth, nothing = np.arange(4, WEEKS, 8), np.arange(8, WEEKS, 8)
    closed = {MONDAY + timedelta(weeks=int(week)) for week in [*a_tenth, *nothing]}
    closed |= {MONDAY + timedelta(weeks=int(week), days=1) for week in nothing}
    total = np.full(WEEKS, 200.0)
    total[a_tenth], total[nothing] = 20.0, 10.0
    index = calendar_index(total, np.full(WEEKS, 200.0), span, closed)
    assert index[a_tenth] / index[1] == pytest.approx(np.full(len(a_tenth), 0.1), rel=0.05)
    assert index[nothing] / index[1] == pytest.approx(np.full(len(nothing), 0.05), rel=0.05)


def test_a_week_in_which_nobody_was_expected_is_not_trusted() -> None:
    trust = week_trust(np.array([1.0, 4.0, 4.0]), np.array([0.0, 4.0, 4.0]))
    assert trust.tolist() == pytest.approx([4e-9, 1.0, 1.0])
