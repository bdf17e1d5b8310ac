"""What is remembered of a practice's spellings, once they are put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from quietdrop.checkins.history import History
from quietdrop.checkins.joining import joined
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.decisions import Register, RegisteredPractice
from quietdrop.domain.identity import SAME_PRACTICE, Identity
from quietdrop.domain.promise import Promise
from quietdrop.domain.weekly import WeeklyCounts

ANN = "ann@example.com"
AS_OF = date(2026, 7, 6)
WEEK = timedelta(weeks=1)
OLD = CheckIn("P1", "Lakeside", ANN, Kind.DRIFT, AS_OF - 3 * WEEK, id=1)
NEW = replace(OLD, practice_id="P1x", opened_on=AS_OF - WEEK, id=2)
IDENTITY = Identity(keys={"P1x": "P1"}, excluded=frozenset({"fax"}))


def checkins_of(*checkins: CheckIn) -> tuple[CheckIn, ...]:
    return joined(History(checkins=checkins), IDENTITY, AS_OF).checkins


def closed(checkin: CheckIn) -> CheckIn:
    return replace(
        checkin, practice_id="P1", state=State.CLOSED, resolved_on=AS_OF, outcome=SAME_PRACTICE
    )


def test_of_two_open_ones_the_oldest_stays_in_any_order() -> None:
    assert checkins_of(OLD, NEW) == (OLD, closed(NEW))
    assert checkins_of(NEW, OLD) == (closed(NEW), OLD)


def test_of_one_day_the_first_kept_stays() -> None:
    same_day = replace(NEW, opened_on=OLD.opened_on)
    assert checkins_of(same_day, OLD) == (closed(same_day), OLD)


def test_it_stays_as_a_complaint_where_one_of_them_is() -> None:
    complaint = replace(NEW, kind=Kind.COMPLAINT)
    assert checkins_of(OLD, complaint) == (replace(OLD, kind=Kind.COMPLAINT), closed(complaint))


def test_what_is_closed_stays_so_and_another_practice_is_left_alone() -> None:
    answered = replace(OLD, state=State.CLOSED, outcome="access", resolved_on=AS_OF - WEEK)
    other = replace(OLD, practice_id="P2", id=3)
    assert checkins_of(answered, NEW, other) == (answered, replace(NEW, practice_id="P1"), other)


def test_touches_and_snoozes_go_to_the_key_and_those_of_no_practice_go() -> None:
    touches = tuple(Touch(AS_OF, name) for name in ("P1x", "P2", "fax"))
    snoozes = tuple(Snooze(name, AS_OF, AS_OF + WEEK) for name in ("P1x", "P2", "fax"))
    history = joined(History(touches=touches, snoozes=snoozes), IDENTITY, AS_OF)
    assert [t.practice_id for t in history.touches] == ["P1", "P2"]
    assert [s.practice_id for s in history.snoozes] == ["P1", "P2"]
    assert history.not_practices == {"fax"}


def test_promises_and_what_was_not_listed_go_to_the_key_too() -> None:
    promises = tuple(Promise(name, "call", AS_OF, AS_OF + WEEK) for name in ("P1x", "P2", "fax"))
    history = joined(History(promises=promises, unlisted=(NEW,)), IDENTITY, AS_OF)
    assert [promise.practice_id for promise in history.promises] == ["P1", "P2"]
    assert history.unlisted == (replace(NEW, practice_id="P1"),)


def test_kept_counts_of_spellings_are_summed_and_those_of_no_practice_go() -> None:
    rows = [
        ("P1", "Lakeside", AS_OF - WEEK, 10, 2),
        ("P1x", "Lakeside Clinic", AS_OF, 10, 3),
        ("P1x", "Lakeside Clinic", AS_OF, 11, 1),
        ("P2", "Oak", AS_OF, 10, 4),
        ("fax", "Fax", AS_OF, 10, 9),
    ]
    columns = ["practice_id", "name", "seen_on", "week", "referrals"]
    kept = WeeklyCounts("mark", pd.DataFrame(rows, columns=columns))
    weekly = joined(History(weekly=kept), IDENTITY, AS_OF).weekly
    assert weekly is not None
    assert weekly.source == "mark"
    assert list(weekly.frame.columns) == columns
    assert sorted(weekly.frame.itertuples(index=False, name=None)) == [
        ("P1", "Lakeside Clinic", AS_OF, 10, 5),
        ("P1", "Lakeside Clinic", AS_OF, 11, 1),
        ("P2", "Oak", AS_OF, 10, 4),
    ]


def test_only_a_spelling_that_the_store_does_not_have_yet_has_just_come() -> None:
    assert joined(History(), IDENTITY, AS_OF).joined == frozenset()
    practices = (RegisteredPractice("P1"),)
    new = History(register=Register(practices))
    assert joined(new, IDENTITY, AS_OF).joined == {"P1"}
    handed_over = History(register=Register(practices, spellings=frozenset({"P1x"})))
    assert joined(handed_over, IDENTITY, AS_OF).joined == frozenset()


def test_kept_counts_in_which_nothing_is_another_spelling_stay_as_they_are() -> None:
    columns = ["practice_id", "name", "seen_on", "week", "referrals"]
    rows = [("P2", "Oak", AS_OF, 11, 1), ("P2", "Oak", AS_OF, 10, 4), ("fax", "Fax", AS_OF, 10, 9)]
    kept = WeeklyCounts("mark", pd.DataFrame(rows, columns=columns))
    weekly = joined(History(weekly=kept), IDENTITY, AS_OF).weekly
    assert weekly is not None
    assert list(weekly.frame.itertuples(index=False, name=None)) == rows[:2]


def test_of_one_day_one_that_was_not_kept_yet_stays_before_the_kept() -> None:
    unsaved, saved = (
        CheckIn("P1", "P1", "", Kind.DRIFT, AS_OF - WEEK, id=number) for number in (None, 1)
    )
    history = joined(History(checkins=(saved, unsaved)), IDENTITY, AS_OF)
    assert [c.state for c in history.checkins] == ["closed", "open"]
