"""Who is named as watched: nobody whose fall was told, answered or put to sleep already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.builders.scene import AS_OF, LIAISON, Scene

from quietdrop.checkins.history import History
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State

WEEK = timedelta(weeks=1)
ANSWERED = CheckIn(
    "A", "Practice A", LIAISON, Kind.DRIFT, AS_OF - 2 * WEEK, AS_OF - 4 * WEEK,
    baseline_per_week=2.0, remaining_share=0.5, notified_on=AS_OF - 2 * WEEK,
    state=State.CLOSED, resolved_on=AS_OF - WEEK, outcome="access", id=1,
)  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Half of what A sent has been missing for a month: it may be chance."""
    halved = Scene(tmp_path)
    halved.sends("A", 2, 0, 100)
    halved.sends("A", 1, 100)
    return halved


def watched(scene: Scene, *checkins: CheckIn, snoozes: tuple[Snooze, ...] = ()) -> bool:
    history = History(checkins=checkins, snoozes=snoozes, first_run=False)
    [digest] = scene.briefing(history=history).digests
    looks = [line.name for line in digest.worth_a_look]
    assert not {*looks} & {*digest.watching}  # named once
    return "Practice A" in (*looks, *digest.watching)


def test_who_may_be_falling_is_watched(scene: Scene) -> None:
    assert watched(scene)


def test_much_at_stake_is_worth_a_look_and_opens_nothing(scene: Scene) -> None:
    briefing = scene.briefing(history=History(first_run=False))
    [digest] = briefing.digests
    [look] = digest.worth_a_look
    assert look.name == "Practice A"
    assert look.text.endswith("would be usual; it may be chance")
    assert not briefing.table["listed"].any()
    assert briefing.table.set_index("practice_id").loc["A", "status"] == "watching"
    assert briefing.plan.opened == []


def test_what_was_answered_is_not_named_again(scene: Scene) -> None:
    assert not watched(scene, ANSWERED)


def test_but_a_later_fall_is(scene: Scene) -> None:
    before = replace(ANSWERED, opened_on=date(2026, 1, 5), resolved_on=date(2026, 2, 2))
    assert watched(scene, before)


@pytest.mark.parametrize(("until", "hidden"), [(AS_OF + timedelta(days=1), True), (AS_OF, False)])
def test_who_is_hidden_is_not_named_until_the_day(scene: Scene, until: date, hidden: bool) -> None:
    snooze = Snooze("A", AS_OF - WEEK, until)
    assert watched(scene, snoozes=(snooze,)) is not hidden
