"""Weeks as days of the calendar, and what holidays leave of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from quietdrop.detection.weeks import Weeks

START = date(2026, 6, 22)
DAY = timedelta(days=1)
PROFILE = np.array([0.3, 0.2, 0.2, 0.2, 0.1, 0.0, 0.0])
WEEKS = Weeks(START, 3, PROFILE)


def test_without_holidays_every_week_is_whole() -> None:
    assert WEEKS.working_share(()).tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_a_holiday_takes_its_days_usual_share_from_its_own_week() -> None:
    holidays = {START, START + 7 * DAY + DAY, START + 20 * DAY, START + 18 * DAY}
    assert WEEKS.working_share(holidays).tolist() == pytest.approx([0.7, 0.8, 0.9])


def test_holidays_of_other_weeks_change_nothing() -> None:
    around = {START - DAY, START + 21 * DAY}
    assert WEEKS.working_share(around).tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_no_weeks_have_no_shares() -> None:
    assert Weeks(START, 0, PROFILE).working_share(()).tolist() == []
