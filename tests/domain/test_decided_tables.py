"""Decisions as rows of the directory's tables."""

from __future__ import annotations

from datetime import UTC, date, datetime

from quietdrop.domain.decided_tables import (
    closure_rows,
    liaison_rows,
    practice_rows,
    without_a_table,
)
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.directory import Liaison, Practice

DAY = date(2026, 7, 6)
ANN, BEA = "ann@clinic.example", "bea@clinic.example"
PRACTICES = {
    "P1": Practice("P1", "Lakeside", ANN, "North"),
    "P2": Practice("P2", "Hill", ANN, "North"),
    "P3": Practice("P3", "Grove", ANN, "South"),
}


def decided(kind: DecisionKind, subject: str, value: str) -> Decision:
    return Decision(kind, subject, value, DAY, "m", datetime(2026, 7, 6, tzinfo=UTC))


def test_a_territory_is_a_row_for_each_practice_but_those_given_one_by_one() -> None:
    decisions = [
        decided(DecisionKind.ASSIGNMENT, "P2", "cleo@clinic.example"),
        decided(DecisionKind.TERRITORY, "North", BEA),
    ]
    assert list(practice_rows(PRACTICES, decisions, {})) == [
        ("P1", "Lakeside", "North", BEA, ""),
        ("P2", "Hill", "North", "cleo@clinic.example", ""),
    ]


def test_aliases_stand_in_one_cell_beside_the_liaison_of_the_directory() -> None:
    decisions = [
        decided(DecisionKind.ALIAS, "Grove Clinic", "P3"),
        decided(DecisionKind.ALIAS, "The Grove", "P3-old"),
        decided(DecisionKind.ALIAS, "Grove; Clinic", "P3"),
    ]
    rows = practice_rows(PRACTICES, decisions, {"P3-old": "P3"})
    assert list(rows) == [("P3", "Grove", "South", ANN, "Grove Clinic;The Grove")]
    assert without_a_table(decisions) == 1


def test_a_practice_that_is_not_known_any_more_is_not_dropped() -> None:
    decisions = [decided(DecisionKind.ASSIGNMENT, "P9", BEA)]
    assert list(practice_rows(PRACTICES, decisions, {})) == [("P9", "P9", "", BEA, "")]


def test_a_liaison_keeps_what_the_directory_says_and_no_decision_changes() -> None:
    liaisons = {ANN: Liaison(ANN, "Ann", budget=4), BEA: Liaison(BEA, "Bea")}
    decisions = [
        decided(DecisionKind.LIAISON, ANN, "- Ann W."),
        decided(DecisionKind.COVER, ANN, f"{BEA} 2026-07-10 2026-07-20"),
    ]
    away = (date(2026, 7, 10), date(2026, 7, 20))
    assert list(liaison_rows(liaisons, decisions)) == [(ANN, "Ann W.", 4, *away, BEA)]


def test_refusals_have_no_row() -> None:
    decisions = [
        decided(DecisionKind.CLOSURE, "West", "2026-07-03/2026-07-04"),
        decided(DecisionKind.REFUSED_CLOSURE, "", "2026-06-01/2026-06-01"),
        decided(DecisionKind.REFUSED_ALIAS, "P1", "P2"),
    ]
    rows = list(closure_rows(decisions))
    assert rows == [(date(2026, 7, 3), date(2026, 7, 4), "West")]
    assert without_a_table(decisions) == 2
