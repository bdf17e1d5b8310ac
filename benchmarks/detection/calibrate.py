"""Learns `quietdrop.detection.calibration.TOLD` on simulated networks.

Run it when the evidence changes:

    python -m benchmarks.detection.calibrate

The networks are other ones than those the benchmark judges, so its calibration is out of sample.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from benchmarks.detection.ours import ours
from benchmarks.detection.simulate import KINDS, simulate
from quietdrop.detection.calibration import KNOTS, TOLD
from quietdrop.domain.arrays import BoolArray, FloatArray

SEEDS = tuple(range(101, 113))


def evidence_of(probability: FloatArray) -> FloatArray:
    """The log odds that the evidence came to, from the probability that was said."""
    slope = (KNOTS[-1] - KNOTS[-2]) / (TOLD[-1] - TOLD[-2])
    said = logit(np.minimum(probability, 1.0 - 1e-12))
    inside = np.interp(said, TOLD, KNOTS)
    beyond = np.minimum(said - TOLD[0], 0.0) + slope * np.maximum(said - TOLD[-1], 0.0)
    return np.asarray(inside + beyond, dtype=float)


def learned(evidence: FloatArray, truth: BoolArray) -> tuple[float, ...]:
    """The told log odds at KNOTS: a logistic regression of what was so on a broken line.

    In: log odds and what was so, one value a practice-week. What is below KNOTS is left out.
    """
    inside = evidence >= KNOTS[0]
    fitted = LogisticRegression(C=1e4, max_iter=1000).fit(
        _broken_line(evidence[inside]), truth[inside]
    )
    log_odds = fitted.decision_function(_broken_line(np.array(KNOTS)))
    return tuple(round(float(value), 2) for value in np.maximum.accumulate(log_odds))


def _broken_line(evidence: FloatArray) -> FloatArray:
    """One column for each knot but the last: how far the evidence goes beyond it."""
    beyond: FloatArray = np.maximum(evidence[:, None] - np.array(KNOTS[:-1])[None, :], 0.0)
    return beyond


def main() -> None:
    """Prints TOLD as all kinds of networks together teach it."""
    kinds = [kind for kind in KINDS for _ in SEEDS]
    with ProcessPoolExecutor() as pool:
        pairs = list(pool.map(_taught, kinds, SEEDS * len(KINDS)))
    evidence, truth = (np.concatenate(column) for column in zip(*pairs, strict=True))
    print("TOLD =", learned(evidence, truth))


def _taught(kind: str, seed: int) -> tuple[FloatArray, BoolArray]:
    network = simulate(seed, kind=kind)
    probability, _ = ours(network)
    judged = probability > 0
    return evidence_of(probability[judged]), network.drifting()[judged]


if __name__ == "__main__":
    main()
