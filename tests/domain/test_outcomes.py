"""What follows from each thing that a liaison can learn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from quietdrop.checkins.history import History
from quietdrop.checkins.touches import (
    checkin_after,
    checkin_after_all,
    gone,
    in_order,
    is_unassigned,
    reopened,
    snoozes_from,
    unresolved,
    was_seen,
)
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.outcomes import (
    HIDES_A_COMPLAINT,
    OUTCOMES,
    consequence,
    fault,
    named,
    refusal,
)

DAY = date(2026, 7, 6)
LATER = DAY + timedelta(days=3)
ANN = "ann@example.com"
DRIFT = CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, DAY, onset=DAY, notified_on=DAY, id=1)
COMPLAINT = replace(DRIFT, kind=Kind.COMPLAINT)
PAGE = (Path(__file__).parents[2] / "docs" / "outcomes.md").read_text(encoding="utf-8")


def said(outcome: str, on: date = LATER, until: date | None = None, kind: str = "call") -> Touch:
    return Touch(on, "P1", ANN, kind, "Dana", outcome, snooze_until=until)


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_outcome_is_documented_with_what_follows(name: str) -> None:
    [line] = [row for row in PAGE.splitlines() if row.startswith(f"| {name} |")]
    assert f"| {OUTCOMES[name].follows} |" in line


@pytest.mark.parametrize(
    "name", ["access", "report-back", "staff change", "seasonal", "competitor named"]
)
def test_a_reason_closes_a_drift_but_not_a_complaint(name: str) -> None:
    closed = checkin_after(DRIFT, said(name))
    assert closed == replace(DRIFT, state=State.CLOSED, resolved_on=LATER, outcome=name)
    assert checkin_after(COMPLAINT, said(name)) == COMPLAINT
    assert "complaint is resolved" in consequence(OUTCOMES[name], COMPLAINT)
    assert consequence(OUTCOMES[name], closed) == OUTCOMES[name].then
    assert set(gone([said(name)])) == set()


@pytest.mark.parametrize("name", ["moved", "retired", "acquired"])
@pytest.mark.parametrize("checkin", [DRIFT, COMPLAINT])
def test_who_is_gone_is_closed_for_good(name: str, checkin: CheckIn) -> None:
    closed = checkin_after(checkin, said(name))
    assert closed == replace(checkin, state=State.CLOSED, resolved_on=LATER, outcome=name)
    assert checkin_after(None, said(name)) is None
    assert set(gone([said(name)])) == {"P1"}


def test_a_vacation_hides_until_the_given_day_and_closes_nothing() -> None:
    away = said("vacation", until=LATER + timedelta(days=1))
    assert checkin_after(DRIFT, away) == DRIFT
    assert list(snoozes_from([away])) == [
        Snooze("P1", LATER, LATER + timedelta(days=1), "vacation"),
    ]
    assert fault(away) == ""
    assert fault(said("vacation")) == "vacation without a day until which"
    assert fault(said("vacation", until=LATER)) == "snoozed until a day that is not later"
    assert list(snoozes_from([said("vacation", until=LATER)])) == []


def test_nothing_wrong_hides_for_eight_weeks_or_for_as_long_as_was_said() -> None:
    assert checkin_after(DRIFT, said("nothing wrong")) == DRIFT
    [slept] = snoozes_from([said("nothing wrong")])
    assert slept.until == LATER + timedelta(weeks=8)
    assert "8 weeks" in consequence(OUTCOMES["nothing wrong"], DRIFT)
    assert "8 weeks" not in consequence(OUTCOMES["nothing wrong"], DRIFT, dated=True)
    [longer] = snoozes_from([said("nothing wrong", until=LATER + timedelta(weeks=9))])
    assert longer.until == LATER + timedelta(weeks=9)


@pytest.mark.parametrize("name", ["could not reach", "not mine"])
def test_what_answers_nothing_keeps_it_open_and_hides_nothing(name: str) -> None:
    assert checkin_after(DRIFT, said(name)) == DRIFT
    assert checkin_after(COMPLAINT, said(name)) == COMPLAINT
    assert list(snoozes_from([said(name)])) == []


@pytest.mark.parametrize("complaint", [said("complaint"), said("", kind="complaint")])
def test_a_complaint_opens_a_check_in_the_same_day_or_takes_over_the_open_one(
    complaint: Touch,
) -> None:
    opened = checkin_after(None, complaint)
    assert opened == CheckIn("P1", "P1", ANN, Kind.COMPLAINT, LATER)
    taken = checkin_after(DRIFT, complaint)
    assert taken == replace(DRIFT, kind=Kind.COMPLAINT, notified_on=None)
    assert checkin_after(COMPLAINT, complaint) == COMPLAINT


def test_only_a_later_word_resolves_a_complaint() -> None:
    complaint = said("complaint")
    assert unresolved([complaint], LATER) == {"P1"}
    assert unresolved([complaint, said("resolved")], LATER) == set()
    assert unresolved([said("resolved"), complaint], LATER) == {"P1"}
    earlier = said("resolved", on=LATER - timedelta(days=1))
    assert unresolved([complaint, earlier], LATER) == {"P1"}
    assert unresolved([complaint, said("access")], LATER) == {"P1"}
    elsewhere = replace(said("resolved"), practice_id="P2")
    assert unresolved([complaint, elsewhere], LATER) == {"P1"}


def test_a_complaint_that_its_own_row_says_is_resolved_waits_until_that_day() -> None:
    complaint = replace(said("complaint"), resolved_on=LATER + timedelta(days=2))
    assert unresolved([complaint], LATER + timedelta(days=1)) == {"P1"}
    assert unresolved([complaint], LATER + timedelta(days=2)) == set()


def test_resolved_closes_a_complaint_and_a_drift() -> None:
    for checkin in (COMPLAINT, DRIFT):
        closed = checkin_after(checkin, said("resolved"))
        assert closed == replace(checkin, state=State.CLOSED, resolved_on=LATER, outcome="resolved")


def test_what_was_closed_by_mistake_is_opened_by_a_later_word() -> None:
    retired, back = said("retired"), said("reopened")
    assert set(gone([retired, back])) == set()
    assert set(gone([back, retired])) == {"P1"}
    assert set(gone([retired, said("reopened", on=LATER - timedelta(days=1))])) == {"P1"}
    assert set(gone([retired, replace(back, practice_id="P2")])) == {"P1"}
    assert reopened([retired, back]) == {"P1": LATER}
    assert checkin_after(DRIFT, back) == DRIFT


def test_acquired_is_who_was_said_to_be_so_last() -> None:
    bought = said("Acquired")
    assert History(touches=(bought,)).acquired == {"P1"}
    assert History(touches=(said("retired"),)).acquired == set()
    assert (
        History(
            touches=(
                bought,
                said("retired", on=LATER + timedelta(days=1)),
            )
        ).acquired
        == set()
    )
    assert (
        History(
            touches=(
                bought,
                said("reopened", on=LATER + timedelta(days=1)),
            )
        ).acquired
        == set()
    )


def test_a_mere_touch_changes_nothing() -> None:
    for outcome in ("", "they were friendly"):
        assert checkin_after(DRIFT, said(outcome)) == DRIFT
        assert checkin_after(None, said(outcome)) is None
    assert fault(said("")) == ""
    assert fault(said("they were friendly")) == "outcome not known"


@pytest.mark.parametrize("text", ["Staff Change", " staff_change ", "STAFF CHANGE"])
def test_an_outcome_is_known_however_it_is_spelled(text: str) -> None:
    assert named(text) is OUTCOMES["staff change"]
    closed = checkin_after(DRIFT, said(text))
    assert closed is not None
    assert closed.outcome == "staff change"


def test_touches_count_from_the_day_of_the_opening_and_in_their_order() -> None:
    before = said("access", on=DAY - timedelta(days=1))
    assert checkin_after_all(DRIFT, [before]) == DRIFT
    assert checkin_after_all(DRIFT, [said("access", on=DAY)]).state == "closed"
    both = [said("retired", on=DAY + timedelta(days=2)), said("access", on=DAY)]
    assert checkin_after_all(DRIFT, in_order(both)).outcome == "access"


def test_each_practice_has_its_own_touches_in_the_order_of_their_days() -> None:
    first, second = said("access", on=DAY), said("retired", on=LATER)
    elsewhere = replace(first, practice_id="P2")
    history = History(touches=(second, elsewhere, first))
    assert history.touches_of == {"P1": [first, second], "P2": [elsewhere]}
    assert History(touches=(first, replace(first, kind="visit"))).touches_of["P1"][0] == first


def test_a_complaint_is_not_resolved_by_what_was_said_before_it() -> None:
    touches = [said("resolved", on=DAY), said("complaint", on=DAY)]
    assert checkin_after_all(COMPLAINT, touches) == COMPLAINT
    assert checkin_after_all(COMPLAINT, [*touches, said("resolved", on=DAY)]).state == "closed"


def test_a_check_in_was_seen_when_anything_was_done_since_it_opened() -> None:
    visit = Touch(DAY, "P1", ANN, "visit")
    assert was_seen(DRIFT, [visit])
    assert not was_seen(DRIFT, [replace(visit, touched_on=DAY - timedelta(days=1))])
    assert not was_seen(DRIFT, [replace(visit, kind="complaint")])
    assert not was_seen(DRIFT, [replace(visit, outcome="complaint")])
    assert was_seen(DRIFT, [], [Snooze("P1", DAY, LATER)])
    assert not was_seen(DRIFT, [], [Snooze("P1", DAY - timedelta(days=1), LATER)])


def test_what_was_done_before_a_complaint_answers_and_hides_none() -> None:
    visit, complaint = said("could not reach", DAY), said("complaint", LATER)
    slept = Snooze("P1", DAY, DAY + timedelta(weeks=8))
    assert was_seen(DRIFT, [visit], [slept])
    assert not was_seen(COMPLAINT, [visit, complaint], [slept])
    called = replace(visit, touched_on=LATER)
    assert was_seen(COMPLAINT, [visit, complaint, called], [slept])
    assert not was_seen(COMPLAINT, [visit, complaint], [replace(slept, from_on=LATER)])
    assert not was_seen(COMPLAINT, [complaint, said("nothing wrong")])


def test_what_would_hide_a_complaint_is_refused() -> None:
    until = LATER + timedelta(days=9)
    for hiding in (
        said("nothing wrong"),
        said("vacation", until=until),
        said("access", until=until),
    ):
        assert refusal(hiding, COMPLAINT) == HIDES_A_COMPLAINT
        assert refusal(hiding, DRIFT) == ""
        assert refusal(hiding, None) == ""
    for allowed in (said("resolved"), said("retired"), said("could not reach"), said("complaint")):
        assert refusal(allowed, COMPLAINT) == ""
    assert refusal(said("vacation"), DRIFT) == "vacation without a day until which"


def test_a_practice_needs_a_home_once_somebody_says_that_it_is_not_hers() -> None:
    assert is_unassigned(DRIFT, [said("not mine")])
    assert is_unassigned(DRIFT, [said("Not_Mine")])
    assert not is_unassigned(DRIFT, [said("not mine", DAY - timedelta(days=1))])
    assert not is_unassigned(DRIFT, [said("could not reach")])
