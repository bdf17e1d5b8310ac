"""What a date's plan opens, frozen and once; and when what is open recovers or is told as worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.checkin_scene import (
    ANN,
    AS_OF,
    GONE_QUIET,
    LATER,
    LONG_GONE,
    STEADY,
    STOPPED,
    WEEK,
    explained,
    judged,
    planned,
    rows,
    told,
)

from quietdrop.checkins.history import History
from quietdrop.checkins.lifecycle import has_recovered, is_worse
from quietdrop.checkins.plan import Plan
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.findings import Cause


def opened(plan: Plan) -> list[str]:
    return [checkin.practice_id for checkin in plan.opened]


def test_a_stop_opens_one_check_in_frozen_with_its_baseline() -> None:
    plan = planned(judged(rows("Stop", STOPPED)), LATER)
    assert opened(plan) == ["Stop"]
    [checkin] = plan.opened
    assert checkin.baseline_per_week is not None
    assert 2.5 < checkin.baseline_per_week < 3.5
    assert checkin.onset is not None
    assert abs((checkin.onset - (AS_OF - timedelta(weeks=8))).days) <= 7


def test_an_open_check_in_is_not_opened_again_and_uses_no_budget() -> None:
    assessed = judged(rows("Stop", STOPPED), rows("Other", STOPPED))
    first = planned(assessed, LATER, budget=1)
    assert len(first.opened) == 1
    assert first.left_out == {ANN: 1}
    earlier = replace(first.opened[0], opened_on=AS_OF - timedelta(days=7), id=1)
    second = planned(assessed, replace(LATER, checkins=(earlier,)), budget=1)
    assert [c.practice_id for c in second.still_open] == [earlier.practice_id]
    assert opened(second) == [{"Stop", "Other"}.difference({earlier.practice_id}).pop()]


def test_the_same_date_again_plans_the_same() -> None:
    assessed = judged(rows("Stop", STOPPED))
    first = planned(assessed, LATER)
    again = planned(assessed, replace(LATER, checkins=tuple(first.opened)))
    assert opened(again) == opened(first)


def test_old_departures_of_the_first_run_go_to_the_review_only() -> None:
    assessed = judged(rows("Gone", LONG_GONE), rows("Stop", STOPPED))
    plan = planned(assessed, History(first_run=True))
    assert [c.practice_id for c in plan.review] == ["Gone"]
    assert opened(plan) == ["Stop"]
    reviewed = replace(plan.review[0], opened_on=AS_OF - timedelta(days=7))
    reviewed = replace(reviewed, resolved_on=AS_OF - timedelta(days=7))
    assert "Gone" not in opened(planned(assessed, replace(LATER, checkins=(reviewed,))))


def test_a_snooze_hides_until_its_date_and_not_longer() -> None:
    assessed = judged(rows("Stop", STOPPED))
    for until, hidden in ((AS_OF + timedelta(days=1), True), (AS_OF, False)):
        snooze = Snooze("Stop", AS_OF - timedelta(days=9), until)
        plan = planned(assessed, replace(LATER, snoozes=(snooze,)))
        assert ("Stop" not in opened(plan)) is hidden


def test_retired_closes_for_good() -> None:
    gone = CheckIn(
        "Stop",
        "Stop Clinic",
        ANN,
        Kind.DRIFT,
        AS_OF - timedelta(days=21),
        state=State.CLOSED,
        resolved_on=AS_OF - timedelta(days=14),
        outcome="retired",
    )
    plan = planned(judged(rows("Stop", STOPPED)), replace(LATER, checkins=(gone,)))
    assert opened(plan) == []
    assert plan.closed == {"Stop"}


def test_a_complaint_opens_whatever_the_counts_say_and_beyond_the_budget() -> None:
    complaint = Touch(AS_OF - timedelta(days=1), STEADY[0], ANN, "complaint")
    plan = planned(judged(), replace(LATER, touches=(complaint,)), budget=0)
    assert [(c.practice_id, c.kind) for c in plan.opened] == [(STEADY[0], "complaint")]
    answered = replace(complaint, resolved_on=AS_OF)
    assert opened(planned(judged(), replace(LATER, touches=(answered,)))) == []


def test_recovery_needs_eighty_per_cent_of_the_frozen_baseline() -> None:
    frozen = CheckIn(
        "Back",
        "Back Clinic",
        ANN,
        Kind.DRIFT,
        AS_OF - timedelta(weeks=12),
        onset=AS_OF - timedelta(weeks=20),
        baseline_per_week=5.0,
    )
    for level, back in ((5, True), (3, False)):
        assessed = judged(rows("Back", [5] * 84 + [0] * 12 + [level] * 8))
        assert has_recovered(assessed, frozen) is back


YEARS_AGO = [3] * 48 + [0] * 56


def test_what_left_before_the_window_is_settled_and_reviewed_with_its_old_rate() -> None:
    assessed = judged(rows("Old", YEARS_AGO), rows("Stop", STOPPED))
    plan = planned(assessed, History(first_run=True))
    [old] = plan.review
    assert old.practice_id == "Old"
    assert old.baseline_per_week is not None
    assert 2.5 < old.baseline_per_week < 3.5
    assert old.onset is not None
    assert abs((old.onset - (AS_OF - timedelta(weeks=56))).days) <= 14
    assert opened(plan) == ["Stop"]


def test_what_became_likely_only_after_the_window_is_reviewed_once_and_never_listed() -> None:
    assessed = judged(rows("Old", YEARS_AGO))
    plan = planned(assessed, LATER)
    assert not opened(plan)
    [old] = plan.review
    reviewed = replace(
        old, opened_on=AS_OF - timedelta(days=7), resolved_on=AS_OF - timedelta(days=7)
    )
    listed_in_time = replace(reviewed, state=State.CLOSED, outcome="access", onset=AS_OF)
    for before in (reviewed, listed_in_time):
        assert not planned(assessed, replace(LATER, checkins=(before,))).review


def test_an_explained_fall_opens_no_check_in_and_closes_an_open_one() -> None:
    assessed = judged(rows("Stop", STOPPED))
    earlier = replace(planned(assessed, LATER).opened[0], opened_on=AS_OF - timedelta(days=7), id=1)
    history = replace(LATER, checkins=(earlier,))
    plan = planned(assessed, history, findings=explained("Stop", Cause.RENAMED))
    assert not plan.opened
    [closed] = plan.explained
    assert (closed.state, closed.outcome, closed.resolved_on) == ("closed", "renamed", AS_OF)
    assert closed in plan.changed()


HALF = [4] * 84 + [2] * 20
STOPPED_AFTER_HALF = [4] * 84 + [2] * 12 + [0] * 8


def halved(**changes: object) -> CheckIn:
    """The check-in of a practice that was told to send half, eight weeks ago."""
    frozen = {"onset": AS_OF - 20 * WEEK, "baseline_per_week": 4.0, "remaining_share": 0.5}
    return replace(told(8 * WEEK), **(frozen | changes))  # type: ignore[arg-type]


def test_worse_is_judged_against_the_least_ever_told() -> None:
    for weeks, worse in ((STOPPED_AFTER_HALF, True), (HALF, False)):
        assert is_worse(judged(rows("Stop", weeks)), halved(), AS_OF - 8 * WEEK) is worse


def test_a_worse_telling_never_raises_the_level_that_was_told() -> None:
    plan = planned(judged(rows("Stop", STOPPED_AFTER_HALF)), replace(LATER, checkins=(halved(),)))
    [worse] = plan.worse
    assert worse.remaining_share == 0.0
    assert worse.lost_per_week == 4.0
    assert worse.notified_on == AS_OF


@pytest.mark.parametrize(("share", "listed"), [(0.10, False), (0.11, True)])
def test_a_practice_told_as_stopped_is_never_worse(share: float, listed: bool) -> None:
    long_gone = halved(
        remaining_share=share, notified_on=AS_OF - 36 * WEEK, onset=AS_OF - 50 * WEEK
    )
    frame = judged(rows("Stop", [9] * 50 + [0] * 54))
    usual = replace(long_gone, baseline_per_week=9.0)
    assert is_worse(frame, usual, AS_OF - 36 * WEEK) is listed


def test_a_whole_share_that_a_store_of_before_holds_is_counted_anew() -> None:
    """Stores of before hold the whole baseline as what was told of a practice that stopped."""
    gone = judged(rows("Stop", [4] * 50 + [0] * 54))
    spoiled = halved(remaining_share=1.0, onset=AS_OF - 54 * WEEK, notified_on=AS_OF - 8 * WEEK)
    assert not is_worse(gone, spoiled, AS_OF - 8 * WEEK)


def test_who_recovered_is_judged_against_the_recovered_level() -> None:
    back = halved(state="recovered", remaining_share=0.0, resolved_on=AS_OF - 8 * WEEK)
    assert is_worse(judged(rows("Stop", STOPPED_AFTER_HALF)), back, AS_OF - 8 * WEEK)
    steady = judged(rows("Stop", [4] * 104))
    assert not is_worse(steady, back, AS_OF - 8 * WEEK)


def test_one_that_nobody_was_told_of_is_told_again_and_first_in_line() -> None:
    assessed = judged(rows("Stop", STOPPED), rows("Other", STOPPED))
    [first] = planned(assessed, LATER, budget=1).opened
    untold = replace(first, opened_on=AS_OF - timedelta(days=7), notified_on=None, id=1)
    again = planned(assessed, replace(LATER, checkins=(untold,)), budget=1)
    assert again.opened == [replace(untold, notified_on=AS_OF)]


def test_an_open_check_in_goes_with_its_practice_to_another_liaison() -> None:
    assessed = judged(rows("Stop", STOPPED))
    [earlier] = planned(assessed, LATER).opened
    earlier = replace(
        earlier, liaison="left@example.com", opened_on=AS_OF - timedelta(days=7),
        notified_on=AS_OF - timedelta(days=7), id=1,
    )  # fmt: skip
    [reminded] = planned(assessed, replace(LATER, checkins=(earlier,))).reminded
    assert reminded.liaison == ANN


@pytest.mark.parametrize(("ago", "left"), [(1, 0), (6, 0), (7, 1)])
def test_the_budget_counts_seven_days_however_often_a_run_is_made(ago: int, left: int) -> None:
    assessed = judged(rows("Stop", STOPPED), rows("Other", STOPPED))
    [first] = planned(assessed, LATER, budget=1).opened
    day = AS_OF - timedelta(days=ago)
    kept = replace(first, opened_on=day, notified_on=day, id=1)
    again = planned(assessed, replace(LATER, checkins=(kept,)), budget=1)
    assert len(again.opened) == left
    assert again.left_out == ({} if left else {ANN: 1})
    answered = replace(kept, state=State.CLOSED, resolved_on=day, outcome="access")
    assert len(planned(assessed, replace(LATER, checkins=(answered,)), budget=1).opened) == left
    reviewed = replace(kept, state=State.REVIEW, resolved_on=day)
    assert len(planned(assessed, replace(LATER, checkins=(reviewed,)), budget=1).opened) == 1
    somebody_else = replace(kept, liaison="ben@example.com")
    assert len(planned(assessed, replace(LATER, checkins=(somebody_else,)), budget=1).opened) == 1


@pytest.mark.parametrize(("ago", "between"), [(0, False), (1, True), (6, True), (7, False)])
def test_between_two_digests_only_what_is_new_or_worse_changes(ago: int, between: bool) -> None:
    waiting = told(WEEK)
    history = replace(LATER, checkins=(waiting,), digests={ANN: AS_OF - timedelta(days=ago)})
    plan = planned(GONE_QUIET, history)
    assert plan.between == ({ANN} if between else set())
    assert bool(plan.announced()) is not between, "a reminder waits for the whole digest"
    assert plan.news(ANN).still_open == (0 if between else 1)
