"""The first screen of the results page holds three figures and a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from benchmarks.detection.measure import CAP, calibration
from benchmarks.detection.methods import INFORMED, OURS, RATES, THRESHOLDS, Case, Method
from benchmarks.detection.summary import PICTURE, RULES_IN_USE, section


def network() -> Case:
    """Three quarters are found, one check-in in five weeks is false, and 0.70 is said of 0.74."""
    detected = tuple(np.linspace(0.0, 0.75, CAP - 1))
    method = Method(15.0, 15.0, (15.0,) * len(RATES), detected, 0.5, 0.5, (1, 1, 1))
    said, so = np.full((10, 100), 0.7), np.arange(1000).reshape(10, 100) % 100 < 74
    manager = ((0.5, 12.0, 0.9), (0.2, 15.3, 0.75), (0.1, 19.0, 0.5))
    assert len(manager) == len(THRESHOLDS)
    methods = dict.fromkeys((OURS, INFORMED, *RULES_IN_USE), method)
    return Case("mixed", 1, methods, manager, said, so, None)


def test_it_says_what_is_found_what_is_false_and_how_true_a_probability_is(tmp_path: Path) -> None:
    case = network()
    page = section([case], calibration(case.said, case.so), tmp_path)
    assert "**75 of 100** | practices that drop are found within 26 weeks; the mean is 15" in page
    assert "**one in 5 weeks** | is the number of false check-ins" in page
    assert "**4 points** | at most" in page
    assert (tmp_path / PICTURE).stat().st_size > 0
