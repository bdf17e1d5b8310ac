"""A Poisson regression with a log link and a ridge penalty, by Newton's method.

The steps are those of scikit-learn's `PoissonRegressor(solver="newton-cholesky")`, to the bit. That
package takes longer to import than all the rest of a run over a few hundred practices.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.linalg import solve

from quietdrop.domain.arrays import FloatArray

TOLERANCE = 1e-4  # of the gradient's largest part, and of half the squared Newton decrement
MOST_STEPS = 100
MOST_HALVINGS = 20
SUFFICIENT = 2.0**-11  # the share of the promised descent that a step must keep (Armijo)
ROUNDING = 16 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class PoissonRegression:
    """The fitted line on the log scale."""

    slopes: FloatArray
    intercept: float

    def predict(self, features: FloatArray) -> FloatArray:
        """Return the expected values, one a row of `features`."""
        return np.asarray(np.exp(features @ self.slopes + self.intercept), dtype=float)


def poisson_regression(
    features: FloatArray, values: FloatArray, weight: FloatArray, penalty: float
) -> PoissonRegression:
    """Fit values that are nowhere below zero, and not all zero.

    Args:
        features: Rows × columns.
        values: One a row.
        weight: One a row; only their ratios count.
        penalty: Of half the squared slopes, against the weighted mean of half the deviance; above
            zero. The intercept is free.
    """
    problem = _Problem(features, values, weight, penalty)
    start = np.zeros(features.shape[1] + 1)
    start[-1] = np.log(np.average(values, weights=weight))
    at = _Point(start, features @ start[:-1] + start[-1])
    for _ in range(MOST_STEPS):
        gradient, hessian = problem.gradient(at), problem.hessian(at)
        step = solve(hessian, -gradient, assume_a="sym")
        at = problem.search(at, step, float(gradient @ step))
        is_flat = np.max(np.abs(problem.gradient(at))) <= TOLERANCE
        if is_flat and 0.5 * (step @ hessian @ step) <= TOLERANCE:
            break
    return PoissonRegression(at.line[:-1], float(at.line[-1]))


@dataclass(frozen=True)
class _Point:
    """Slopes and, last, the intercept; what they say of each row, on the log scale."""

    line: FloatArray
    logs: FloatArray


@dataclass(frozen=True)
class _Problem:
    """What is to be made small: the weighted mean loss and the penalty."""

    features: FloatArray
    values: FloatArray
    weight: FloatArray
    penalty: float

    def loss(self, at: _Point) -> float:
        each = self.weight * (_exp(at.logs) - self.values * at.logs)
        slopes = at.line[:-1]
        return float(each.sum() / self.weight.sum()) + 0.5 * self.penalty * float(slopes @ slopes)

    def gradient(self, at: _Point) -> FloatArray:
        off = self.weight * (_exp(at.logs) - self.values) / self.weight.sum()
        return np.append(self.features.T @ off + self.penalty * at.line[:-1], off.sum())

    def hessian(self, at: _Point) -> FloatArray:
        curve = self.weight * _exp(at.logs) / self.weight.sum()
        inner = self.features.T @ (curve[:, None] * self.features)
        inner[np.diag_indices_from(inner)] += self.penalty
        edge = self.features.T @ curve
        return np.block([[inner, edge[:, None]], [edge[None, :], curve.sum()]])

    def search(self, start: _Point, step: FloatArray, descent: float) -> _Point:
        """Return where the whole step leads, or a half, a quarter … of it, if that is better."""
        before = self.loss(start)
        change = self.features @ step[:-1] + step[-1]
        share = 1.0
        for _ in range(MOST_HALVINGS):
            gain = self.loss(_Point(start.line + share * step, start.logs + share * change))
            gain -= before
            if gain <= SUFFICIENT * share * descent or abs(gain) <= ROUNDING * abs(before):
                break
            share /= 2
        return _Point(start.line + share * step, start.logs + share * change)


def _exp(logs: FloatArray) -> FloatArray:
    """The C library's exp: numpy's own differs from processor to processor in the last digit."""
    return np.array([exp(value) for value in logs.tolist()])
