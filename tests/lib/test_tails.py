"""The tails are those of scipy.stats: of Poisson to the bit, of the binomial to its last digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quietdrop.lib.tails import binomial_above, binomial_at_most, poisson_above, poisson_at_most

COUNTS = st.integers(-2, 400)
MEANS = st.floats(0, 500)


@given(COUNTS, MEANS)
def test_poisson(count: int, mean: float) -> None:
    assert poisson_at_most(count, mean) == stats.poisson.cdf(count, mean)
    assert poisson_above(count, mean) == stats.poisson.sf(count, mean)


def test_poisson_of_arrays() -> None:
    counts, means = np.array([-1.0, 0.0, 3.0, 3.9]), np.array([2.0, 0.0, 2.5, 2.5])
    assert poisson_at_most(counts, means).tolist() == stats.poisson.cdf(counts, means).tolist()
    assert poisson_above(counts, means).tolist() == stats.poisson.sf(counts, means).tolist()


@given(COUNTS, st.integers(0, 400), st.floats(0, 1))
def test_binomial(count: int, trials: int, chance: float) -> None:
    below, above = stats.binom.cdf(count, trials, chance), stats.binom.sf(count, trials, chance)
    assert binomial_at_most(count, trials, chance) == pytest.approx(below, rel=1e-11, abs=1e-300)
    assert binomial_above(count, trials, chance) == pytest.approx(above, rel=1e-11, abs=1e-300)


def test_no_poisson_has_a_mean_below_zero() -> None:
    assert np.isnan(poisson_at_most(3, -0.5))


@pytest.mark.parametrize(("count", "below"), [(-1, 0.0), (0, 0.125), (2, 0.875), (3, 1.0)])
def test_three_coins(count: int, below: float) -> None:
    assert binomial_at_most(count, 3, 0.5) == pytest.approx(below)
    assert binomial_above(count, 3, 0.5) == pytest.approx(1 - below)
