"""Who looks after which practice on a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from quietdrop.checkins.roster import Roster
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.directory import Practice

ANN, BEN = "ann@x.example", "ben@x.example"
A = CheckIn("A", "As it was", ANN, Kind.DRIFT, date(2026, 7, 6))
ROSTER = Roster({"A": Practice("A", "Lake Clinic")}, {"A": BEN, "B": ""}, {BEN: 4})


def test_who_has_no_budget_of_her_own_has_the_general_one() -> None:
    assert ROSTER.budgets_of([ANN, BEN], 6) == {ANN: 6, BEN: 4}


def test_a_check_in_goes_by_the_directory_of_today() -> None:
    addressed = ROSTER.addressed(A)
    assert (addressed.practice_name, addressed.liaison) == ("Lake Clinic", BEN)
    unlisted = ROSTER.addressed(replace(A, practice_id="B"))
    assert (unlisted.practice_name, unlisted.liaison) == ("As it was", ANN)


def test_only_open_ones_that_change_hands_are_handed_over() -> None:
    hers = replace(A, practice_id="B")
    closed = replace(A, state=State.CLOSED)
    assert ROSTER.handed_over([A, hers, closed]) == [ROSTER.addressed(A)]
    assert ROSTER.handed_over([replace(A, liaison=BEN)]) == []
