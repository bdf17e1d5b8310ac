"""Calibration on networks unlike the simulated ones."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.detection import calibrated_kinds as kinds
from benchmarks.detection.calibrated_kinds import Spoken
from benchmarks.detection.own_seasons import STOPS
from benchmarks.detection.shared_events import LOSE, divided
from benchmarks.detection.simulate import RUNS, WEEKS


def test_in_half_of_the_dominated_pools_the_largest_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "DOMINATED", 2)
    pools = list(kinds.dominated(1))
    later = STOPS + 20 - (WEEKS - RUNS + 1)  # the run twenty weeks after it

    falling = [int(each.so[:, later].sum()) for each in pools]

    assert falling == [4, 3]  # three fall in each
    assert all(each.said.shape == each.so.shape == (15, RUNS) for each in pools)
    assert not any(each.so[:, 0].any() for each in pools)


def test_those_who_lose_to_a_competitor_are_so_weekly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kinds, "WEEKS_AFTER", 1)

    (spoken,) = kinds.competing(1)

    assert spoken.so.shape == (len(divided(1).practices), 1)
    assert int(spoken.so.sum()) == LOSE
    assert 0.0 <= spoken.said.min() <= spoken.said.max() <= 1.0


def test_kinds_are_pooled_over_seeds_and_unequal_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_seed(seed: int) -> list[Spoken]:
        weeks = 300 * seed
        return [Spoken(np.full((2, weeks), 0.35), np.arange(weeks)[None, :] < [[0], [weeks]])]

    monkeypatch.setitem(kinds.KINDS, "planted", of_seed)

    pooled = kinds.measured((1, 2), ("planted",))["planted"]

    (bin_of_so_much,) = pooled.bins[pooled.bins[:, 0] == 0.3]
    assert bin_of_so_much.tolist() == [0.3, 0.4, 1800.0, 0.35, 0.5]
    assert pooled.worst_bin() == "0.3 to 0.4 (1,800)"
    assert "| planted | 15.0 | 0.3 to 0.4 (1,800) |" in kinds.section(range(1, 3), ("planted",))
    assert "on 0 of 1 kinds: **missed**" in kinds.section(range(1, 3), ("planted",))
