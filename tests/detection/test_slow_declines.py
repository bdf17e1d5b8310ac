"""A slide over more than a year, told from a steady rate, a season and a step of long ago."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.slow_declines import TOLD, SlowDecline, slow_declines
from quietdrop.domain.arrays import FloatArray

WEEKS, PRIOR_RATE = 160, 0.3
WEEK = np.arange(WEEKS)


def weighed(rate: FloatArray, exposure: FloatArray | None = None) -> SlowDecline:
    """A stream with that rate, as evenly as whole referrals can come."""
    chances = np.ones(WEEKS) if exposure is None else exposure
    counts = np.diff(np.floor((rate * chances).cumsum()), prepend=0.0)
    return slow_declines(counts[None, :], chances[None, :], PRIOR_RATE)


def slide(weeks_ago: int, left: float = 0.4, length: int = 65) -> FloatArray:
    age = WEEK - (WEEKS - weeks_ago)
    return 1.0 - (1.0 - left) * np.clip((age + 0.5) / length, 0.0, 1.0)


def step(weeks_ago: int, left: float = 0.4) -> FloatArray:
    return np.where(WEEKS - weeks_ago <= WEEK, left, 1.0)


def test_a_slide_of_a_year_is_told_with_what_it_was_and_is() -> None:
    of = weighed(4.0 * slide(60))
    assert of.log_factor[0] > TOLD + 2.0
    assert abs(of.onset[0] - (WEEKS - 60)) <= 12
    assert of.before[0] == pytest.approx(4.0, rel=0.05)
    assert of.now[0] == pytest.approx(4.0 * slide(60)[-26:].mean(), rel=0.1)


def test_the_longer_it_lasts_the_surer_it_is() -> None:
    every = [float(weighed(3.0 * slide(ago)).log_factor[0]) for ago in (10, 30, 50, 65)]
    assert every == sorted(every)
    assert every[0] < TOLD < every[-1]


def test_a_steady_rate_and_a_rise_are_none() -> None:
    assert weighed(np.full(WEEKS, 3.0)).log_factor[0] < 0.0
    assert weighed(3.0 / slide(60)).log_factor[0] < 0.0


@pytest.mark.parametrize("ago", [40, 70, 100])
def test_a_step_of_long_ago_is_none(ago: int) -> None:
    assert weighed(4.0 * step(ago)).log_factor[0] < TOLD


def test_a_season_that_the_exposure_knows_is_none_and_a_slide_below_it_is_one() -> None:
    season = 1.0 + 0.9 * np.cos(2.0 * np.pi * WEEK / 52.0 + 2.0)
    assert weighed(np.full(WEEKS, 4.0), season).log_factor[0] < 0.0
    assert weighed(4.0 * slide(60), season).log_factor[0] > TOLD


def test_bursts_count_for_less() -> None:
    rate = 4.0 * slide(60)
    calm = weighed(rate).log_factor[0]
    counts = np.where(WEEK % 4 == 3, 4.0 * np.round(rate), 0.0)
    bursts = slow_declines(counts[None, :], np.ones((1, WEEKS)), PRIOR_RATE).log_factor[0]
    assert bursts < 0.5 * calm


def test_without_half_a_year_before_an_onset_nothing_is_told() -> None:
    counts = np.round(4.0 * slide(60))[None, -34:]
    assert slow_declines(counts, np.ones_like(counts), PRIOR_RATE).log_factor[0] == -np.inf
    counts = np.round(4.0 * slide(60))[None, -37:]
    assert slow_declines(counts, np.ones_like(counts), PRIOR_RATE).log_factor[0] > -np.inf


def test_nobody_gives_nothing() -> None:
    none = np.zeros((0, WEEKS))
    assert slow_declines(none, none, PRIOR_RATE).log_factor.shape == (0,)


def test_a_rate_after_hardly_any_exposure_is_that_of_its_share() -> None:
    """In the last half year half an ordinary week: one referral in it is two a week."""
    counts, exposure = np.ones((1, 130)), np.ones((1, 130))
    counts[0, -26:], counts[0, -3] = 0.0, 1.0
    exposure[0, -26:] = 0.5 / 26
    of = slow_declines(counts, exposure, PRIOR_RATE)
    assert of.now == pytest.approx([2.0])
    assert of.before == pytest.approx([1.0], rel=0.01)


def test_a_step_after_half_a_week_of_exposure_is_one() -> None:
    """Twenty came in the first half week and one a week since: no slide, and no rise (recorded)."""
    counts, exposure = np.ones((1, 130)), np.ones((1, 130))
    counts[0, :2], exposure[0, :2] = 0.0, 0.0
    counts[0, 2], exposure[0, 2] = 20.0, 0.4
    assert slow_declines(counts, exposure, PRIOR_RATE).log_factor[0] == pytest.approx(-3.858923)


@pytest.mark.parametrize("weeks", [0, 1, 7, 8, 25])
def test_a_past_of_weeks_has_no_slow_decline(weeks: int) -> None:
    counts = np.ones((2, weeks))
    of = slow_declines(counts, counts, PRIOR_RATE)
    assert of.log_factor.tolist() == [-np.inf, -np.inf]
    assert of.onset.tolist() == [0, 0]
    assert of.now.tolist() == [min(weeks, 1.0)] * 2
