"""What touches say of a practice and its check-in: each rule, on both sides of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from quietdrop.checkins.touches import (
    checkin_after,
    checkin_after_all,
    complaint_is_resolved,
    gone,
    in_order,
    is_unassigned,
    reopened,
    snoozes_from,
    that_count,
    unresolved,
    was_seen,
)
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch

ANN = "ann@example.com"
OPENED = date(2026, 6, 1)
DAY = timedelta(days=1)
DRIFT = CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, OPENED, notified_on=OPENED)
COMPLAINT = replace(DRIFT, kind=Kind.COMPLAINT)


def said(outcome: str, after: int = 0, kind: str = "call", practice: str = "P1") -> Touch:
    """A touch so many days after the opening."""
    return Touch(OPENED + after * DAY, practice, ANN, kind, "", outcome)


def test_touches_of_a_day_stay_as_they_came() -> None:
    late, first, second = said("access", 1), said("moved"), said("reopened")
    assert in_order([late, first, second]) == [first, second, late]


def test_a_complaint_opens_a_check_in_that_nobody_was_told_of() -> None:
    touch = said("complaint", 3)
    assert checkin_after(None, touch) == CheckIn(
        "P1", "P1", ANN, Kind.COMPLAINT, touch.touched_on, notified_on=None
    )
    assert checkin_after(None, said("", kind="complaint")) is not None
    assert checkin_after(None, said("access")) is None


def test_a_complaint_turns_an_open_drift_into_one_and_leaves_an_open_complaint() -> None:
    assert checkin_after(DRIFT, said("complaint")) == replace(COMPLAINT, notified_on=None)
    assert checkin_after(COMPLAINT, said("complaint")) == COMPLAINT


@pytest.mark.parametrize(
    ("outcome", "drift", "complaint"),
    [
        ("access", "closed", "open"),
        ("moved", "closed", "closed"),
        ("resolved", "closed", "closed"),
        ("nothing wrong", "open", "open"),
        ("could not reach", "open", "open"),
        ("reopened", "open", "open"),
        ("no such word", "open", "open"),
        ("", "open", "open"),
    ],
)
def test_what_closes_a_drift_and_what_a_complaint(outcome: str, drift: str, complaint: str) -> None:
    for checkin, state in ((DRIFT, drift), (COMPLAINT, complaint)):
        closed = replace(checkin, state=State.CLOSED, resolved_on=OPENED + DAY, outcome=outcome)
        expected = closed if state == "closed" else checkin
        assert checkin_after(checkin, said(outcome, 1)) == expected


def test_only_touches_from_the_opening_on_close_it_and_the_first_that_does() -> None:
    assert checkin_after_all(DRIFT, [said("access", -1)]) == DRIFT
    assert checkin_after_all(DRIFT, [said("access", 0)]).resolved_on == OPENED
    both = checkin_after_all(DRIFT, [said("access", 1), said("complaint", 2), said("moved", 3)])
    assert (both.outcome, both.kind, both.resolved_on) == ("access", "drift", OPENED + DAY)


def test_a_touch_before_the_complaint_does_not_answer_it() -> None:
    assert checkin_after_all(COMPLAINT, [said("resolved", 1), said("complaint", 2)]) == COMPLAINT
    answered = checkin_after_all(COMPLAINT, [said("complaint", 1), said("resolved", 2)])
    assert (answered.state, answered.outcome) == ("closed", "resolved")


@pytest.mark.parametrize(("resolved", "waits"), [(-1, False), (0, False), (1, True)])
def test_a_complaint_waits_until_its_day_of_resolution(resolved: int, waits: bool) -> None:
    touch = replace(said("complaint"), resolved_on=OPENED + resolved * DAY)
    assert unresolved([touch], OPENED) == ({"P1"} if waits else set())


def test_a_later_word_resolves_a_complaint_and_an_earlier_does_not() -> None:
    complained, resolved = said("complaint"), said("resolved", 1)
    other = said("complaint", practice="P2")
    assert unresolved([resolved, complained, other], OPENED + DAY) == {"P2"}
    assert unresolved([complained, said("resolved", -1)], OPENED) == {"P1"}
    assert unresolved([said("access")], OPENED) == set()


def test_gone_is_what_was_last_said_for_good_unless_it_was_a_mistake() -> None:
    moved, retired = said("moved"), said("retired", 1)
    assert gone([retired, moved]) == {"P1": "retired"}
    assert gone([moved, said("reopened", 1), said("retired", 0, practice="P2")]) == {
        "P2": "retired"
    }
    assert gone([said("reopened"), said("moved", 1)]) == {"P1": "moved"}
    assert gone([said("access"), said("reopened")]) == {}


def test_the_last_reopening_counts() -> None:
    touches = [said("reopened", 5), said("reopened", 2), said("moved", 9, practice="P2")]
    assert reopened(touches) == {"P1": OPENED + 5 * DAY}


def test_a_touch_hides_until_its_own_day_or_as_long_as_its_outcome_does() -> None:
    vacation = replace(said("vacation"), snooze_until=OPENED + DAY)
    nothing = said("nothing wrong", 2)
    visit = replace(said("", kind="visit"), snooze_until=OPENED + 9 * DAY)
    assert list(snoozes_from([vacation, nothing, visit, said("access")])) == [
        Snooze("P1", OPENED, OPENED + DAY, "vacation"),
        Snooze("P1", OPENED + 2 * DAY, OPENED + 58 * DAY, "nothing wrong"),
        Snooze("P1", OPENED, OPENED + 9 * DAY, "visit"),
    ]


def test_a_day_that_is_not_later_and_a_vacation_without_one_hide_nothing() -> None:
    same_day = replace(said("vacation"), snooze_until=OPENED)
    assert list(snoozes_from([same_day, said("vacation")])) == []


def test_what_was_done_before_the_last_complaint_does_not_count_for_it() -> None:
    touches = [said("access", 1), said("complaint", 2), said("complaint", 3), said("moved", 4)]
    snooze = Snooze("P1", OPENED, OPENED + 9 * DAY)
    assert that_count(DRIFT, touches, [snooze]) == (touches, [snooze])
    assert that_count(COMPLAINT, touches, [snooze]) == (touches[3:], [])
    assert that_count(COMPLAINT, touches[:1], [snooze]) == (touches[:1], [])


@pytest.mark.parametrize(("after", "seen"), [(-1, False), (0, True), (1, True)])
def test_what_is_done_from_the_day_of_opening_is_seen(after: int, seen: bool) -> None:
    assert was_seen(DRIFT, [said("could not reach", after)]) is seen
    assert was_seen(COMPLAINT, [said("could not reach", after)]) is seen
    snooze = Snooze("P1", OPENED + after * DAY, OPENED + 30 * DAY)
    assert was_seen(DRIFT, [], [snooze]) is seen
    assert not was_seen(COMPLAINT, [], [snooze])


def test_a_complaint_is_not_seen_by_being_told_or_hidden() -> None:
    assert not was_seen(DRIFT, [said("complaint", 1)])
    assert not was_seen(COMPLAINT, [said("nothing wrong", 1)])
    assert was_seen(DRIFT, [said("nothing wrong", 1)])


@pytest.mark.parametrize(("after", "needs_home"), [(-1, False), (0, True), (1, True)])
def test_not_mine_counts_from_the_day_of_opening(after: int, needs_home: bool) -> None:
    assert is_unassigned(DRIFT, [said("access", 1), said("not mine", after)]) is needs_home
    assert not is_unassigned(DRIFT, [said("access", after)])


@pytest.mark.parametrize(("after", "resolved"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_resolution_counts_from_the_opening_to_today(after: int, resolved: bool) -> None:
    today = OPENED + 5 * DAY
    assert complaint_is_resolved(COMPLAINT, [said("resolved", after)], today) is resolved
    assert not complaint_is_resolved(COMPLAINT, [said("access", after)], today)


def test_only_what_follows_the_last_complaint_resolves_it() -> None:
    today = OPENED + 9 * DAY
    early = [said("complaint", 0), said("resolved", 1), said("complaint", 2)]
    assert not complaint_is_resolved(COMPLAINT, early, today)
    assert complaint_is_resolved(COMPLAINT, [*early, said("resolved", 3)], today)


@pytest.mark.parametrize(("resolved", "is_resolved"), [(4, True), (5, True), (6, False)])
def test_the_complaint_s_own_day_of_resolution_counts_once_it_has_come(
    resolved: int, is_resolved: bool
) -> None:
    complained = replace(said("complaint"), resolved_on=OPENED + resolved * DAY)
    assert complaint_is_resolved(COMPLAINT, [complained], OPENED + 5 * DAY) is is_resolved


def test_without_a_complaint_among_them_every_touch_counts() -> None:
    touches = [said("access", 1), said("moved", 2), said("could not reach", 3)]
    assert that_count(COMPLAINT, touches) == (touches, [])
    assert complaint_is_resolved(
        COMPLAINT, [said("resolved", 1), said("access", 2)], OPENED + 9 * DAY
    )


def test_a_complaint_of_before_the_opening_carries_its_own_resolution() -> None:
    complained = replace(said("complaint", -3), resolved_on=OPENED)
    assert complaint_is_resolved(COMPLAINT, [complained], OPENED)
