"""A hazard that hangs on what is known before: used where it predicts later weeks, else not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.change_point import Basis, Posterior, posterior
from quietdrop.detection.hazard_model import (
    LEAST_LIFE,
    LEAST_TRAINED,
    MOST,
    QUARTER,
    Counted,
    Learned,
    hazard_ratio,
    learned_hazard,
)
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.hazard import Verdict

PRIORS = DriftSettings().priors
PRACTICES, WEEKS = 250, 130
RATE = 3.0
TIMES = 3.0  # as likely to leave, for one more of the covariate


def _world(seed: int, *, drives: bool) -> tuple[Counted, FloatArray]:
    """Practices that stop in some week, because of a covariate that wanders slowly or not."""
    rng = np.random.default_rng(seed)
    level = rng.normal(size=(PRACTICES, 1)) + 0.1 * rng.normal(size=(PRACTICES, WEEKS)).cumsum(1)
    ratio = TIMES**level if drives else np.ones_like(level)
    stops = (rng.random(ratio.shape) < 0.003 * ratio / ratio.mean()).cumsum(axis=1) > 0
    counts = rng.poisson(np.where(stops, 0.3, RATE)).astype(float)
    return _counted(counts), level[:, :, None]


def _counted(counts: FloatArray) -> Counted:
    return Counted(counts, np.ones_like(counts), Basis(np.ones(len(counts)), 0.2))


def _learned(seed: int, *, drives: bool) -> Learned:
    return learned_hazard(*_world(seed, drives=drives), PRIORS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_it_drives_departures_it_is_learned_and_used(seed: int) -> None:
    learned = _learned(seed, drives=True)
    assert learned.verdict is Verdict.USED
    assert learned.gain > 3.0
    assert learned.weeks == 104  # of 130: two years
    assert 0.6 < learned.weights[0] / np.log(TIMES) < 1.3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_nothing_drives_departures_it_is_not_used(seed: int) -> None:
    learned = _learned(seed, drives=False)
    assert learned.verdict is Verdict.NO_BETTER
    assert learned.gain < 3.0
    assert abs(learned.weights[0]) < 0.4


def test_the_past_must_reach_back_to_before_the_first_quarter_that_is_predicted() -> None:
    of, covariates = _world(1, drives=True)
    least = LEAST_LIFE + LEAST_TRAINED + QUARTER
    short = learned_hazard(of.until(least - 1), covariates[:, : least - 1], PRIORS)
    assert short.verdict is Verdict.SHORT_PAST
    enough = learned_hazard(of.until(least), covariates[:, :least], PRIORS)
    assert enough.verdict is not Verdict.SHORT_PAST


def test_a_network_from_which_nobody_left_teaches_nothing() -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(RATE, (PRACTICES, WEEKS)).astype(float)
    learned = learned_hazard(_counted(counts), rng.normal(size=(PRACTICES, WEEKS, 1)), PRIORS)
    assert learned.verdict is Verdict.FEW_DROPS
    assert not learned.weights.any()


def test_the_ratio_is_one_on_average_and_stays_within_its_limits() -> None:
    of, covariates = _world(1, drives=True)
    learned = learned_hazard(of, covariates, PRIORS)
    ratio = hazard_ratio(covariates, learned.weights, learned.log_mean)
    assert ratio.mean() == pytest.approx(1.0, abs=0.25)
    extreme = hazard_ratio(np.array([[[50.0], [-50.0]]]), learned.weights, learned.log_mean)
    assert extreme.tolist() == [[pytest.approx(MOST), pytest.approx(1 / MOST)]]


def _fallen(ratio: FloatArray | None) -> Posterior:
    counts = np.full((1, 104), 3.0)
    counts[0, -3:] = 1.0
    basis = Basis(np.ones(1), 0.5, hazard_ratio=ratio)
    return posterior(counts, np.ones((1, 104)), basis, PRIORS)


def test_a_ratio_of_one_changes_no_bit() -> None:
    assert _fallen(np.ones((1, 39))).probability[0] == _fallen(None).probability[0]


@given(st.floats(0.2, 4.9), st.floats(0.01, 0.1))
@settings(max_examples=30, deadline=None)
def test_the_likelier_a_drift_was_to_begin_the_likelier_it_is(ratio: float, more: float) -> None:
    less = _fallen(np.full((1, 39), ratio)).probability[0]
    assert _fallen(np.full((1, 39), ratio + more)).probability[0] > less


def test_the_onset_moves_to_the_weeks_in_which_a_drift_was_likelier() -> None:
    early, late = np.ones((1, 39)), np.ones((1, 39))
    early[0, -12:-3], late[0, -3:] = 5.0, 5.0
    assert _fallen(early).onset_low[0] < _fallen(late).onset_low[0]
