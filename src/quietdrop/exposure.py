"""What a steady referrer would have had the chance to send in each week."""

from __future__ import annotations

import numpy as np

from quietdrop.model import FloatArray

PASSES = 8
YEAR = 52


def network_index(counts: FloatArray, live: FloatArray) -> FloatArray:
    """Streams × weeks of exposure, mean about 1 in the weeks in which a stream is live.

    `counts` are referrals a week, `live` the share of each week in which the stream could be
    seen. The index is the week effects s of the two-way Poisson model y[i,t] ~ rate_i · s_t
    (iterative proportional fitting). It is leave-one-out, so that no stream hides its own fall,
    and shrunk to flat by as much as the pool's weeks cannot be told from chance.
    """
    total = counts.sum(axis=0)
    rates, _ = _two_way(counts, live)
    steady = rates @ live
    pseudo = _pseudo_referrals(total, steady)
    shrunk = (total + pseudo) / (steady + pseudo)
    scale = float(shrunk[-YEAR:].mean()) if shrunk.size else 1.0
    others: FloatArray = total[None, :] - counts + pseudo
    chances = np.maximum(steady[None, :] - rates[:, None] * live, 0.0) + pseudo
    others /= chances
    others /= scale if scale > 0 else 1.0
    others *= live
    return others


def _two_way(counts: FloatArray, live: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each stream's rate and each week's effect."""
    index = np.ones(counts.shape[1])
    by_stream, by_week = counts.sum(axis=1), counts.sum(axis=0)
    rates = by_stream
    for _ in range(PASSES):
        exposure = live @ index
        rates = np.divide(by_stream, exposure, out=np.zeros_like(by_stream), where=exposure > 0)
        steady = rates @ live
        index = np.divide(by_week, steady, out=np.ones_like(by_week), where=steady > 0)
        mean = float(index[-YEAR:].mean()) if index.size else 1.0
        index /= mean if mean > 0 else 1.0
    return rates, index


def _pseudo_referrals(total: FloatArray, steady: FloatArray) -> float:
    """How many referrals of a flat week to mix in: 1 / (variance of the true week effects).

    Method of moments: the ratio total/steady varies by the week effects plus 1/steady by chance.
    """
    seen = steady > 0
    if seen.sum() < 4:
        return 1e6
    ratio = total[seen] / steady[seen]
    weight = steady[seen]
    spread = float(np.average((ratio - np.average(ratio, weights=weight)) ** 2, weights=weight))
    chance = float(np.average(1.0 / weight, weights=weight))
    return 1.0 / max(spread - chance, 1e-6)
