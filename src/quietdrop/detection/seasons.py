from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import convolve1d
from scipy.special import logsumexp

from quietdrop.model import FloatArray

YEAR = 52
BINS = 26
HALF_WIDTH = 2
PSEUDO_REFERRALS = 1.0
CLASS_PSEUDO = 30.0
PRIOR = 0.05
LEAST_SHARE = 0.02
PASSES = 20
WINDOW = 39

@dataclass(frozen=True)
class Seasons:
    share: FloatArray
    weight: FloatArray
    phi: FloatArray
    shapes: FloatArray
    prior: FloatArray


def own_seasons(counts, exposure, dispersion, start_day) -> Seasons:
    streams, weeks = counts.shape
    week = np.arange(weeks)
    bin_of = ((start_day + 7 * week + 3) % 365.25 / 365.25 * BINS).astype(int)
    old = max(weeks - WINDOW, 0)
    shapes, prior = learned_shapes(counts[:, :old], exposure[:, :old], bin_of[:old], dispersion) if old >= YEAR else (np.ones((0, BINS)), np.zeros(0))
    flat = np.zeros(streams)
    by_class = [by_year(counts, exposure, np.broadcast_to(g[bin_of], counts.shape)) / dispersion for g in shapes]
    log_class = np.stack([flat, *by_class], axis=1) + np.log(np.concatenate([[1 - prior.sum()], prior]) + 1e-300)
    post = np.exp(log_class - logsumexp(log_class, axis=1, keepdims=True))
    g = np.concatenate([np.ones((1, BINS)), shapes])
    pooled = (post @ g)[:, bin_of]
    share = np.maximum(seasonal_share(counts, exposure, pooled), LEAST_SHARE)
    own = by_year(counts, exposure, share) / dispersion
    log_all = np.concatenate([log_class + np.log(1 - PRIOR), (own + np.log(PRIOR))[:, None]], axis=1)
    post = np.exp(log_all - logsumexp(log_all, axis=1, keepdims=True))
    weight = 1 - post[:, 0]
    mixed = (post[:, 1:-1] @ shapes)[:, bin_of] + post[:, -1:] * share
    mixed /= np.maximum(weight, 1e-300)[:, None]
    return Seasons(np.maximum(mixed, LEAST_SHARE), weight, dispersion, shapes, prior)


def by_year(counts, exposure, share):
    """log likelihood ratio of seasonal over flat, given each year's total"""
    weeks = counts.shape[1]
    total = (counts * np.log(share)).sum(axis=1)
    for end in range(weeks, 0, -YEAR):
        first = max(end - YEAR, 0)
        y = counts[:, first:end].sum(axis=1)
        s = exposure[:, first:end]
        flat, season = s.sum(axis=1), (s * share[:, first:end]).sum(axis=1)
        ok = flat > 0
        total -= np.where(ok, y * np.log(np.where(ok, season / np.where(ok, flat, 1), 1)), 0.0)
    return total


def learned_shapes(counts, exposure, bin_of, phi):
    onehot = (bin_of[:, None] == np.arange(BINS)).astype(float)
    y, s = counts @ onehot, exposure @ onehot
    rate = y.sum(1) / np.maximum(s.sum(1), 1e-9)
    angle = 2 * np.pi * (np.arange(BINS) + .5) / BINS
    init = []
    for peak in range(4):
        c = np.cos(angle - peak * np.pi / 2)
        init.append(np.exp(1.2 * c))
        init.append(np.where(c < -0.6, 0.3, 1.1))
        init.append(np.where(c < -0.05, 0.05, 1.5))
    g = np.array(init); g /= g.mean(1, keepdims=True)
    prior = np.full(len(g), PRIOR / len(g))
    for _ in range(PASSES):
        ll = [np.zeros(len(y))]
        for k in range(len(g)):
            ll.append(((y @ np.log(g[k])) - y.sum(1) * np.log(np.where(s.sum(1) > 0, (s @ g[k]) / np.maximum(s.sum(1), 1e-9), 1.0))) / phi)
        lp = np.stack(ll, 1) + np.log(np.concatenate([[1 - prior.sum()], prior]))
        post = np.exp(lp - logsumexp(lp, axis=1, keepdims=True))
        for k in range(len(g)):
            w = post[:, k + 1]
            season = s @ g[k]
            lam = y.sum(1) / np.maximum(season, 1e-9)
            num = smooth(w @ y) + CLASS_PSEUDO; den = smooth((w * lam) @ s) + CLASS_PSEUDO
            g[k] = np.maximum(num / den, LEAST_SHARE); g[k] /= g[k].mean()
        prior = (post[:, 1:].sum(0) + 10 * PRIOR / len(g) ) / (len(y) + 10)
    return g, prior

def smooth(v):
    return convolve1d(v, np.array([.25, .5, .25]), mode="wrap")


def seasonal_share(counts: FloatArray, exposure: FloatArray, pooled: FloatArray) -> FloatArray:
    streams, weeks = counts.shape
    share = pooled.copy()
    cum_y = np.concatenate([np.zeros((streams, 1)), counts.cumsum(axis=1)], axis=1)
    cum_s = np.concatenate([np.zeros((streams, 1)), exposure.cumsum(axis=1)], axis=1)
    for week in range(YEAR, weeks):
        came = np.full(streams, 0.0)
        usual = np.full(streams, 0.0)
        for back in range(YEAR, week + 1, YEAR):
            centre = week - back
            low, high = max(centre - HALF_WIDTH, 0), centre + HALF_WIDTH + 1
            first = max(min(centre - YEAR // 2, week - YEAR), 0)
            last = first + YEAR
            y, s = cum_y[:, high] - cum_y[:, low], cum_s[:, high] - cum_s[:, low]
            year_y, year_s = cum_y[:, last] - cum_y[:, first], cum_s[:, last] - cum_s[:, first]
            rate = np.divide(year_y, year_s, out=np.zeros(streams), where=year_s > 0)
            came += y
            usual += rate * s
        share[:, week] = (PSEUDO_REFERRALS * pooled[:, week] + came) / (PSEUDO_REFERRALS + usual)
    return np.maximum(share, LEAST_SHARE)


def two_sided(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    streams, weeks = counts.shape
    rate = counts.sum(axis=1) / np.maximum(exposure.sum(axis=1), 1e-9)
    y5, s5 = _five(counts), _five(exposure)
    share = np.ones((streams, weeks))
    for week in range(weeks):
        same = [w for w in range(week % YEAR, weeks, YEAR) if w != week]
        if same:
            share[:, week] = (PSEUDO_REFERRALS + y5[:, same].sum(axis=1)) / (PSEUDO_REFERRALS + rate * s5[:, same].sum(axis=1))
    return np.maximum(share, LEAST_SHARE)


def _five(values: FloatArray) -> FloatArray:
    return convolve1d(values, np.ones(2 * HALF_WIDTH + 1), axis=1, mode="constant")
