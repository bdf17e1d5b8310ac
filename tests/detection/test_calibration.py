"""What is said of a drift rises with the evidence, and is less sure than it at the top."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.detection.calibrate import evidence_of, learned
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import expit

from quietdrop.detection.calibration import KNOTS, TOLD, told_log_odds

ODDS = st.floats(-30, 30)


@example(0.0, -4.4e-26)
@given(ODDS, ODDS)
def test_more_evidence_is_never_said_to_be_less(one: float, other: float) -> None:
    low, high = told_log_odds(np.array(sorted([one, other])))
    assert low <= high


@given(st.floats(1e-9, 1 - 1e-6))
def test_what_was_said_tells_the_evidence(probability: float) -> None:
    evidence = evidence_of(np.array([probability]))
    log_odds = told_log_odds(evidence)[0]
    assert 1 / (1 + np.exp(-log_odds)) == pytest.approx(probability, rel=1e-6)


def test_no_evidence_at_all_stays_impossible() -> None:
    assert told_log_odds(np.array([-np.inf]))[0] == -np.inf


def test_the_line_goes_through_its_knots() -> None:
    assert told_log_odds(np.array(KNOTS)) == pytest.approx(TOLD)


def test_what_always_came_true_as_said_is_left_as_it_is() -> None:
    evidence = np.random.default_rng(1).uniform(-5, 6, 400_000)
    truth = np.random.default_rng(2).random(400_000) < 1 / (1 + np.exp(-evidence))
    assert expit(learned(evidence, truth)) == pytest.approx(expit(KNOTS), abs=0.01)


def test_what_came_true_half_as_often_is_said_lower() -> None:
    evidence = np.random.default_rng(1).uniform(-5, 6, 400_000)
    half = np.log(0.5)
    truth = np.random.default_rng(2).random(400_000) < 1 / (1 + np.exp(-(evidence + half)))
    assert expit(learned(evidence, truth)) == pytest.approx(expit(KNOTS + half), abs=0.01)
