"""The calendar's regression: what it finds, and that it is scikit-learn's to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, PoissonRegressor

from quietdrop.detection.dispersion import _rising_line
from quietdrop.detection.poisson_regression import poisson_regression
from quietdrop.domain.arrays import FloatArray


def weeks(seed: int, scale: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Features, ratios and weights like those of a pool."""
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 0.3, (int(rng.integers(52, 200)), int(rng.integers(1, 8))))
    weight = rng.uniform(0.5, 300, len(features))
    line = np.exp(features @ rng.normal(0, scale, features.shape[1]))
    return features, (rng.poisson(weight * line) + 1e-9) / weight, weight


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 3), st.sampled_from([1e-7, 1e-4, 0.1, 10.0]))
def test_it_is_scikit_learns_to_the_bit(seed: int, scale: float, penalty: float) -> None:
    features, values, weight = weeks(seed, scale)
    theirs = PoissonRegressor(alpha=penalty, solver="newton-cholesky")
    theirs.fit(features, values, sample_weight=weight)
    ours = poisson_regression(features, values, weight, penalty)
    assert ours.predict(features).tolist() == theirs.predict(features).tolist()


def test_without_a_slope_it_is_the_weighted_mean() -> None:
    model = poisson_regression(
        np.zeros((4, 1)), np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.0, 1.0, 1.0, 3.0]), 0.1
    )
    assert model.slopes.tolist() == [0.0]
    assert np.exp(model.intercept) == pytest.approx(4.0)


def test_a_known_slope_is_found() -> None:
    x = np.linspace(-1, 1, 50)[:, None]
    model = poisson_regression(x, np.exp(0.5 + 2 * x[:, 0]), np.ones(50), 1e-9)
    assert model.slopes[0] == pytest.approx(2.0, abs=1e-3)
    assert model.intercept == pytest.approx(0.5, abs=1e-3)


def test_a_penalty_draws_the_slope_to_zero() -> None:
    x = np.linspace(-1, 1, 50)[:, None]
    slopes = [
        poisson_regression(x, np.exp(2 * x[:, 0]), np.ones(50), penalty).slopes[0]
        for penalty in (1e-9, 1.0, 100.0)
    ]
    assert slopes[0] > slopes[1] > slopes[2] > 0


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_the_rising_line_is_scikit_learns_to_the_bit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    features = rng.gamma(1, 1, (int(rng.integers(5, 100)), int(rng.integers(1, 4))))
    values = features @ rng.normal(0, 0.5, features.shape[1]) + rng.normal(1, 0.3, len(features))
    weight = 1 / (0.1 + rng.gamma(1, 1, len(features)))
    line = _rising_line(features, values, weight)
    theirs = LinearRegression(positive=True).fit(features, values, sample_weight=weight)
    assert (features @ line[:-1] + line[-1]).tolist() == theirs.predict(features).tolist()
    assert (line[:-1] >= 0).all()
