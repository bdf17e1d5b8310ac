"""How far a mean over listings could be off: the percentile bootstrap (Efron 1979)."""

from __future__ import annotations

import numpy as np

from quietdrop.model import FloatArray

DRAWS = 2000


def interval(values: FloatArray, seed: int = 1979) -> tuple[float, float]:
    """The 95 % interval of the mean of independent values; nan where there are none."""
    if not len(values):
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
