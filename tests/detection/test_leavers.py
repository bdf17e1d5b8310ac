"""While one referrer stops, the network's index is that of those who stay."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tests.detection.recorded import probabilities, replayed

from quietdrop.config.settings import DriftSettings
from quietdrop.detection import judge
from quietdrop.detection.exposure import network_exposure
from quietdrop.detection.leavers import away, greatest_gap, staying, weeks_left
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray, IntArray

ALERT = DriftSettings().alert_probability
START, FIRST_RUN = date(2024, 1, 1), date(2025, 12, 29)
WEEKS = 104
YEARS = Weeks(START, WEEKS, np.array([0.2] * 5 + [0.0] * 2))


def test_who_is_more_likely_than_not_to_leave_leaves_at_its_onset() -> None:
    left = weeks_left(
        np.array([0.5, 0.49, 0.2, 0.1]),
        np.array([90, 90, 90, 90]),
        np.array([0.0, 0.0, 0.4, 0.39]),
        np.array([104, 104, 50, 50]),
        WEEKS,
    )
    assert left.tolist() == [90, WEEKS, 50, WEEKS]


def test_a_stream_stays_until_the_week_in_which_it_leaves() -> None:
    stays = staying(np.array([2, 4]), 4)
    assert stays.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]


def test_the_gap_is_the_greatest_share_of_a_week() -> None:
    rate, chance = np.array([3.0, 1.0]), np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    assert gap(rate, chance, np.array([1, 3])) == pytest.approx(0.75)
    assert gap(rate, chance, np.array([3, 3])) == 0.0


def gap(rate: FloatArray, chance: FloatArray, left: IntArray) -> float:
    return greatest_gap(rate @ chance, away(rate, chance, left))


def halved() -> tuple[np.ndarray, np.ndarray]:
    """Twenty-one practices, of which the first has half the volume and stops for ten weeks."""
    counts = np.full((21, WEEKS), 2.0)
    counts[0] = 40.0
    counts[0, -10:] = 0.0
    return counts, np.ones_like(counts)


def test_the_index_of_those_who_stay_does_not_fall_with_the_largest() -> None:
    counts, live = halved()
    stays = staying(np.array([WEEKS - 10] + [WEEKS] * 20), WEEKS)
    with_it = network_exposure(counts, live, YEARS).share
    without = network_exposure(counts, live, YEARS, None, stays).share
    assert (with_it[1:, -10:] < 0.7).all()
    assert without[1:, -8:] == pytest.approx(1.0, abs=0.1)


def test_an_index_that_nobody_leaves_is_that_of_all() -> None:
    counts, live = halved()
    one = network_exposure(counts, live, YEARS).share
    same = network_exposure(counts, live, YEARS, None, np.ones_like(counts)).share
    np.testing.assert_array_equal(one, same)


def test_others_are_seen_to_fall_beside_a_large_one_that_stops() -> None:
    said = probabilities(replayed("dominating-referrer-stops", FIRST_RUN, 26))
    assert (said.loc["P0001":"P0003"].max(axis=1) >= ALERT).all()
    assert said.loc["P0000"].max() >= ALERT
    assert (said.loc["P0004":].max(axis=1) < ALERT).all()


def test_a_steady_large_one_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    name, runs = "dominating-referrer-steady-control", 12
    said = probabilities(replayed(name, FIRST_RUN, runs))
    assert said.loc["P0002"].max() >= ALERT
    monkeypatch.setattr(judge, "MATTERS", 1.1)  # never a second time
    np.testing.assert_allclose(
        said.loc["P0004":], probabilities(replayed(name, FIRST_RUN, runs)).loc["P0004":], atol=0.05
    )


def test_the_gap_is_a_share_also_of_less_than_one_a_week() -> None:
    rate, chance = np.array([0.03, 0.01]), np.ones((2, 3))
    assert gap(rate, chance, np.array([1, 3])) == pytest.approx(0.75)
