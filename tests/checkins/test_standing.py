"""How open check-ins stand on a day: seen, asleep, aging, without a home; and their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from quietdrop.checkins.standing import Standing, standings_of
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, Touch

ANN = "ann@example.com"
OPENED = date(2026, 6, 1)
TODAY = date(2026, 6, 29)
DAY = timedelta(days=1)
WEEK = 7 * DAY
DRIFT = CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, OPENED, notified_on=OPENED)
REMINDED = replace(DRIFT, reminded_on=TODAY - WEEK)


def standing(checkin: CheckIn, *touches: Touch, snoozes: tuple[Snooze, ...] = ()) -> Standing:
    [one] = standings_of([checkin], touches, snoozes, TODAY)
    return one


def said(outcome: str, on: date = TODAY, practice: str = "P1") -> Touch:
    return Touch(on, practice, ANN, "call", "", outcome)


def test_one_that_nobody_touched() -> None:
    assert standing(DRIFT) == Standing(DRIFT, False, None, needs_home=False, is_aging=False)


@pytest.mark.parametrize(("days", "aging"), [(6, False), (7, True), (8, True)])
def test_it_ages_a_week_after_its_reminder(days: int, aging: bool) -> None:
    assert standing(replace(DRIFT, reminded_on=TODAY - days * DAY)).is_aging is aging


def test_one_that_was_seen_or_sleeps_does_not_age() -> None:
    seen = standing(REMINDED, said("could not reach"))
    assert (seen.seen, seen.is_aging) == (True, False)
    asleep = standing(REMINDED, snoozes=(Snooze("P1", OPENED - DAY, TODAY + DAY),))
    assert (asleep.seen, asleep.is_aging, asleep.asleep_until) == (False, False, TODAY + DAY)


@pytest.mark.parametrize(
    ("start", "end", "sleeps"),
    [(0, 1, True), (1, 2, False), (-1, 0, False), (-9, 1, True)],
)
def test_it_sleeps_from_the_first_day_to_the_day_before_the_last(
    start: int, end: int, sleeps: bool
) -> None:
    snooze = Snooze("P1", TODAY + start * DAY, TODAY + end * DAY)
    until = standing(DRIFT, snoozes=(snooze,)).asleep_until
    assert until == (TODAY + end * DAY if sleeps else None)


def test_of_several_snoozes_the_longest_counts_and_none_hides_a_complaint() -> None:
    snoozes = (Snooze("P1", OPENED, TODAY + WEEK), Snooze("P1", OPENED, TODAY + DAY))
    assert standing(DRIFT, snoozes=snoozes).asleep_until == TODAY + WEEK
    assert standing(replace(DRIFT, kind=Kind.COMPLAINT), snoozes=snoozes).asleep_until is None


def test_another_practices_touches_and_snoozes_do_not_count() -> None:
    snooze = Snooze("P2", OPENED, TODAY + WEEK)
    one = standing(REMINDED, said("not mine", practice="P2"), snoozes=(snooze,))
    assert one == Standing(REMINDED, False, None, needs_home=False, is_aging=True)
    assert standing(DRIFT, said("not mine")).needs_home


def test_complaints_stand_first_then_the_oldest() -> None:
    old = replace(DRIFT, practice_id="P2", opened_on=OPENED - WEEK)
    complaint = replace(DRIFT, practice_id="P3", kind=Kind.COMPLAINT, opened_on=TODAY)
    order = [s.checkin for s in standings_of([DRIFT, old, complaint], [], [], TODAY)]
    assert order == [complaint, old, DRIFT]
