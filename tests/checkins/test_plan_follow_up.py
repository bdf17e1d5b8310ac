"""What becomes of a check-in once it is told: reminded, answered, put to sleep, complained of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.checkin_scene import (
    ANN,
    AS_OF,
    GONE_QUIET,
    LATER,
    STOPPED,
    TODAY,
    WEEK,
    judged,
    planned,
    rows,
    said,
    told,
)

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.roster import Roster
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, Touch
from quietdrop.domain.directory import Practice


def after(*history: CheckIn | Touch | Snooze) -> Plan:
    return planned(
        GONE_QUIET,
        History(
            checkins=tuple(m for m in history if isinstance(m, CheckIn)),
            touches=tuple(m for m in history if isinstance(m, Touch)),
            snoozes=tuple(m for m in history if isinstance(m, Snooze)),
            first_run=False,
        ),
    )


def fate(plan: Plan) -> list[str]:
    """Where the one practice stands in the plan."""
    names = "opened unanswered worse reminded waiting aging asleep answered recovered explained"
    return [name for name in names.split() if getattr(plan, name)]


@pytest.mark.parametrize("days", [1, 6])
def test_a_check_in_is_not_reminded_of_within_a_week(days: int) -> None:
    assert fate(after(told(timedelta(days=days)))) == ["waiting"]


def test_an_unanswered_check_in_is_reminded_of_once_and_then_ages() -> None:
    first = after(told(WEEK))
    assert fate(first) == ["reminded"]
    [reminded] = first.reminded
    assert reminded.reminded_on == AS_OF
    assert reminded in first.changed()
    assert reminded in first.still_open
    assert fate(after(reminded)) == ["reminded"], "the same date again says the same"
    week_ago = replace(reminded, opened_on=AS_OF - 2 * WEEK, reminded_on=AS_OF - WEEK)
    second = after(week_ago)
    assert fate(second) == ["aging"]
    assert second.still_open == []


@pytest.mark.parametrize("outcome", ["could not reach", "not mine", ""])
def test_one_that_was_seen_is_neither_reminded_of_nor_aging(outcome: str) -> None:
    assert fate(after(told(WEEK), said(outcome, WEEK))) == ["waiting"]
    reminded = told(2 * WEEK, reminded_on=AS_OF - WEEK)
    assert fate(after(reminded, said(outcome, TODAY))) == ["waiting"]


def test_what_a_touch_of_the_source_says_closes_the_check_in() -> None:
    plan = after(told(WEEK), said("access", timedelta(days=2)))
    assert fate(plan) == ["answered"]
    [closed] = plan.changed()
    assert (closed.state, closed.outcome) == ("closed", "access")
    assert closed.resolved_on == AS_OF - timedelta(days=2)


def test_an_answered_drift_is_not_listed_again() -> None:
    answered = told(WEEK, state="closed", resolved_on=AS_OF, outcome="access")
    assert fate(after(answered)) == []


@pytest.mark.parametrize("outcome", ["moved", "retired", "acquired"])
def test_gone_for_good_stays_closed_even_without_a_check_in(outcome: str) -> None:
    plan = after(said(outcome, 52 * WEEK))
    assert fate(plan) == []
    assert plan.closed == {"Stop"}


def test_a_practice_closed_by_mistake_is_listed_again() -> None:
    closed = told(WEEK, state="closed", resolved_on=AS_OF - timedelta(days=3), outcome="retired")
    retired = said("retired", timedelta(days=3))
    assert fate(after(closed, retired)) == []
    for ago, listed in ((timedelta(days=3), ["opened"]), (timedelta(days=4), [])):
        assert fate(after(closed, retired, said("reopened", ago))) == listed


def test_an_open_check_in_of_a_practice_that_the_directory_closed_ends() -> None:
    closed_today = Practice("Stop", "Stop Clinic", closed_on=AS_OF)
    history = History(checkins=(told(WEEK),), first_run=False)
    plan = planned(GONE_QUIET, history, roster=Roster({"Stop": closed_today}))
    [closed] = plan.answered
    assert (closed.state, closed.outcome) == ("closed", "practice closed")


def test_a_vacation_hides_until_its_day_and_not_longer() -> None:
    for until, hidden in ((AS_OF + timedelta(days=1), True), (AS_OF, False)):
        away = said("vacation", timedelta(days=6), until=until)
        assert fate(after(told(WEEK), away)) == (["asleep"] if hidden else ["waiting"])


def test_nothing_wrong_hides_for_eight_weeks_and_not_longer() -> None:
    for ago, hidden in ((8 * WEEK - timedelta(days=1), True), (8 * WEEK, False)):
        plan = after(told(9 * WEEK), said("nothing wrong", ago))
        assert fate(plan) == (["asleep"] if hidden else ["waiting"])


def test_nothing_wrong_wakes_early_only_if_it_worsens_clearly() -> None:
    half = [4] * 84 + [2] * 12
    quiet, as_told = (
        judged(rows("Stop", [*half, *[0] * 8])),
        judged(rows("Stop", [*half, *[2] * 8])),
    )
    frozen = replace(
        told(8 * WEEK), onset=AS_OF - 20 * WEEK, baseline_per_week=4.0, remaining_share=0.5
    )
    fine = said("nothing wrong", 7 * WEEK)
    history = replace(LATER, checkins=(frozen,), touches=(fine,))
    assert fate(planned(quiet, history)) == ["worse"]
    assert fate(planned(as_told, history)) == ["asleep"]


def test_a_complaint_is_told_first_and_every_week_until_it_is_answered() -> None:
    complaint = said("", timedelta(days=3), kind="complaint")
    opened = CheckIn("Stop", "Stop", ANN, Kind.COMPLAINT, complaint.touched_on)
    first = after(opened, complaint)
    assert fate(first) == ["opened"]
    [kept] = first.opened
    week_ago = replace(kept, opened_on=AS_OF - WEEK, notified_on=AS_OF - WEEK)
    early = replace(complaint, touched_on=AS_OF - WEEK)
    assert fate(after(week_ago, early)) == ["unanswered"]
    assert after(week_ago, early).listed == [week_ago]
    visited = after(week_ago, early, said("could not reach", TODAY))
    assert fate(visited) == ["waiting"]
    assert fate(after(week_ago, early, said("resolved", TODAY))) == ["answered"]


def test_a_complaint_takes_over_an_open_drift_whatever_the_counts_say() -> None:
    plan = after(told(WEEK), said("complaint", timedelta(days=1)))
    assert fate(plan) == ["opened"]
    [taken] = plan.opened
    assert (taken.kind, taken.id, taken.notified_on) == ("complaint", 1, AS_OF)
    assert taken.onset is not None


def test_what_was_done_before_a_complaint_neither_answers_nor_hides_it() -> None:
    complained = said("complaint", WEEK)
    taken = told(3 * WEEK, kind="complaint")
    assert fate(after(taken, said("could not reach", 2 * WEEK), complained)) == ["unanswered"]
    assert fate(after(taken, said("nothing wrong", 2 * WEEK), complained)) == ["unanswered"]
    assert fate(after(taken, complained, said("could not reach", TODAY))) == ["waiting"]


def test_nothing_hides_a_complaint_and_one_put_to_sleep_before_wakes() -> None:
    complained = said("complaint", WEEK)
    taken = told(3 * WEEK, kind="complaint")
    away = said("vacation", TODAY, until=AS_OF + 9 * WEEK)
    slept = Snooze("Stop", AS_OF - timedelta(days=1), AS_OF + 9 * WEEK)
    for hiding in (said("nothing wrong", TODAY), away, slept):
        assert fate(after(taken, complained, hiding)) == ["unanswered"]
    visit = replace(said("could not reach", TODAY), snooze_until=AS_OF + WEEK)
    assert fate(after(taken, complained, visit)) == ["unanswered"]


def test_a_complaint_stays_open_when_its_row_leaves_the_source() -> None:
    taken = told(3 * WEEK, kind="complaint")
    assert fate(after(taken)) == ["unanswered"]
    old = replace(said("access", 9 * WEEK), resolved_on=AS_OF - 8 * WEEK)
    assert fate(after(taken, old)) == ["unanswered"]
    assert fate(after(taken, said("resolved", TODAY))) == ["answered"]
    row = replace(said("complaint", WEEK), resolved_on=AS_OF)
    assert fate(after(taken, row)) == ["answered"]
    assert fate(after(taken, replace(row, resolved_on=AS_OF + TODAY + WEEK))) == ["unanswered"]


def test_who_was_told_as_stopped_answered_for_and_silent_since_is_no_new_drop() -> None:
    answered = told(9 * WEEK, state="closed", resolved_on=AS_OF - 8 * WEEK, outcome="access")
    later_onset = judged(rows("Stop", STOPPED))
    stopped = replace(answered, remaining_share=0.0)
    assert fate(planned(later_onset, replace(LATER, checkins=(stopped,)))) == []
    sent_since = replace(stopped, resolved_on=AS_OF - 12 * WEEK)
    assert fate(planned(later_onset, replace(LATER, checkins=(sent_since,)))) == ["opened"]


def test_no_complaint_check_in_recovers_by_counts() -> None:
    steady = judged(rows("Stop", [3] * 104))
    complaint = said("complaint", 20 * WEEK)
    frozen = replace(told(20 * WEEK), kind=Kind.COMPLAINT, onset=AS_OF - 30 * WEEK)
    plan = planned(steady, replace(LATER, checkins=(frozen,), touches=(complaint,)))
    assert fate(plan) == ["unanswered"]
