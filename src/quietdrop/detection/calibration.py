"""What is said of a drift: the log odds that the evidence comes to, set right by experience.

Discounting the past makes the sum over onsets a very good score rather than a strict posterior.
On simulated networks of every kind, other ones than the benchmark judges, small probabilities
came true less often than the evidence said and middling ones more often; this is their logistic
regression on a broken line. It is monotone: it ranks nobody anew.
"""

from __future__ import annotations

import numpy as np

from quietdrop.domain.arrays import FloatArray

KNOTS = (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 5.0)
TOLD = (-4.04, -3.03, -1.8, -0.63, 0.66, 1.72, 2.42, 2.81, 3.11)


def told_log_odds(evidence: FloatArray, calibrated: tuple[float, ...] = TOLD) -> FloatArray:
    """In: log odds of a drift as the evidence has them, any shape. Out: those that are said.

    A broken line through `calibrated` at KNOTS; beyond them it goes on with slope 1 below, and with
    the last slope above. −inf stays −inf.
    """
    last = (calibrated[-1] - calibrated[-2]) / (KNOTS[-1] - KNOTS[-2])
    inside = np.interp(evidence, KNOTS, calibrated)
    # Just below a knot the line may be rounded to above it.
    next_knot = np.minimum(np.searchsorted(KNOTS, evidence), len(KNOTS) - 1)
    inside = np.minimum(inside, np.array(calibrated)[next_knot])
    below = np.minimum(evidence - KNOTS[0], 0.0)
    above = np.maximum(evidence - KNOTS[-1], 0.0)
    return np.asarray(inside + below + last * above, dtype=float)
