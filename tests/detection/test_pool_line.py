"""A large pool is described by its own line; a small one by the usual line as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from quietdrop.detection.pool_line import (
    ENOUGH,
    HIGH,
    LEAST_POOL,
    LEAST_SPREAD,
    LOW,
    USUAL,
    Points,
    _slopes,
    learned_line,
    pool_line,
)

FEATURES = sorted(USUAL)


def points(number: int, features: int = 1, seed: int = 1) -> Points:
    """Streams about a line that is unlike the usual one, all of them usable."""
    rng = np.random.default_rng(seed)
    at = rng.gamma(2.0, 0.5, (number, features))
    ratio = 2.0 + at @ np.full(features, 0.5) + rng.normal(0.0, 0.6, number)
    return Points(at, ratio, np.full(number, 0.02), np.ones(number, dtype=bool))


@pytest.mark.parametrize("features", FEATURES)
def test_a_pool_that_is_large_enough_is_described_by_its_own_line_to_the_last_bit(
    features: int,
) -> None:
    of = points(ENOUGH, features)
    line = learned_line(of)
    phi, spread = pool_line(of)
    assert (phi == np.clip(line.at(of.features), LOW, HIGH)).all()
    assert spread == line.spread


@pytest.mark.parametrize("features", FEATURES)
def test_a_pool_that_is_too_small_for_a_line_is_described_by_the_usual_one(features: int) -> None:
    of = points(LEAST_POOL - 1, features)
    phi, spread = pool_line(of)
    assert (phi == np.clip(USUAL[features].at(of.features), LOW, HIGH)).all()
    assert spread == USUAL[features].spread


@given(
    number=st.integers(LEAST_POOL, ENOUGH - 1),
    features=st.sampled_from(FEATURES),
    seed=st.integers(0, 99),
)
def test_a_small_pool_moves_to_its_own_line_by_the_share_of_enough_that_it_has(
    number: int, features: int, seed: int
) -> None:
    of = points(number, features, seed)
    line, usual = learned_line(of), USUAL[features]
    phi, spread = pool_line(of)
    share = number / ENOUGH
    between = usual.at(of.features) + share * (line.at(of.features) - usual.at(of.features))
    assert phi == pytest.approx(np.clip(between, LOW, HIGH))
    assert spread == pytest.approx(usual.spread + share * (line.spread - usual.spread))


def test_only_usable_streams_count_and_all_are_described() -> None:
    of = points(ENOUGH + 30)
    few = replace(of, is_usable=np.arange(ENOUGH + 30) < LEAST_POOL - 1)
    phi, _ = pool_line(few)
    assert len(phi) == ENOUGH + 30
    assert (phi == np.clip(USUAL[1].at(of.features), LOW, HIGH)).all()


def test_a_line_is_learned_with_its_slope_level_and_spread() -> None:
    line = learned_line(points(4000))
    assert line.slopes == pytest.approx([0.5], abs=0.05)
    assert line.level == pytest.approx(2.0, abs=0.05)
    assert line.spread == pytest.approx(0.6**2 - 0.02 * (2.5**2 + 0.125), abs=0.03)


def test_streams_that_lie_on_a_line_stray_from_it_by_the_least_spread() -> None:
    of = points(40)
    assert learned_line(replace(of, ratio=1.0 + 0.1 * of.features[:, 0])).spread == LEAST_SPREAD


def test_what_a_noisy_stream_shows_counts_less() -> None:
    of = points(20)
    odd = replace(of, ratio=np.where(np.arange(20) == 0, 8.0, 1.0))
    noisy = replace(odd, noise=np.where(np.arange(20) == 0, 9.9, 0.02))
    assert learned_line(noisy).level < learned_line(odd).level


@pytest.mark.parametrize("seed", range(8))
def test_slopes_without_negative_ones_are_those_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(50, 3))
    y = rows @ rng.normal(size=3) + rng.normal(size=50)
    assert _slopes(rows, y) == pytest.approx(nnls(rows, y)[0], abs=1e-12)


def test_no_slope_is_positive_where_all_lead_down() -> None:
    rows = np.arange(6.0).reshape(3, 2)
    assert (_slopes(rows, -rows.sum(axis=1)) == 0).all()
