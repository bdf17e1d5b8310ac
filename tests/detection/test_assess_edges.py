"""What an assessment says at the edges: of its window, of a history, of thresholds and closures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.builders.checkin_scene import AS_OF, END, NETWORK, judged, rows

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assess
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.weekly_counts import events, weekly


@pytest.mark.parametrize(("weeks_ago", "is_edge"), [(39, True), (38, False)])
def test_a_fall_in_the_first_week_of_the_window_may_be_older(weeks_ago: int, is_edge: bool) -> None:
    fell = judged(rows("X", [9] * (104 - weeks_ago) + [2] * weeks_ago)).of("X")
    assert fell.onset_week == 104 - weeks_ago
    assert fell.edge is is_edge


@pytest.mark.parametrize(("days_ago", "status"), [(70, "new"), (71, "steady")])
def test_ten_whole_weeks_after_the_first_referral_are_a_history(days_ago: int, status: str) -> None:
    days = [END - days_ago + week * 7 for week in range(10) for _ in range(2)]
    frame = pd.DataFrame({"practice_id": "X", "day": days, "referrals": 1})
    assert judged(frame).of("X").status == status


def test_an_old_fall_is_dated_from_the_watch_threshold_itself() -> None:
    cadence = weekly(events(pd.concat([NETWORK, rows("Fell", [6] * 52 + [4] * 52)])), AS_OF)
    p = assess(cadence, DriftSettings()).of("Fell").settled_probability
    assert 0.1 < p < 0.9

    def is_dated(watch: float) -> bool:
        settings = DriftSettings(alert_probability=1.0, watch_probability=watch)
        return assess(cadence, settings).of("Fell").settled_onset is not None

    assert is_dated(p)
    assert not is_dated(p + 1e-9)


def test_who_fell_is_measured_by_the_half_week_that_we_were_open() -> None:
    """Two a week; closed for seven weeks, then one came in the half week since."""
    cadence = weekly(events(pd.concat([NETWORK, rows("X", [2] * 96 + [0] * 7 + [1])])), AS_OF)
    opened = np.ones_like(cadence.counts)
    row = cadence.ids.index("X")
    opened[row, -8:] = [0.0] * 7 + [0.5]
    assessed = assess(cadence, DriftSettings(), Circumstances(open_share=opened))
    exposure = assessed.exposure_of(row)
    assert 0.3 < exposure[-8:].sum() < 0.7
    fallen = max((44 * 2 + 1) / exposure[-52:].sum() - 1 / exposure[-8:].sum(), 0.0)
    assert assessed.of("X").fallen_per_week == pytest.approx(fallen)
    assert fallen < 0.5


def test_who_has_a_season_is_exposed_less_out_of_season() -> None:
    """Six a week in half of each year, and one in the other, in which the history ends."""
    weeks = [1 if week // 26 % 2 == 0 else 6 for week in range(182)]
    assessed = judged(rows("Season", weeks))
    row = assessed.row("Season")
    assert (assessed.exposure_of(row) == assessed.exposure[row]).all()
    against_pool = assessed.exposure[row] / assessed.pool.share[row]
    assert against_pool[-13:].mean() < 0.6
    assert against_pool[-39:-26].mean() > 1.3


def test_who_was_likely_in_its_first_weeks_only_above_its_level_has_the_level_since() -> None:
    """Four a week for ten weeks, then two: of its 34 weeks the last 21 count."""
    assessed = judged(rows("Young", [4] * 10 + [2] * 24))
    young = assessed.of("Young")
    assert young.honeymoon_probability is not None
    assert 0.5 < young.honeymoon_probability < 0.8
    chances = assessed.exposure_of(assessed.row("Young"))[-21:].sum()
    level = (0.5 + 2 * 21) / (assessed.judged.basis.prior_rate + chances)
    assert young.baseline_per_week == pytest.approx(level)


def test_rows_are_given_of_those_who_ever_referred() -> None:
    assessed = judged()
    assert assessed.rows_of(["S03", "Nobody", "S00"]) == [("S03", 3), ("S00", 0)]
