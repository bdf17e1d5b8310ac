"""Exposure: holidays, closures and late rows move every expectation alike and flag nobody."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietdrop.detection.exposure import Circumstances, network_exposure, open_share
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.directory import Closure

WEEKS = 104
START = date(2024, 7, 8)
YEARS = Weeks(START, WEEKS, np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0]))


def network(practices: int, rate: float, seed: int = 2) -> FloatArray:
    return np.random.default_rng(seed).poisson(rate, (practices, WEEKS)).astype(float)


def exposed(counts: FloatArray, given: Circumstances | None = None) -> FloatArray:
    return network_exposure(counts, np.ones_like(counts), YEARS, given).share


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(0, 50))
def test_twice_the_pool_s_referrals_change_no_practice_s_chances(times: int, seed: int) -> None:
    """Rescaling every count rescales every rate; the index is the same but for less shrinkage."""
    counts = network(300, 4.0, seed)
    once, more = exposed(counts), exposed(counts * times)
    assert np.abs(once - more).mean() < 0.03


def test_a_snow_week_of_a_large_pool_is_everybody_s() -> None:
    counts = network(300, 2.0)
    counts[:, -2] = np.random.default_rng(1).poisson(0.6, 300)
    assert exposed(counts)[:, -2].mean() == pytest.approx(0.3, abs=0.06)


def test_a_newcomer_has_no_chances_before_its_first_referral() -> None:
    counts, live = network(50, 2.0), np.ones((50, WEEKS))
    counts[0, :60], live[0, :60] = 0.0, 0.0
    share = network_exposure(counts, live, YEARS).share
    assert (share[0, :60] == 0.0).all()
    assert share[0, 60:].mean() == pytest.approx(1.0, abs=0.1)


def test_what_has_not_arrived_is_no_chance() -> None:
    arrived = np.ones(WEEKS)
    arrived[-1] = 0.25
    counts = network(8, 0.5)  # too small a pool to see it in its own weeks
    counts[:, -1] = 0
    late, naive = exposed(counts, Circumstances(arrived=arrived)), exposed(counts)
    assert late[:, -1].mean() == pytest.approx(0.25, abs=0.05)
    assert naive[:, -1].mean() > 0.5


def test_a_closure_of_one_location_touches_those_who_send_there() -> None:
    closed = Closure(START + timedelta(weeks=100), START + timedelta(weeks=100, days=6), "Salem")
    shares = {"Salem": np.array([1.0, 0.5, 0.0])}
    opened = open_share([closed], shares, 3, YEARS)
    assert opened is not None
    assert opened[:, 100] == pytest.approx([0.0, 0.5, 1.0])
    assert (opened[:, 99] == 1.0).all()
    assert (opened[:, 101] == 1.0).all()


@pytest.mark.parametrize(
    ("days", "share"),
    [((0, 0), 0.8), ((0, 6), 0.0), ((5, 6), 1.0), ((-9, -8), 1.0), ((-9, 0), 0.8)],
)
def test_days_on_which_we_are_closed_count_by_their_weekday(
    days: tuple[int, int], share: float
) -> None:
    first, last = (START + timedelta(days=day) for day in days)
    opened = open_share([Closure(first, last)], {}, 1, YEARS)
    assert (1.0 if opened is None else opened[0, 0]) == pytest.approx(share)


def test_a_closure_of_an_unknown_place_changes_nothing() -> None:
    closure = Closure(START, START + timedelta(days=6), "nowhere")
    assert open_share([closure], {}, 1, YEARS) is None
