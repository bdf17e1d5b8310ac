"""Absences, closures of ours, batches and honeymoons: falls that nobody at the practice chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import counted as figured
from tests.builders.scene import AS_OF, Scene, counted, found, is_listed, kind, reason

from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.findings.explanations import lookalikes
from quietdrop.findings.provider_flows import Flows


class TestAbsence:
    def test_a_short_silence_is_told_as_one(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 101)
        briefing = scene.briefing()
        assert found(briefing).kind == "absence"
        assert not is_listed(briefing)
        assert "perhaps a vacation" in reason(briefing)
        assert counted(briefing) == {"seems away for a short while": 1}

    def test_it_is_told_when_some_silence_is_likely_and_a_short_one_the_likeliest(
        self, scene: Scene
    ) -> None:
        scene.sends("A", 1.5, 0, 103)
        briefing = scene.briefing()
        of = briefing.assessed.of("A")
        assert of.absence_probability < 0.5
        assert of.absence_probability > (of.drift_probability or 0.0)
        assert kind(briefing) == "absence"

    def test_one_empty_week_of_a_slow_referrer_is_nothing(self, scene: Scene) -> None:
        scene.sends("A", 1, 0, 103)
        assert kind(scene.briefing()) is None

    def test_eight_weeks_are_no_vacation(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 96)
        assert is_listed(scene.briefing())


class TestOurOwnDoing:
    def test_what_our_closed_location_did_not_get_is_no_fall(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 99, location="North")
        scene.closures.append((AS_OF - timedelta(weeks=5), AS_OF, "North"))
        briefing = scene.briefing()
        assert found(briefing).kind == "closure"
        assert not is_listed(briefing)
        assert "That is our doing, not theirs." in reason(briefing)
        assert counted(briefing) == {"sent fewer while we were closed": 1}

    @pytest.mark.parametrize(("closed", "faults"), [("North", 0), ("South", 1)])
    def test_a_location_that_we_closed_ourselves_is_no_broken_feed(
        self, scene: Scene, closed: str, faults: int
    ) -> None:
        for key in "ABC":
            scene.sends(key, 3, 0, 99, location="North")
            scene.sends(key, 3, 99, location="Main")
        scene.closures.append((AS_OF - timedelta(weeks=5), AS_OF, closed))
        assert len(scene.briefing().evaluation.faults) == faults

    def test_another_location_that_was_closed_explains_nothing(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 96, location="North")
        scene.closures.append((AS_OF - timedelta(weeks=8), AS_OF, "South"))
        briefing = scene.briefing()
        assert kind(briefing) is None
        assert is_listed(briefing)


class TestBatch:
    def test_a_health_fair_inflates_no_baseline(self, scene: Scene) -> None:
        scene.sends("A", 1)
        scene.sends("A", 40, 95, 96)
        briefing = scene.briefing()
        assert found(briefing).kind == "batch"
        assert not is_listed(briefing)
        assert reason(briefing).startswith("Usually 1 a week")
        assert "One very large week, that of May 4, is left out" in reason(briefing)
        assert counted(briefing) == {"had one very large week, left out of its usual rate": 1}

    @pytest.mark.parametrize(("size", "named"), [(17, True), (15, False)])
    def test_eight_times_the_usual_and_eight_more(
        self, scene: Scene, size: int, named: bool
    ) -> None:
        """With one a week before: 1 + 16 is very large, 1 + 14 is not."""
        scene.sends("A", 1)
        scene.sends("A", size, 95, 96)
        assert (kind(scene.briefing()) == "batch") is named

    def test_a_drift_after_a_batch_is_found(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 94)
        scene.sends("A", 60, 80, 81)
        assert is_listed(scene.briefing())


class TestHoneymoon:
    def test_the_first_weeks_of_a_new_practice_were_high(self, scene: Scene) -> None:
        scene.sends("A", 8, 74, 82)
        scene.sends("A", 2, 82)
        briefing = scene.briefing()
        assert found(briefing).kind == "honeymoon"
        assert not is_listed(briefing)
        assert reason(briefing).startswith("Usually 2 a week")
        assert "Their first weeks were busier than the rest" in reason(briefing)
        assert counted(briefing) == {"is calmer now than in its first weeks": 1}

    def test_a_new_practice_that_stops_is_a_drift(self, scene: Scene) -> None:
        scene.sends("A", 8, 70, 82)
        briefing = scene.briefing()
        assert kind(briefing) is None
        assert is_listed(briefing)

    def test_an_old_practices_high_weeks_are_no_honeymoon(self, scene: Scene) -> None:
        scene.sends("A", 2, 0, 60)
        scene.sends("A", 8, 60, 90)
        scene.sends("A", 2, 90)
        assert kind(scene.briefing()) != "honeymoon"


class TestLowSeason:
    @pytest.mark.parametrize(("a_week", "is_named"), [(0.5, True), (0.49, False)])
    def test_of_whom_three_were_usual_in_six_weeks_a_low_season_is_told(
        self, a_week: float, is_named: bool
    ) -> None:
        assessed = figured({"A": [1.0] * 54 + [0.0] * 6}, {"A": {"baseline_per_week": a_week}})
        season = np.where(np.arange(60) < 54, 1.0, 0.5)[None, :]
        low = replace(assessed, judged=replace(assessed.judged, season=season))
        nobody = pd.DataFrame(columns=["practice_id", "provider", "day", "referrals"])
        likely = lookalikes(low, Flows(nobody, AS_OF), {}, {}, None)
        since = AS_OF - timedelta(weeks=3)
        named = Lookalike(Cause.SEASON, "A", explains=False, since=since)
        assert likely == ({"A": named} if is_named else {})
