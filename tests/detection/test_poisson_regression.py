"""The ridge-penalized Poisson regression: the fit of scikit-learn, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import PoissonRegressor

from quietdrop.detection.poisson_regression import ridge_poisson


@pytest.mark.parametrize("penalty", [1e-6, 1e-3, 1.0])
@pytest.mark.parametrize("scale", [0.1, 1.0])
def test_the_fit_is_that_of_scikit_learn(penalty: float, scale: float) -> None:
    rng = np.random.default_rng(1)
    rows, weight = scale * rng.normal(size=(130, 7)), rng.gamma(2.0, 100.0, 130)
    y = rng.poisson(weight * np.exp(rows @ rng.normal(size=7))) / weight
    peer = PoissonRegressor(alpha=penalty, solver="newton-cholesky")
    peer.fit(rows, y, sample_weight=weight)
    fit = ridge_poisson(rows, y, weight, penalty)
    assert fit.predict(rows) == pytest.approx(peer.predict(rows), rel=1e-12)


def test_without_features_that_say_anything_the_mean_is_left() -> None:
    fit = ridge_poisson(np.zeros((3, 2)), np.array([1.0, 2.0, 6.0]), np.array([2.0, 1.0, 1.0]), 0.1)
    assert fit.weights == pytest.approx([0.0, 0.0])
    assert fit.predict(np.zeros((1, 2))) == pytest.approx([2.5])


def test_a_first_step_that_leads_too_far_is_shortened() -> None:
    rows = np.array([[0.0]] * 20 + [[10.0]])
    y = np.array([0.01] * 20 + [50.0])
    fit = ridge_poisson(rows, y, np.ones(21), 1e-6)
    assert fit.predict(rows) == pytest.approx(y, rel=1e-3)


def test_a_great_penalty_leaves_the_mean() -> None:
    rows = np.array([[0.0], [1.0]])
    fit = ridge_poisson(rows, np.array([1.0, 3.0]), np.ones(2), 1e9)
    assert fit.predict(rows) == pytest.approx([2.0, 2.0])
