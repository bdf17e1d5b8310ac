"""Exposure of small and silent pools, by value, and of closures on top of each other."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from quietdrop.detection.exposure import Circumstances, Exposure, network_exposure, open_share
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.directory import Closure

START = date(2024, 7, 8)
YEAR = 52
WEEKDAYS = np.array([0.2] * 5 + [0.0] * 2)


def exposure(counts: FloatArray, given: Circumstances | None = None) -> Exposure:
    weeks = Weeks(START, counts.shape[1], WEEKDAYS)
    return network_exposure(counts, np.ones_like(counts), weeks, given)


def two_years(first: float, second: float, streams: int = 1) -> FloatArray:
    """So many a week in the first year, and so many in the second."""
    return np.repeat(np.repeat([[first, second]], YEAR, axis=1), streams, axis=0)


def test_a_pool_that_was_silent_for_a_year_keeps_the_rate_of_all_its_weeks() -> None:
    assert exposure(two_years(2.0, 0.0, 3)).rate == pytest.approx(np.ones(3), rel=1e-6)


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_rates_are_those_of_the_last_year_also_below_one_a_week(scale: float) -> None:
    assert exposure(two_years(0.8 * scale, 0.4 * scale)).rate == pytest.approx([0.4 * scale])


def test_no_referrals_at_all_leave_every_week_as_it_is() -> None:
    of = exposure(np.zeros((2, 60)))
    assert of.rate.tolist() == [0.0, 0.0]
    assert of.calendar == pytest.approx(np.ones(60))
    assert of.share == pytest.approx(np.ones((2, 60)))


def test_a_pool_of_less_than_one_a_week_shows_its_busy_weeks_too() -> None:
    """Ten practices with 0.3 a week in all, and ten times as many in the last four weeks: the
    others' share is recorded."""
    counts = np.full((10, 60), 0.03)
    counts[:, -4:] = 0.3
    share = exposure(counts).share[0]
    assert share[-1] == pytest.approx(3.937354620, rel=1e-6)
    assert share[0] == pytest.approx(0.747282803, rel=1e-6)


def test_who_cannot_send_while_we_are_closed_has_no_chances_then() -> None:
    counts = np.full((4, 60), 2.0)
    opened = np.ones((4, 60))
    opened[0, 50], opened[0, 51] = 0.0, 0.4
    counts[0] *= opened[0]
    of = exposure(counts, Circumstances(open_share=opened))
    assert of.share[0, 49:53] == pytest.approx([1.0, 0.0, 0.4, 1.0], rel=1e-6)
    assert of.share[1] == pytest.approx(np.ones(60), rel=1e-6)
    assert of.rate == pytest.approx(np.full(4, 2.0), rel=1e-6)


def test_closures_on_top_of_each_other_close_a_day_once() -> None:
    weeks = Weeks(START, 2, WEEKDAYS)
    day = START + timedelta(days=1)
    closures = [Closure(day, day), Closure(day, day, "Salem"), Closure(day, day, "Dover")]
    shares = {"Salem": np.array([0.5]), "Dover": np.array([0.25])}
    opened = open_share(closures, shares, 1, weeks)
    assert opened is not None
    assert opened.tolist() == [[pytest.approx(0.8), 1.0]]
    opened = open_share(closures[1:], shares, 1, weeks)
    assert opened is not None
    assert opened.tolist() == [[pytest.approx(1.0 - 0.2 * 0.75), 1.0]]
