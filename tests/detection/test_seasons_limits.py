"""Seasons at their limits: hardly any exposure, hardly any belief, and all in two weeks a year."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection import seasons
from quietdrop.detection.seasons import (
    Seasons,
    earlier_years_share,
    log_season_ratio,
    own_seasons,
)
from quietdrop.domain.arrays import FloatArray

YEAR, WINDOW, START_DAY = 52, 39, 19_000
WEEKS = 3 * YEAR


def counts() -> FloatArray:
    """Two that send for half of each year, and four steady ones."""
    half = np.tile(np.repeat([4.0, 0.0], 26), 3)
    return np.array([half, half] + [np.full(WEEKS, 2.0)] * 4)


def weighed(came: FloatArray, exposure: float = 1.0, phi: float = 1.0) -> Seasons:
    chances = np.full(came.shape, exposure)
    return own_seasons(came, chances, np.full(len(came), phi), START_DAY, WINDOW)


def test_a_thousandth_of_the_chances_has_the_same_season() -> None:
    """Less than one ordinary week a year: rates are a thousand times as high, seasons are not."""
    whole, little = weighed(counts()), weighed(counts(), 0.001)
    assert (whole.weight[:2] > 0.99).all()
    np.testing.assert_allclose(little.weight, whole.weight, rtol=1e-9)
    np.testing.assert_allclose(little.share, whole.share, rtol=1e-9)


def test_a_year_of_half_a_week_says_nothing_of_a_season() -> None:
    """Of a year in which one half week was open, all came in that week, whatever the season."""
    came, chances = np.zeros((1, YEAR)), np.zeros((1, YEAR))
    came[0, 7], chances[0, 7] = 3.0, 0.5
    assert log_season_ratio(came, chances, np.full((1, YEAR), 0.4))[0] == pytest.approx(0.0)


def test_the_pattern_of_a_practice_open_for_half_a_week_a_year_is_that_of_its_share() -> None:
    came, chances = np.zeros((1, 2 * YEAR)), np.zeros((1, 2 * YEAR))
    came[0, [7, 7 + YEAR]], chances[0, [7, 7 + YEAR]] = 3.0, 0.5
    share = earlier_years_share(came, chances, np.ones((1, 2 * YEAR)))
    assert share[0, 7 + YEAR] == pytest.approx(1.0)  # (0.5 + 3) / (0.5 + 3)


@pytest.mark.parametrize(("above", "believed"), [(0.0, True), (1e-12, False)])
def test_a_season_is_believed_from_the_least_weight_on(
    above: float, believed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight = weighed(counts()).weight[0]
    monkeypatch.setattr(seasons, "LEAST_WEIGHT", weight + above)
    assert bool(weighed(counts()).believed[0]) is believed


def test_who_sends_in_two_weeks_of_the_year_keeps_to_no_clock() -> None:
    """φ goes from 0.5 to 1, that of chance, and no further."""
    came = counts()
    came[0] = np.where(np.arange(WEEKS) % YEAR < 2, 80.0, 0.0)
    of = weighed(came, phi=0.5)
    assert np.abs(of.share[0, -YEAR:] - 1.0).mean() > 1.1
    assert of.dispersion[0] == 1.0
