"""Choosing on one half, reporting on the other: what is proposed, and what is chance."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from quietdrop.reporting.tuning import Caught, Half, best, best_of_draws, gain

START = date(2026, 1, 5)


def caught(referrals: list[float], load: float = 1.0, listed: float = 1.0) -> Caught:
    values = np.array(referrals, dtype=float)
    return Caught(values, np.full(len(values), listed), load)


def test_the_setting_that_catches_most_within_the_budget_is_best() -> None:
    tries = [caught([1, 1], 0.5), caught([5, 5], 2.1), caught([3, 3], 2.0)]
    assert best(tries, 2.0) == 2
    assert best(tries, 2.1) == 1
    assert best(tries, 0.4) is None


def test_of_equals_the_one_with_fewest_check_ins_is_best_then_the_first() -> None:
    tries = [caught([2, 2], listed=3), caught([2, 2], listed=2), caught([2, 2], listed=2)]
    assert best(tries, 5) == 1


def test_a_gain_of_many_practices_is_beyond_chance() -> None:
    gained = gain(caught([0.0] * 30), caught([2.0] * 20 + [0.0] * 10))
    assert gained.referrals == 40
    assert 0 < gained.low < 40 < gained.high
    assert gained.is_beyond_chance


def test_a_gain_of_one_practice_is_not() -> None:
    """A third of the draws leave it out."""
    gained = gain(caught([0.0] * 30), caught([40.0] + [0.0] * 29))
    assert (gained.referrals, gained.low) == (40, 0)
    assert not gained.is_beyond_chance


@pytest.mark.parametrize("other", [[0.0] * 10, [-1.0] * 10, []])
def test_no_gain_is_none(other: list[float]) -> None:
    assert not gain(caught([0.0] * len(other)), caught(other)).is_beyond_chance


def test_less_than_half_a_referral_is_no_gain() -> None:
    assert not gain(caught([0.0] * 40), caught([0.01] * 40)).is_beyond_chance


def test_the_interval_holds_the_gain_in_nine_of_ten_worlds() -> None:
    """Of practices that gain 1 on average, so many samples of forty."""
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(60):
        gained = gain(caught([0.0] * 40), caught((rng.normal(1.0, 2.0, 40)).tolist()))
        inside += gained.low <= 40 <= gained.high
    assert 46 <= inside <= 60  # 54 expected, three standard deviations below


def test_how_firmly_a_setting_is_chosen() -> None:
    firm = [caught([0.0] * 20), caught([1.0] * 20)]
    assert set(best_of_draws(firm, 5).tolist()) == {1}
    close = [caught([1.0, 0.0] * 10), caught([0.0, 1.0] * 10)]
    assert set(best_of_draws(close, 5).tolist()) == {0, 1}
    assert set(best_of_draws([caught([1.0]), caught([9.0], load=6.0)], 5).tolist()) == {0}


def test_a_half_ends_before_its_end() -> None:
    half = Half(START, START + timedelta(days=7))
    assert [half.has(START + timedelta(days=n)) for n in (-1, 0, 6, 7)] == [
        False,
        True,
        True,
        False,
    ]
