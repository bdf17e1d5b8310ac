"""Sums of logarithms: those of scipy, also where nothing is summed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp

from quietdrop.detection.log_sums import log_sum_exp

WEIGHTS = np.random.default_rng(1).normal(scale=300.0, size=(6, 5, 4))


@pytest.mark.parametrize("axis", [0, 1, 2, (1, 2), (0, 2)])
def test_the_sums_are_those_of_scipy(axis: int | tuple[int, ...]) -> None:
    assert log_sum_exp(WEIGHTS, axis) == pytest.approx(logsumexp(WEIGHTS, axis=axis), rel=1e-13)
    kept = log_sum_exp(WEIGHTS, axis, keepdims=True)
    assert kept.shape == logsumexp(WEIGHTS, axis=axis, keepdims=True).shape


@pytest.mark.parametrize("size", [-1e5, 1e5])
def test_nothing_overflows(size: float) -> None:
    assert log_sum_exp(np.full((1, 2), size), 1) == pytest.approx([size + np.log(2.0)])


def test_where_every_weight_is_zero_the_sum_is_zero() -> None:
    weights = np.array([[-np.inf, -np.inf], [-np.inf, 3.0]])
    assert log_sum_exp(weights, 1).tolist() == [-np.inf, 3.0]


def test_the_weights_stay_as_they_are() -> None:
    weights = WEIGHTS.copy()
    log_sum_exp(weights, 1)
    assert (weights == WEIGHTS).all()
