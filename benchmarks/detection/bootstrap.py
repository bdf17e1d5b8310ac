"""How far a mean could be off: the percentile bootstrap (Efron 1979)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quietdrop.domain.arrays import FloatArray

DRAWS = 2000


def interval(values: FloatArray, seed: int = 1979) -> tuple[float, float]:
    """The 95 % interval of the mean of independent values; nan where there are none."""
    if not len(values):
        return float("nan"), float("nan")
    return _middle(_means(values, seed))


def difference(ours: FloatArray, theirs: FloatArray, seed: int = 1979) -> tuple[float, float]:
    """The 95 % interval of the mean of `ours` minus that of `theirs`, drawn apart; nan where either
    has no values."""
    if not len(ours) or not len(theirs):
        return float("nan"), float("nan")
    return _middle(_means(ours, seed) - _means(theirs, seed + 1))


def pooled_difference(
    pairs: Sequence[tuple[FloatArray, FloatArray]], seed: int = 1979
) -> tuple[float, float]:
    """As `difference`, of several streams: the interval of the mean of their differences."""
    drawn = [
        _means(ours, seed + 2 * place) - _means(theirs, seed + 2 * place + 1)
        for place, (ours, theirs) in enumerate(pairs)
    ]
    return _middle(np.mean(drawn, axis=0))


def shared(sums: FloatArray, cases: FloatArray, seed: int = 1979) -> tuple[float, float]:
    """The 95 % interval of Σ sums / Σ cases, where the cases of one entry are not independent and
    entries are drawn as a whole; nan where there are no cases."""
    counted = cases > 0
    if not counted.any():
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    pairs = np.stack([sums[counted], cases[counted]], axis=1)
    drawn = [pairs[rng.integers(0, len(pairs), len(pairs))].sum(axis=0) for _ in range(DRAWS)]
    return _middle(np.array([total / number for total, number in drawn]))


def _means(values: FloatArray, seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    drawn: FloatArray = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    return drawn


def _middle(drawn: FloatArray) -> tuple[float, float]:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
