"""The peers do what their books say: silence raises them, a steady rhythm does not."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.detection.peers import PEERS, Peer, Seen, fit_mbg_nbd, seen_before

from quietdrop.domain.arrays import FloatArray

WEEKS = 130
EACH = pytest.mark.parametrize("name", sorted(PEERS))


def seen(counts: FloatArray, exposure: FloatArray | None = None) -> Seen:
    """Every referral of a week on its Wednesday."""
    practice, week = np.nonzero(counts)
    chances = np.ones(counts.shape[1]) if exposure is None else exposure
    return seen_before(counts, chances, (practice, 7 * week + 2), counts.shape[1])


def network(silent_weeks: int) -> FloatArray:
    """Two a week; the first practice falls silent, the second not; others of many rates."""
    rates = np.concatenate([[2.0, 2.0], np.linspace(0.2, 4.0, 40)])
    counts = np.random.default_rng(5).poisson(rates[:, None], (42, WEEKS)).astype(float)
    counts[:2] = 2.0
    counts[0, WEEKS - silent_weeks :] = 0.0
    return counts


def score(peer: Peer, silent_weeks: int) -> FloatArray:
    return peer(seen(network(silent_weeks)))[0]


@EACH
def test_silence_raises_the_score_above_a_twins(name: str) -> None:
    scores = score(PEERS[name], 8)
    assert scores[0] > scores[1]
    assert scores[0] > score(PEERS[name], 0)[0]


@EACH
def test_the_longer_the_silence_the_higher_the_score(name: str) -> None:
    scores = [score(PEERS[name], weeks)[0] for weeks in (1, 2, 4)]
    assert scores == sorted(scores)


@EACH
def test_the_lost_referrals_are_about_the_rate(name: str) -> None:
    lost = PEERS[name](seen(network(13)))[1]
    assert lost[0] == pytest.approx(2.0, abs=0.6)
    assert (lost >= 0).all()


@EACH
def test_who_never_referred_is_not_judged(name: str) -> None:
    counts = np.vstack([network(0), np.zeros((1, WEEKS))])
    scores, lost = PEERS[name](seen(counts))
    assert scores[-1] == lost[-1] == 0.0
    assert np.isfinite(scores).all()


@EACH
def test_a_network_wide_lull_is_no_practices_fall(name: str) -> None:
    """Half the chances in the last 8 weeks, and half the referrals."""
    counts = np.tile([[2.0, 4.0]], (30, WEEKS // 2))
    exposure = np.ones(WEEKS)
    before = PEERS[name](seen(counts, exposure))[0]
    counts[:, -8:] /= 2
    exposure[-8:] /= 2
    assert PEERS[name](seen(counts, exposure))[0] == pytest.approx(before, abs=0.7)


def test_the_gap_is_measured_in_usual_gaps() -> None:
    counts = np.zeros((1, 52))
    counts[0, :40:4] = 1  # every 4 weeks, the last in week 36
    [gap] = PEERS["no referral for k × the usual gap"](seen(counts))[0]
    assert gap == pytest.approx((52 - 36 - 2 / 7) / 4)


def test_mbg_nbd_finds_the_rates_that_made_the_data() -> None:
    rng = np.random.default_rng(3)
    rate, stay = rng.gamma(2.0, 0.25, 4000), rng.beta(1.0, 9.0, 4000)
    repeats, recency = np.zeros(4000), np.zeros(4000)
    for who in range(4000):
        now = 0.0
        while rng.random() > stay[who]:
            now += rng.exponential(1.0 / rate[who])
            if now > 100:
                break
            repeats[who], recency[who] = repeats[who] + 1, now
    shape, scale, a, b = fit_mbg_nbd(repeats, recency, np.full(4000, 100.0))
    assert shape / scale == pytest.approx(0.5, rel=0.25)
    assert a / (a + b) == pytest.approx(0.1, rel=0.3)


def _pruned(counts: FloatArray, mean: FloatArray) -> float:
    """The statistic by the paper's functional pruning: a curve a·log μ − b·(μ − 1) for each start
    that is best for some fall, the oldest first; older ones are best for smaller falls."""
    curves: list[tuple[float, float]] = []
    for came, expected in zip(counts, mean, strict=True):
        curves = [(a + came, b + expected) for a, b in curves] + [(came, expected)]
        while len(curves) > 1:
            (older, longer), (a, b) = curves[-2:]
            if (older - a) * b > a * (longer - b):
                break
            del curves[-1]  # a start that is best for no fall
        if curves[0][0] >= curves[0][1] and len(curves) == 1:
            curves = []
    gains = [a * np.log(a / b) - (a - b) if a else b for a, b in curves if a < b]
    return max(gains, default=0.0)


def test_poisson_focus_is_the_maximum_that_pruning_finds() -> None:
    rng = np.random.default_rng(8)
    counts = rng.poisson(2.0, (40, 118)).astype(float)
    counts[:20, -9:] = rng.poisson(0.6, (20, 9))
    scores = PEERS["Poisson-FOCuS"](seen(counts))[0]
    rate = counts[:, -60:-8].sum(axis=1) / 52
    first = np.array([np.flatnonzero(row)[0] for row in counts])
    assert (first < 58).all()
    for row in range(len(counts)):
        mean = np.full(52, rate[row])
        assert scores[row] == pytest.approx(_pruned(counts[row, -52:], mean), abs=1e-9)
