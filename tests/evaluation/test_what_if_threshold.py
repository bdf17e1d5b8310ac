"""From which odds on a lower threshold lists a practice, and what one that is gone needs."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import DriftSettings
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.intake import Intake
from quietdrop.evaluation import what_if
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.what_if import Change, ChangeKind, what_would_change


@pytest.mark.parametrize(
    ("odds", "edge", "watch", "share"),
    [
        (0.25, False, 0.25, 0.25),
        (0.2499, False, 0.25, None),
        (0.4567, False, 0.25, 0.45),
        (0.4567, True, 0.25, None),
        (None, False, 0.1, None),
    ],
)
def test_a_threshold_is_named_from_the_watch_on_rounded_down(
    monkeypatch: pytest.MonkeyPatch,
    odds: float | None,
    edge: bool,
    watch: float,
    share: float | None,
) -> None:
    """What fell at the window's edge is old news, which no threshold lists."""
    monkeypatch.setattr(what_if, "stream_of", lambda *_: None)
    monkeypatch.setattr(what_if, "weeks_of_silence", lambda *_: 3)
    settings = Settings(
        source=SourceSettings(referrals="-"), drift=DriftSettings(watch_probability=watch)
    )
    figures = {"drift_probability": odds, "edge": edge}
    evaluation = Evaluation(
        intake=Intake(pd.DataFrame(), {}, {}, (), 0, None),
        counts=pd.DataFrame(),
        assessed=counted({"A": [2.0] * 20}, {"A": figures}, drift=settings.drift),
        streams=[],
        history=History(),
        plan=Plan(),
        liaison_of={},
        faults=[],
    )
    changes = what_would_change(settings, evaluation, "A", Unlisted(WhyNot.below_threshold))
    silence = Change(ChangeKind.silence, 3)
    lower = (Change(ChangeKind.threshold, share=share),) if share is not None else ()
    assert changes == (silence, *lower)


WEEK = timedelta(weeks=1)


@pytest.mark.parametrize(
    ("practice_id", "change"),
    [
        ("gone", Change(ChangeKind.first_referral)),
        ("A", Change(ChangeKind.recovery, 0, AS_OF + 6 * WEEK)),
    ],
)
def test_of_who_is_no_longer_read_or_has_no_baseline(practice_id: str, change: Change) -> None:
    """A sent nothing for eight weeks; where nothing was frozen, nothing is missing."""
    opened = CheckIn(practice_id, "Lake", "", Kind.DRIFT, AS_OF - 2 * WEEK)
    evaluation = Evaluation(
        intake=Intake(pd.DataFrame(), {}, {}, (), 0, None),
        counts=pd.DataFrame(),
        assessed=counted({"A": [2.0] * 12 + [0.0] * 8}),
        streams=[],
        history=History(checkins=(opened,)),
        plan=Plan(),
        liaison_of={},
        faults=[],
    )
    settings = Settings(source=SourceSettings(referrals="-"))
    assert what_would_change(settings, evaluation, practice_id, None) == (change,)


def test_who_is_no_longer_read_stands_last_in_the_line_for_the_budget() -> None:
    figures = {"drift_probability": 0.9, "lost_per_week": 0.05, "remaining_share": 0.9}
    evaluation = Evaluation(
        intake=Intake(pd.DataFrame(), {}, {}, (), 0, None),
        counts=pd.DataFrame(),
        assessed=counted({"Z": [2.0] * 20}, {"Z": figures}),
        streams=[],
        history=History(),
        plan=Plan(over_budget={"Z", "gone"}),
        liaison_of={},
        faults=[],
    )
    settings = Settings(source=SourceSettings(referrals="-"))
    for practice_id, place in (("Z", 1), ("gone", 2)):
        changes = what_would_change(settings, evaluation, practice_id, Unlisted(WhyNot.over_budget))
        assert changes == (Change(ChangeKind.budget, place),)
