"""How bursty or regular a stream is: its own rhythm as far as it shows, else its pool's."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.dispersion import dispersion
from quietdrop.detection.gap_regularity import DailyCounts, Gaps, gap_regularity
from quietdrop.detection.pool_line import ENOUGH, HIGH, LOW
from quietdrop.domain.arrays import FloatArray

WEEKS = 156
STREAMS = ENOUGH  # so many that their own line describes them
OTHERS = slice(STREAMS, None)  # a few more that are unlike the first ones


def told(counts: FloatArray, days: FloatArray | None = None) -> FloatArray:
    """φ of streams × weeks; `days` streams × days where gaps are looked at."""
    exposure = np.ones_like(counts)
    gaps = Gaps(np.full(len(counts), 1.0 / 12.0), np.zeros(len(counts), dtype=np.int64))
    if days is not None:
        stream, day = np.nonzero(days)
        number = days[stream, day].astype(np.int64)
        seeds = np.arange(len(counts), dtype=np.int64)
        daily = DailyCounts(stream, day, number)
        gaps = gap_regularity(daily, exposure, 0, seeds)
    return dispersion(counts, exposure, gaps)


def clockwork(rates: FloatArray, shape: float, rng: np.random.Generator) -> FloatArray:
    """Referrals by day, streams × days: Erlang gaps about each rate a week, φ being 1 / shape."""
    days = np.zeros((len(rates), 7 * WEEKS))
    for row, rate in enumerate(rates):
        gaps = rng.gamma(shape, 7.0 / rate / shape, int(3 * rate * WEEKS) + 20)
        when = gaps.cumsum() - rng.uniform(0.0, 7.0 / rate)
        when = when[(when >= 0) & (when < days.shape[1])].astype(int)
        np.add.at(days[row], when, 1.0)
    return days


def by_week(days: FloatArray) -> FloatArray:
    weeks: FloatArray = days.reshape(len(days), WEEKS, 7).sum(axis=2)
    return weeks


def test_a_sparse_stream_is_thought_as_regular_as_its_pool() -> None:
    rng = np.random.default_rng(1)
    days = clockwork(np.r_[np.full(STREAMS, 2.0), np.full(10, 0.1)], 2.0, rng)
    phi = told(by_week(days), days)
    assert 0.4 < phi[:STREAMS].mean() < 0.55
    assert 0.45 < phi[OTHERS].mean() < 0.55


def test_a_sparse_stream_alone_is_thought_poisson() -> None:
    days = np.zeros((1, 7 * WEEKS))
    days[0, [100, 300, 500, 700]] = 1.0  # two pairs of equal gaps
    assert 0.8 < told(by_week(days), days)[0] < 1.0


def test_poisson_streams_of_any_rate_are_told_about_one() -> None:
    rng = np.random.default_rng(2)
    rates = np.repeat([0.3, 1.0, 3.0], STREAMS)
    days = rng.poisson(rates[:, None] / 7.0, (len(rates), 7 * WEEKS)).astype(float)
    phi = told(by_week(days), days).reshape(3, STREAMS).mean(axis=1)
    assert phi.min() > 0.85
    assert phi.max() < 1.25


def test_among_poisson_streams_a_clockwork_one_is_told_by_its_gaps() -> None:
    rng = np.random.default_rng(3)
    poisson = rng.poisson(1.0 / 7.0, (STREAMS, 7 * WEEKS)).astype(float)
    days = np.concatenate([poisson, clockwork(np.full(10, 1.0), 4.0, rng)])
    phi = told(by_week(days), days)
    assert phi[OTHERS].max() < phi[:STREAMS].mean()
    assert phi[OTHERS].mean() < 0.75


def test_bursts_raise_the_dispersion_with_the_rate() -> None:
    rng = np.random.default_rng(4)
    rates = np.repeat([1.0, 4.0], STREAMS)  # variance μ + μ² / 2: true φ 1.5 and 3
    weekly = rng.poisson(rates[:, None] * rng.gamma(2.0, 0.5, (len(rates), WEEKS)))
    sparse, busy = told(weekly.astype(float)).reshape(2, STREAMS).mean(axis=1)
    assert 1.2 < sparse < 2.0
    assert 2.2 < busy < 4.0


def test_rates_that_wander_from_quarter_to_quarter_are_not_calm() -> None:
    rng = np.random.default_rng(5)
    quarterly = np.repeat(rng.lognormal(0.0, 0.4, (STREAMS, WEEKS // 13)), 13, axis=1)
    wandering = rng.poisson(3.0 * quarterly).astype(float)
    calm = rng.poisson(3.0, (STREAMS, WEEKS)).astype(float)
    assert told(wandering).mean() > 2.0 * told(calm).mean()


def test_a_fall_of_the_newest_six_weeks_is_no_dispersion() -> None:
    rng = np.random.default_rng(6)
    weekly = rng.poisson(3.0, (STREAMS, WEEKS)).astype(float)
    fallen = weekly.copy()
    fallen[:, -6:] = 0.0
    ratio = told(fallen) / told(weekly)
    assert ratio.max() < 1.1


def test_it_stays_within_its_bounds() -> None:
    constant = np.full((STREAMS, WEEKS), 5.0)
    spiky = np.zeros((STREAMS, WEEKS))
    spiky[:, ::9] = 200.0
    assert told(constant).min() >= LOW
    assert told(spiky).max() <= HIGH


def test_each_referral_has_gaps_of_its_own_however_many_a_day_has() -> None:
    rng = np.random.default_rng(5)
    days = rng.poisson(0.4, size=(6, 7 * WEEKS)).astype(float) * rng.integers(1, 40, (6, 1))
    stream, day = np.nonzero(days)
    daily = DailyCounts(stream, day, days[stream, day].astype(np.int64))
    seeds = np.arange(6, dtype=np.int64)
    every = gap_regularity(daily, np.ones((6, WEEKS)), 0, seeds)
    for each in range(6):
        alone = daily.only(daily.stream == each).counted_from(each, 0)
        one = gap_regularity(alone, np.ones((1, WEEKS)), 0, seeds[[each]])
        assert every.pairs[each] == one.pairs[0] == days[each, : 7 * (WEEKS - 6)].sum() - 2
        assert 0 < every.mean[each] <= 0.25


def test_rows_of_one_day_that_were_recorded_on_several_tell_the_same_in_any_order() -> None:
    rng = np.random.default_rng(6)
    days = np.repeat(np.arange(0, 7 * WEEKS, 3), 2)
    number = rng.integers(1, 4, len(days))
    swapped = number.reshape(-1, 2)[:, ::-1].ravel()
    one, exposure, seed = np.zeros_like(days), np.ones((1, WEEKS)), np.zeros(1, dtype=np.int64)
    once = gap_regularity(DailyCounts(one, days, number), exposure, 0, seed)
    again = gap_regularity(DailyCounts(one, days, swapped), exposure, 0, seed)
    assert (once.pairs == again.pairs).all()
    assert once.mean == pytest.approx(again.mean, rel=1e-12)
