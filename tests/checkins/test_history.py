"""What was known before a day: each record on both sides of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from quietdrop.checkins.history import History, history_as_of
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.promise import Promise

ANN = "ann@example.com"
AS_OF = date(2026, 7, 6)
DAY = timedelta(days=1)
DRIFT = CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, AS_OF - 30 * DAY, notified_on=AS_OF - 30 * DAY)
COMPLAINT = replace(DRIFT, kind=Kind.COMPLAINT)


def before(*checkins: CheckIn) -> tuple[CheckIn, ...]:
    return history_as_of(History(checkins=checkins), AS_OF).checkins


@pytest.mark.parametrize(
    ("ago", "drift", "complaint"), [(1, True, True), (0, False, True), (-1, False, False)]
)
def test_a_drift_of_the_day_is_not_told_yet_and_a_complaint_of_it_is_open(
    ago: int, drift: bool, complaint: bool
) -> None:
    for checkin, stays in ((DRIFT, drift), (COMPLAINT, complaint)):
        opened = replace(checkin, opened_on=AS_OF - ago * DAY, notified_on=None)
        assert before(opened) == ((opened,) if stays else ())


@pytest.mark.parametrize(
    ("state", "ago", "is_open"),
    [
        ("recovered", 1, False),
        ("recovered", 0, True),
        ("recovered", -1, True),
        ("closed", 1, False),
        ("closed", 0, False),
        ("closed", -1, True),
    ],
)
def test_a_run_finds_a_recovery_itself_and_knows_what_was_answered_that_day(
    state: State, ago: int, is_open: bool
) -> None:
    outcome = "access" if state == "closed" else ""
    ended = replace(DRIFT, state=state, resolved_on=AS_OF - ago * DAY, outcome=outcome)
    assert before(ended) == ((DRIFT if is_open else ended),)


@pytest.mark.parametrize(("ago", "kept"), [(1, True), (0, False), (-1, False)])
def test_what_is_told_that_day_or_later_is_not_told_yet(ago: int, kept: bool) -> None:
    day = AS_OF - ago * DAY
    reminded = replace(DRIFT, reminded_on=day)
    assert before(reminded) == ((reminded if kept else DRIFT),)
    announced = replace(COMPLAINT, notified_on=day)
    assert before(announced) == (announced if kept else replace(COMPLAINT, notified_on=None),)


def test_a_drift_keeps_the_day_on_which_it_was_told() -> None:
    told_anew = replace(DRIFT, notified_on=AS_OF)
    assert before(told_anew) == (told_anew,)


@pytest.mark.parametrize(("ago", "counts"), [(1, True), (0, True), (-1, False)])
def test_touches_snoozes_and_promises_of_the_day_count(ago: int, counts: bool) -> None:
    day = AS_OF - ago * DAY
    touch, snooze = Touch(day, "P1"), Snooze("P1", day, day + DAY)
    promise = Promise("P1", "send the form", day, day + DAY)
    history = History(touches=(touch,), snoozes=(snooze,), promises=(promise,))
    kept = history_as_of(history, AS_OF)
    assert kept.touches == ((touch,) if counts else ())
    assert kept.snoozes == ((snooze,) if counts else ())
    assert kept.promises == ((promise,) if counts else ())


@pytest.mark.parametrize(("ago", "kept"), [(1, True), (0, False)])
def test_a_promise_kept_that_day_is_still_open_and_what_was_left_out_then_unknown(
    ago: int, kept: bool
) -> None:
    day = AS_OF - ago * DAY
    promise = Promise("P1", "send the form", AS_OF - 9 * DAY, AS_OF, kept_on=day)
    unlisted = replace(DRIFT, state=State.LEFT_OUT, opened_on=day)
    known_before = history_as_of(History(promises=(promise,), unlisted=(unlisted,)), AS_OF)
    assert known_before.promises == ((promise if kept else replace(promise, kept_on=None)),)
    assert known_before.unlisted == ((unlisted,) if kept else ())


def test_what_touches_say_is_known_of_each_practice() -> None:
    acquired = Touch(AS_OF - DAY, "P1", outcome="acquired")
    retired = Touch(AS_OF - DAY, "P2", outcome="retired")
    earlier = Touch(AS_OF - 9 * DAY, "P1", outcome="nothing wrong")
    complaint = Touch(AS_OF, "P3", outcome="complaint", resolved_on=AS_OF + DAY)
    snooze = Snooze("P1", AS_OF, AS_OF + DAY)
    history = History(touches=(acquired, retired, earlier, complaint), snoozes=(snooze,))
    assert history.touches_of["P1"] == [earlier, acquired]
    assert history.acquired == {"P1"}
    assert history.gone == {"P1": "acquired", "P2": "retired"}
    assert [s.until for s in history.snoozes_of["P1"]] == [AS_OF + DAY, AS_OF + 47 * DAY]
    assert history.complaints(AS_OF) == {"P3"}
    assert history.complaints(AS_OF + DAY) == frozenset()
