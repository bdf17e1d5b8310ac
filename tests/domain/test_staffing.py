"""What people decided about who looks after what wins over the directory, the latest first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.directory import Liaison, Practice
from quietdrop.domain.staffing import assigned, cover_value, covered, read_cover

DAY = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
ANN, BEN = "ann@example.com", "ben@example.com"


def decide(kind: DecisionKind, subject: str, value: str) -> Decision:
    return Decision(kind, subject, value, DAY, "mo", NOW)


def test_an_assignment_wins_over_the_directory_and_a_later_one_over_it() -> None:
    practices = {p: Practice(p, p, liaison=ANN) for p in ("P1", "P2")}
    to_ben = decide(DecisionKind.ASSIGNMENT, "P1", BEN)
    back = decide(DecisionKind.ASSIGNMENT, "P1", ANN)
    assert assigned(practices, [to_ben], {})["P1"].liaison == BEN
    assert assigned(practices, [to_ben], {})["P2"].liaison == ANN
    assert assigned(practices, [to_ben, back], {})["P1"].liaison == ANN


def test_an_assignment_follows_the_practice_to_its_key() -> None:
    practices = {"P1": Practice("P1", "Lakeside", liaison=ANN)}
    by_old_id = decide(DecisionKind.ASSIGNMENT, "P9", BEN)
    assert assigned(practices, [by_old_id], {"P9": "P1"})["P1"].liaison == BEN
    assert assigned(practices, [by_old_id], {}) == practices


def test_other_decisions_assign_nothing() -> None:
    practices = {"P1": Practice("P1", "Lakeside", liaison=ANN)}
    assert assigned(practices, [decide(DecisionKind.ALIAS, "P1", BEN)], {}) == practices


@pytest.mark.parametrize("last", [None, date(2026, 7, 20)])
def test_a_cover_holds_for_its_days(last: date | None) -> None:
    value = cover_value(BEN, DAY, last)
    assert read_cover(value) == (BEN, DAY, last)
    away = covered({ANN: Liaison(ANN, "Ann")}, [decide(DecisionKind.COVER, ANN, value)])
    assert away[ANN] == Liaison(ANN, "Ann", away_from=DAY, away_to=last, cover=BEN)


def test_who_is_in_no_table_can_be_covered_too() -> None:
    value = cover_value(BEN, DAY, None)
    assert covered({}, [decide(DecisionKind.COVER, ANN, value)])[ANN].cover == BEN
