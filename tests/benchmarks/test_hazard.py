"""What a learned hazard is worth: what an alarm catches, and by how much one hazard gains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.detection.hazard import CONSTANT, LEARNED, Worth, alarms_caught, gain
from benchmarks.detection.measure import CAP
from benchmarks.detection.simulate import RUNS, WEEKS, Simulated, simulate

ONSET = WEEKS - RUNS + 5


@pytest.fixture(scope="module")
def network() -> Simulated:
    """Two practices of one referral a week; the first stops."""
    whole = simulate(1, 2, "poisson")
    kept = np.ones((2, WEEKS))
    kept[0, ONSET:] = 0.0
    return replace(
        whole,
        rate=np.ones((2, WEEKS)),
        exposure=np.ones(WEEKS),
        kept=kept,
        onset=np.array([ONSET, -1]),
    )


def alarm_before(network: Simulated, week: int, practice: int = 0) -> np.ndarray:
    alarm = np.zeros((2, RUNS), dtype=bool)
    alarm[practice, network.runs == week] = True
    return alarm


@pytest.mark.parametrize(
    ("weeks_after", "share"),
    [(0, 0.0), (1, (CAP - 1) / CAP), (13, 0.5), (CAP - 1, 1 / CAP), (CAP, 0.0)],
)
def test_an_alarm_catches_what_is_lost_after_it(
    network: Simulated, weeks_after: int, share: float
) -> None:
    caught = alarms_caught(alarm_before(network, ONSET + weeks_after), network)
    assert caught == pytest.approx(share)


def test_only_the_first_alarm_after_the_onset_counts(network: Simulated) -> None:
    early, late = alarm_before(network, ONSET - 2), alarm_before(network, ONSET + 20)
    assert alarms_caught(early | late, network) == pytest.approx(6 / CAP)


def test_a_steady_practice_has_nothing_to_catch(network: Simulated) -> None:
    assert alarms_caught(alarm_before(network, ONSET + 1, practice=1), network) == 0.0


def test_the_gain_is_paired_by_network_in_points_with_its_standard_error() -> None:
    def worth(alarms: float) -> Worth:
        return Worth(alarms, 0.0, 0.0, 1.0)

    each = [
        {CONSTANT: worth(0.50), LEARNED: worth(0.51)},
        {CONSTANT: worth(0.30), LEARNED: worth(0.33)},
    ]
    assert gain(each, LEARNED, "alarms") == "+2.0 ± 1.0"
    assert gain(each, CONSTANT, "alarms") == "-"
