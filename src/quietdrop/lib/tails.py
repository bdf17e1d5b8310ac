"""Tails of the Poisson and the binomial distribution.

What `scipy.stats` gives, Poisson to the bit and the binomial to its last digits. Importing
scipy.stats takes half a second, which every command that assesses would pay.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any] | float  # scalars or arrays that broadcast against each other


def poisson_at_most(count: Numbers, mean: Numbers) -> Any:
    """Return P(X <= count) of a Poisson variable of that mean; 0 below zero."""
    from scipy.special import pdtr

    return np.where(np.less(count, 0), 0.0, pdtr(np.floor(count), mean))


def poisson_above(count: Numbers, mean: Numbers) -> Any:
    """Return P(X > count) of a Poisson variable of that mean; 1 below zero."""
    from scipy.special import pdtrc

    return np.where(np.less(count, 0), 1.0, pdtrc(np.floor(count), mean))


def binomial_at_most(count: int, trials: int, chance: float) -> float:
    """Return P(X <= count) of that many trials."""
    from scipy.special import betainc

    if count < 0 or count >= trials:
        return 0.0 if count < 0 else 1.0
    return float(betainc(trials - count, count + 1.0, 1 - chance))


def binomial_above(count: int, trials: int, chance: float) -> float:
    """Return P(X > count) of that many trials."""
    from scipy.special import betainc

    if count < 0 or count >= trials:
        return 1.0 if count < 0 else 0.0
    return float(betainc(count + 1.0, trials - count, chance))
