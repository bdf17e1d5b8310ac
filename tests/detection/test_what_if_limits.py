"""What would change a practice's odds: the first and the last week and referral that are tried."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from tests.builders.checkin_scene import judged, rows

from quietdrop.config.settings import DriftSettings
from quietdrop.detection import what_if
from quietdrop.detection.change_point import Basis
from quietdrop.detection.what_if import Stream, referrals_to_clear, stream_of, weeks_of_silence
from quietdrop.domain.arrays import FloatArray

PRIORS = DriftSettings().priors


def stream(a_week: list[int]) -> Stream:
    counts = np.array(a_week, dtype=float)
    return Stream(counts, np.ones(len(counts)), Basis(np.ones(1), 0.3))


@pytest.mark.parametrize(("silent", "weeks"), [(0, 4), (1, 3), (2, 2), (3, 1), (4, 1)])
def test_the_weeks_of_silence_so_far_count(silent: int, weeks: int) -> None:
    assert weeks_of_silence(stream([2] * 100 + [0] * silent), PRIORS, 0.5) == weeks


@pytest.mark.parametrize(("alert", "weeks"), [(0.61, 26), (0.63, None)])
def test_half_a_year_of_silence_is_tried(alert: float, weeks: int | None) -> None:
    """With one referral in five weeks the odds are 0.612 after 26 more, 0.636 after 27."""
    assert weeks_of_silence(stream([0, 0, 0, 0, 1] * 20), PRIORS, alert) == weeks


@pytest.mark.parametrize(("above", "weeks"), [(0.0, 3), (1e-9, 4)])
def test_the_odds_reach_the_alert_at_the_alert_itself(above: float, weeks: int) -> None:
    of = stream([2] * 100 + [0])
    after = float(what_if.judged_again(of, PRIORS, [0.0] * 3).probability[0])
    assert weeks_of_silence(of, PRIORS, after + above) == weeks


@pytest.mark.parametrize(("silent", "weeks"), [(37, 1), (38, None)])
def test_a_fall_that_would_be_at_the_edge_of_the_window_is_none(
    silent: int, weeks: int | None
) -> None:
    """After one more week the fall is 38 or 39 weeks ago, of the 39 that are looked at."""
    assert weeks_of_silence(stream([2] * 100 + [0] * silent), PRIORS, 0.9) == weeks


@pytest.mark.parametrize(
    ("alert", "more"), [(99.5, 1), (99.0, 2), (98.5, 2), (41.0, 60), (40.0, None)]
)
def test_up_to_sixty_referrals_in_the_newest_week_are_tried(
    alert: float, more: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if each of them took one of a hundred from the odds."""

    def odds(counts: FloatArray, *_: object) -> SimpleNamespace:
        return SimpleNamespace(probability=100.0 - counts[:, -1])

    monkeypatch.setattr(what_if, "posterior", odds)
    assert referrals_to_clear(stream([2] * 100 + [0]), PRIORS, alert) == more


def test_the_referrals_that_clear_a_stop_are_told_by_value() -> None:
    of = stream([9] * 84 + [0] * 8)
    alerts = (0.1, 0.2, 0.7, 0.9, 0.99, 0.999)
    assert [referrals_to_clear(of, PRIORS, alert) for alert in alerts] == [15, 14, 13, 12, 5, 1]


def test_each_practice_is_judged_by_its_own_chances_of_a_drift() -> None:
    assessed = judged(rows("A", [3] * 104))
    ids = assessed.cadence.ids
    ratio = np.arange(1.0, len(ids) * 39 + 1).reshape(len(ids), 39)
    basis = replace(assessed.judged.basis, hazard_ratio=ratio)
    each = replace(assessed, judged=replace(assessed.judged, basis=basis))
    for row, key in enumerate(ids[:3]):
        alone = stream_of(each, key).basis
        assert alone.hazard_ratio is not None
        assert alone.hazard_ratio.tolist() == [ratio[row].tolist()]
        assert alone.dispersion.tolist() == [basis.dispersion[row]]
