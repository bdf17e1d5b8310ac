"""How dispersion depends on what else is known of a stream: a line that the pool's streams follow.

A few dozen streams show such a line badly. So a pool's line is blended with that of large networks,
and it counts by as much as the pool is large.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from quietdrop.domain.arrays import BoolArray, FloatArray

LOW, HIGH = 0.25, 8.0
LEAST_POOL = 8  # streams from which a line can be learned
LEAST_SPREAD = 0.01
# Usable streams from which a pool's line is used as it is. Of 60, 120 and 200, the greater are a
# little better on mixed networks of 15 to 120 practices, and worse on all others (decision 3).
ENOUGH = 60


@dataclass(frozen=True)
class Points:
    """What a pool's streams show: features (streams × features), each one's variance over its
    mean, the noise of that, as a share of φ squared, and which of them have enough of a past."""

    features: FloatArray
    ratio: FloatArray
    noise: FloatArray
    is_usable: BoolArray


@dataclass(frozen=True)
class Line:
    """φ is `features @ slopes + level`; streams stray from it with the variance `spread`."""

    slopes: FloatArray
    level: float
    spread: float

    def at(self, features: FloatArray) -> FloatArray:
        """φ at each stream's features, streams × features; without bounds."""
        return np.asarray(features @ self.slopes + self.level, dtype=float)


# The lines of large mixed networks, by the number of features: the rate alone; the dispersions of
# blocks and gaps, and the rate. From `python -m benchmarks.detection.usual_lines`.
USUAL = {
    1: Line(np.array([0.10]), 0.93, 0.16),
    3: Line(np.array([1.25, 0.19, 0.09]), -0.42, 0.01),
}


def pool_line(of: Points) -> tuple[FloatArray, float]:
    """The pool's φ at each stream's features, and how far streams stray from it: the variance
    between them beyond their own noise.

    A pool of ENOUGH streams is described by its own line, one of n by n / ENOUGH of that and by the
    usual line for the rest.
    """
    usual = USUAL[of.features.shape[1]]
    number = int(of.is_usable.sum())
    if number < LEAST_POOL:
        return np.clip(usual.at(of.features), LOW, HIGH), usual.spread
    line = learned_line(of)
    if number >= ENOUGH:
        return np.clip(line.at(of.features), LOW, HIGH), line.spread
    trust = number / ENOUGH
    phi = trust * line.at(of.features) + (1.0 - trust) * usual.at(of.features)
    return np.clip(phi, LOW, HIGH), trust * line.spread + (1.0 - trust) * usual.spread


def learned_line(of: Points) -> Line:
    """The line of weighted least squares through the usable streams (bursts grow with the level,
    so no slope is negative)."""
    features, ratio = of.features[of.is_usable], of.ratio[of.is_usable]
    noise = of.noise[of.is_usable]
    weight = 1.0 / (0.1 + noise)
    center = np.average(features, axis=0, weights=weight)
    middle = float(np.average(ratio, weights=weight))
    root = np.sqrt(weight)
    slopes = _slopes((features - center) * root[:, None], (ratio - middle) * root)
    line = Line(slopes, float(middle - center @ slopes), LEAST_SPREAD)
    pool = np.clip(line.at(of.features), LOW, HIGH)[of.is_usable]
    excess = (ratio - pool) ** 2 - noise * pool**2
    spread = max(float(np.average(excess, weights=weight)), LEAST_SPREAD)
    return Line(slopes, line.level, spread)


def _slopes(rows: FloatArray, y: FloatArray) -> FloatArray:
    """The slopes of least squares, none of them negative: the best of every choice of columns
    whose slopes are not. There are three columns at most; importing a solver takes longer.
    """
    number = rows.shape[1]
    best, least = np.zeros(number), float(y @ y)
    for size in range(number):
        for some in map(list, itertools.combinations(range(number), size + 1)):
            slopes = np.linalg.lstsq(rows[:, some], y)[0]
            rest = y - rows[:, some] @ slopes
            if slopes.min() >= 0 and (squares := float(rest @ rest)) < least:
                best, least = np.zeros(number), squares
                best[some] = slopes
    return best
