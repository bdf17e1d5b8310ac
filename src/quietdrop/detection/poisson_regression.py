"""A Poisson regression with a ridge penalty, by Newton's method.

scikit-learn fits the same, but importing it takes longer than judging a small network does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quietdrop.domain.arrays import FloatArray

# Of the mean log likelihood's gradient, and of half the squared Newton decrement. The last step
# squares what is left of the error, so that the fit is exact to some 12 digits.
TOLERANCE = 1e-4
MOST_STEPS = 100
MOST_HALVINGS = 20
SUFFICIENT_DECREASE = 2.0**-11  # of what the gradient promises (Armijo 1966)
ROUNDING = 16 * float(np.finfo(float).eps)  # of the loss: a decrease below it cannot be seen


@dataclass(frozen=True)
class RidgeFit:
    """The log of the mean is `rows @ weights + intercept`."""

    weights: FloatArray
    intercept: float

    def predict(self, rows: FloatArray) -> FloatArray:
        """The mean at each row of features."""
        return np.asarray(np.exp(rows @ self.weights + self.intercept), dtype=float)


def ridge_poisson(rows: FloatArray, y: FloatArray, weight: FloatArray, penalty: float) -> RidgeFit:
    """The greatest weighted mean of log likelihoods, less half the penalty on squared weights.

    Args:
        rows: observations × features.
        y: what came, at least 0, with a positive weighted mean.
        weight: of each observation.
        penalty: on every weight; the intercept goes free.
    """
    x = np.column_stack([rows, np.ones(len(rows))])
    share = weight / weight.sum()
    ridge = np.full(x.shape[1], penalty)
    ridge[-1] = 0.0

    def loss(at: FloatArray) -> float:
        log_mean = x @ at
        return float(share @ (np.exp(log_mean) - y * log_mean) + 0.5 * ridge @ at**2)

    def gradient(at: FloatArray) -> FloatArray:
        return np.asarray(x.T @ (share * (np.exp(x @ at) - y)) + ridge * at, dtype=float)

    at = np.zeros(x.shape[1])
    at[-1] = np.log(share @ y)
    slope = gradient(at)
    for _ in range(MOST_STEPS):
        curvature = (x.T * (share * np.exp(x @ at))) @ x + np.diag(ridge)
        step = -np.linalg.solve(curvature, slope)
        expected = SUFFICIENT_DECREASE * float(slope @ step)
        before, size = loss(at), 1.0
        for _ in range(MOST_HALVINGS):
            if loss(at + size * step) - before <= size * expected + ROUNDING * abs(before):
                break
            size /= 2.0
        at = at + size * step
        slope = gradient(at)
        if np.abs(slope).max() <= TOLERANCE and 0.5 * step @ curvature @ step <= TOLERANCE:
            break
    return RidgeFit(at[:-1], float(at[-1]))
