"""What would change whether a practice is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.builders.scene import AS_OF, LIAISON, Scene

from quietdrop.checkins.history import History
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.config import Settings, load
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.evaluation.what_if import Change, ChangeKind, what_would_change
from quietdrop.messages.compose import Briefing
from quietdrop.messages.digest import why_not_listed

OPENED = CheckIn(
    practice_id="A",
    practice_name="Practice A",
    liaison=LIAISON,
    kind=Kind.DRIFT,
    opened_on=AS_OF - timedelta(weeks=4),
    onset=AS_OF - timedelta(weeks=7),
    baseline_per_week=2.0,
    probability=0.9,
    notified_on=AS_OF - timedelta(weeks=4),
)


def _settings(folder: Path) -> Settings:
    return load(folder / "quietdrop.toml", {})


def _changes(folder: Path, briefing: Briefing, key: str = "A") -> tuple[Change, ...]:
    reason = why_not_listed(briefing.evaluation, key)
    return what_would_change(_settings(folder), briefing.evaluation, key, reason)


def test_who_is_steady_is_listed_after_weeks_of_silence(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2)
    [change] = _changes(tmp_path, scene.briefing())
    assert (change.kind, change.number) == (ChangeKind.silence, 4)


def test_who_is_watched_is_listed_by_a_lower_threshold_too(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 101)
    briefing = scene.briefing()
    silence, threshold = _changes(tmp_path, briefing)
    odds = briefing.assessed.of("A").drift_probability or 0.0
    assert 0.25 <= odds < 0.5
    assert (silence.kind, silence.number) == (ChangeKind.silence, 1)
    assert threshold.kind is ChangeKind.threshold
    assert odds - 0.01 < (threshold.share or 0.0) <= odds  # rounded down, so that it does list
    assert not threshold.is_own


def test_whose_threshold_is_its_own_is_told_so(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 101)
    for tier in "ABC":
        scene.tables += f'[[override]]\ntier = "{tier}"\nalert_probability = 0.6\n'
    _, threshold = _changes(tmp_path, scene.briefing())
    assert threshold.is_own


def test_who_is_listed_today_is_cleared_by_more_referrals(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 98)
    [change] = _changes(tmp_path, scene.briefing())
    assert change.kind is ChangeKind.referrals
    assert change.number is not None
    assert change.number > 0


@pytest.mark.parametrize(("since", "missing"), [(104, 13), (102, 9)])
def test_who_was_listed_before_recovers_with_what_is_missing_of_eight_weeks(
    tmp_path: Path, since: int, missing: int
) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 96)
    if since < 104:
        scene.sends("A", 2, since, 104)
    briefing = scene.briefing(history=History(first_run=False, checkins=(OPENED,)))
    came, chances = briefing.assessed.newest("A", 8)
    [change] = _changes(tmp_path, briefing)
    assert change.kind is ChangeKind.recovery
    assert change.number == missing
    assert came + missing >= 0.8 * 2.0 * chances > came + missing - 1
    assert change.day == date(2026, 7, 13)  # eight weeks after the onset


def test_a_complaint_stays_until_it_is_answered(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2)
    complaint = replace(OPENED, kind=Kind.COMPLAINT, onset=None, notified_on=None)
    briefing = scene.briefing(history=History(first_run=False, checkins=(complaint,)))
    assert _changes(tmp_path, briefing) == (Change(ChangeKind.complaint_answered),)


@pytest.mark.parametrize(
    ("weeks", "a_week", "change"),
    [
        (4, 2.0, Change(ChangeKind.history, 7, referrals=0)),
        (20, 0.1, Change(ChangeKind.history, 0, referrals=1)),
    ],
)
def test_who_is_new_is_judged_after_more_weeks_and_referrals(
    tmp_path: Path, weeks: int, a_week: float, change: Change
) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", a_week, 104 - weeks, 104)
    assert _changes(tmp_path, scene.briefing()) == (change,)


def test_who_is_over_the_budget_waits_for_so_many_places(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for number in range(8):
        scene.sends(f"A{number}", 2 + number, 0, 98)
    briefing = scene.briefing()
    assert briefing.plan.over_budget == {"A0", "A1"}
    assert _changes(tmp_path, briefing, "A1") == (Change(ChangeKind.budget, 1),)
    assert _changes(tmp_path, briefing, "A0") == (Change(ChangeKind.budget, 2),)


@pytest.mark.parametrize(
    ("why", "kind"),
    [
        (WhyNot.closed, ChangeKind.reopened),
        (WhyNot.acquired, ChangeKind.reopened),
        (WhyNot.answered, ChangeKind.deeper_fall),
        (WhyNot.old_news, ChangeKind.deeper_fall),
        (WhyNot.left_before, ChangeKind.deeper_fall),
        (WhyNot.recovered, ChangeKind.deeper_fall),
        (WhyNot.uncounted, ChangeKind.rows_read),
        (WhyNot.held_out, ChangeKind.holdout),
        (WhyNot.not_read, ChangeKind.first_referral),
    ],
)
def test_what_a_person_or_chance_decided_has_its_own_way_back(
    tmp_path: Path, why: WhyNot, kind: ChangeKind
) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2)
    evaluation = scene.briefing().evaluation
    changes = what_would_change(_settings(tmp_path), evaluation, "A", Unlisted(why))
    assert [change.kind for change in changes] == [kind]


def test_every_reason_has_an_answer(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 98)
    evaluation = scene.briefing().evaluation
    settings = _settings(tmp_path)
    for why in set(WhyNot) - {WhyNot.over_budget}:
        assert what_would_change(settings, evaluation, "A", Unlisted(why, AS_OF))
