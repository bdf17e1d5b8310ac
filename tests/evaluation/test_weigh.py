"""The evidence of a date: what bears on it, and what a period leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest
from tests.builders.planted_past import LAST, planted

from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import CalendarSettings
from quietdrop.detection.thresholds import Level, Thresholds
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure
from quietdrop.domain.intake import Intake
from quietdrop.evaluation import weigh as module
from quietdrop.evaluation.weigh import LOOKED_AT, Weighed, prepare, weigh

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
SETTINGS = Settings(source=SourceSettings(referrals="-"), calendar=CalendarSettings(country=""))
ASKED = Closure(LAST - 9 * WEEK, LAST - 8 * WEEK, "Salem")


@cache
def read() -> Intake:
    """Eight practices, of which one stopped ten weeks ago; rows are recorded on their day."""
    intake = planted(8, {1: (94, 0.0)})
    counts = intake.counts.assign(location="Salem", recorded=intake.counts["day"])
    return replace(intake, counts=counts)


def weighed(
    intake: Intake, history: History | None = None, settings: Settings = SETTINGS
) -> Weighed:
    past = history or History(first_run=False)
    return weigh(settings, intake, prepare(intake.counts), past, LAST)


def test_the_past_is_looked_at_from_nearly_every_probability_on() -> None:
    assert Thresholds(Level(0.5), Level(0.05), Level(3)) == LOOKED_AT


def test_events_are_made_of_practices_and_of_the_columns_that_are_there() -> None:
    counts = pd.DataFrame(
        {"practice_id": ["A"], "location": ["Salem"], "day": [1], "recorded": [1], "referrals": [2]}
    )
    prepared = prepare(counts)
    assert prepared.practices.ids == ("A",)
    assert {kind: each.ids for kind, each in prepared.across.items()} == {"location": ("Salem",)}


def test_what_was_not_known_on_the_date_is_left_out() -> None:
    intake = read()
    today = (LAST - EPOCH).days
    later = intake.counts.tail(1).assign(day=today, recorded=today, referrals=99)
    more = replace(intake, counts=pd.concat([intake.counts, later]))
    assert weighed(more).counts["referrals"].sum() == intake.counts["referrals"].sum()
    assert weighed(more).cadence.counts.sum() == weighed(intake).cadence.counts.sum()


@pytest.mark.parametrize("period", [None, "week"])
def test_a_period_is_neither_late_nor_asked_about(
    monkeypatch: pytest.MonkeyPatch, period: Any
) -> None:
    monkeypatch.setattr(module, "suspected", lambda *_: [ASKED])
    of = weighed(replace(read(), period=period))
    assert (of.surroundings.arrived is None) is (period is not None)
    assert of.asked_closures == (() if period else (ASKED,))
    assert (of.surroundings.open_share is None) is (period is not None), "we were closed then"


def test_nothing_is_learned_where_nothing_is_promised_or_recorded() -> None:
    of = weighed(read())
    assert of.alerts is None
    assert of.known_before is not None
    assert of.known_before.names == ()
    assert of.hazard is not None
    assert not of.hazard.is_used


def test_an_assessment_goes_by_its_settings_and_keeps_the_evidence() -> None:
    of = weighed(read())
    strict = SETTINGS.drift.model_copy(update={"alert_probability": 1.0})
    usual, none = of.assessed(SETTINGS), of.assessed(SETTINGS.model_copy(update={"drift": strict}))
    assert str(usual.of("P01").status) == "quiet"
    assert str(none.of("P01").status) == "watching"
    assert usual.of("P01").drift_probability == none.of("P01").drift_probability
    assert of.lookalikes(usual) == {}
    assert of.active == 8
