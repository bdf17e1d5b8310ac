"""The networks of the section on seasons and small pools are what they say."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.detection.own_seasons import FALLING, SHAPES, STOPS, YEAR, dominated, seasonal


def test_a_quarter_of_the_practices_keep_to_one_of_three_seasons() -> None:
    drawn = seasonal(1, 400)
    assert (drawn.shape >= 0).mean() == pytest.approx(0.24, abs=0.06)
    assert set(drawn.shape.tolist()) == {-1, *range(len(SHAPES))}
    snow = drawn.network.counts[(drawn.shape == 0) & (drawn.network.onset < 0)]
    by_week = snow[:, -YEAR:].sum(axis=0)  # the last week is that of 29 June
    assert by_week[-8:].sum() < 0.1 * by_week[20:28].sum()  # May and June against winter


def test_the_same_seed_gives_the_same_network() -> None:
    one, two = seasonal(3, 50), seasonal(3, 50)
    np.testing.assert_array_equal(one.network.counts, two.network.counts)


@pytest.mark.parametrize("stops", [True, False])
def test_the_largest_has_half_and_three_others_fall_beside_it(*, stops: bool) -> None:
    network = dominated(1, stops=stops)
    before, after = network.counts[:, :STOPS].sum(axis=1), network.counts[:, STOPS:].sum(axis=1)
    assert before[0] / before.sum() == pytest.approx(0.5, abs=0.05)
    assert bool(after[0] == 0) is stops
    assert network.onset[FALLING].tolist() == [STOPS] * 3
    assert bool(network.onset[0] == STOPS) is stops
