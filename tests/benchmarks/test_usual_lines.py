"""The usual lines are what large mixed networks show."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.detection.simulate import WEEKS, simulate
from benchmarks.detection.usual_lines import joined, points_of

from quietdrop.detection.pool_line import USUAL, learned_line


def test_quarters_show_nothing_before_there_are_six() -> None:
    network = simulate(1, 30)
    assert [of.features.shape[1] for of in points_of(network, 39)] == [1]
    assert [of.features.shape[1] for of in points_of(network, WEEKS)] == [1, 3]


@pytest.mark.parametrize("place", [0, 1])
def test_a_few_large_networks_lie_near_the_usual_lines(place: int) -> None:
    every = joined([points_of(simulate(seed), WEEKS)[place] for seed in (141, 142, 143, 144)])
    usual = USUAL[every.features.shape[1]]
    center = np.average(every.features[every.is_usable], axis=0)
    assert learned_line(every).at(center) == pytest.approx(usual.at(center), rel=0.1)
