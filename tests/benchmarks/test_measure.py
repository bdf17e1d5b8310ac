"""The rules of the benchmark, on networks small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.detection.measure import (
    CAP,
    behind,
    calibration,
    delays,
    false_alarm_rate,
    listed,
    share_caught,
    threshold_at,
)
from benchmarks.detection.simulate import RUNS, WEEKS, Simulated, simulate

from quietdrop.domain.arrays import FloatArray

FIRST_RUN = WEEKS - RUNS + 1


@pytest.fixture(scope="module")
def network() -> Simulated:
    """Five practices; the first stops in the week before run 10, the second fell long ago."""
    drawn = simulate(1, 5)
    onset = np.array([FIRST_RUN + 9, -1, -1, -1, -1])
    kept = np.ones((5, WEEKS))
    kept[0, onset[0] :] = 0.0
    return replace(drawn, onset=onset, kept=kept, rate=np.ones((5, WEEKS)), exposure=np.ones(WEEKS))


@pytest.fixture
def scores() -> FloatArray:
    return np.zeros((5, RUNS))


@pytest.mark.parametrize(("rest", "clear_weeks", "episodes"), [(1, 1, 2), (8, 7, 1), (8, 8, 2)])
def test_an_alarm_that_stands_or_comes_back_within_the_rest_is_one_episode(
    network: Simulated, scores: FloatArray, rest: int, clear_weeks: int, episodes: int
) -> None:
    scores[1, 3:6] = 1.0
    scores[1, 6 + clear_weeks] = 1.0
    practice_years = (4 * RUNS + 10) / 52
    rate = false_alarm_rate(scores, network, 0.5, rest)
    assert rate == pytest.approx(episodes / practice_years)


def test_an_alarm_after_the_onset_is_not_false(network: Simulated, scores: FloatArray) -> None:
    scores[0, 10:] = 1.0
    assert false_alarm_rate(scores, network, 0.5) == 0
    scores[0, 9] = 1.0
    assert false_alarm_rate(scores, network, 0.5) > 0


def test_the_delay_counts_from_the_onset_and_is_capped(
    network: Simulated, scores: FloatArray
) -> None:
    assert delays(scores, network, 0.5).tolist() == [CAP]
    scores[0, 10] = 1.0
    assert delays(scores, network, 0.5).tolist() == [1.0]
    scores[0, 10], scores[0, 14] = 0.0, 1.0
    assert delays(scores, network, 0.5).tolist() == [5.0]


def test_the_threshold_is_the_least_that_keeps_the_rate() -> None:
    many = simulate(2, 200)
    random = np.random.default_rng(2).random((200, RUNS))
    level = threshold_at(random, many, 1.0)
    assert false_alarm_rate(random, many, level) <= 1.0
    assert false_alarm_rate(random, many, level - 0.01) > 1.0


def test_a_found_practice_is_off_the_list_and_a_false_one_rests(
    network: Simulated, scores: FloatArray
) -> None:
    scores[0], scores[1] = 2.0, 1.0
    who, when = listed(scores, network, 1)
    assert (when[who == 0] - FIRST_RUN).tolist() == [0, 8, 16]  # false, false, found
    assert ((when[who == 1] - FIRST_RUN) % 8 == 1).all()
    assert behind(who, when, network) == (1, 0, len(who) - 1)


def test_a_listing_saves_what_is_lost_after_it(network: Simulated, scores: FloatArray) -> None:
    scores[0, 10] = 1.0
    assert share_caught(scores, network) == pytest.approx(25 / 26)
    scores[0, 10], scores[0, 22] = 0.0, 1.0
    assert share_caught(scores, network) == pytest.approx(13 / 26)


def test_calibration_counts_what_was_said_against_what_was_so() -> None:
    said = np.array([[0.15, 0.15, 0.15, 0.15, 0.85]])
    so = np.array([[True, False, False, False, True]])
    measured = calibration(said, so)
    row = measured.bins[measured.bins[:, 2] == 4][0]
    assert row.tolist() == pytest.approx([0.1, 0.2, 4, 0.15, 0.25])
    assert measured.worst(least=4) == pytest.approx(0.1)
    assert measured.worst(least=1) == pytest.approx(0.15)
    assert measured.worst_interval(least=4) == pytest.approx(
        (0.1, 0.1)
    )  # one practice: no other draw
    assert measured.brier == pytest.approx(np.mean([0.85**2, 0.15**2, 0.15**2, 0.15**2, 0.15**2]))
