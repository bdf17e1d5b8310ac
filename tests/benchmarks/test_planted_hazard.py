"""Networks in which our own wait drives practices away, or means nothing."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.detection.planted_hazard import Waiting, first_judged, waiting
from benchmarks.detection.simulate import RUNS, WEEKS


@pytest.fixture(scope="module")
def driven() -> Waiting:
    return waiting(1, 60, drives=True)


def test_the_true_ratio_is_1_on_average_and_everywhere_where_the_wait_means_nothing(
    driven: Waiting,
) -> None:
    assert driven.ratio.mean() == pytest.approx(1.0)
    assert driven.ratio.std() > 0.5
    assert (waiting(1, 60, drives=False).ratio == 1.0).all()


def test_practices_drop_from_their_13th_week_on_and_stay_down(driven: Waiting) -> None:
    network = driven.network
    dropped = np.flatnonzero(network.onset >= 0)
    assert len(dropped) > 0
    assert (network.onset[dropped] >= network.start[dropped] + 13).all()
    for row in dropped.tolist():
        onset = network.onset[row]
        assert (network.kept[row, :onset] == 1.0).all()
        assert (network.kept[row, onset:] <= 0.55).all()


def test_each_days_referrals_have_their_appointment(driven: Waiting) -> None:
    practice, day, number = driven.network.days
    table = driven.access
    assert table["referrals"].tolist() == number.tolist()
    assert table["day"].tolist() == day.tolist()
    assert (table["seen_on"] - table["day"] == table["wait"]).all()
    assert table["practice_id"].iloc[0] == f"P{practice[0]:05d}"


def test_only_drops_of_the_judged_weeks_are_looked_for(driven: Waiting) -> None:
    before, after = driven.network.onset, first_judged(driven.network).onset
    recent = before >= WEEKS - RUNS
    assert (after[recent] == before[recent]).all()
    assert (after[~recent] == -1).all()
    assert recent.any()
    assert (before[~recent] >= 0).any()
