"""What people decided about who looks after what wins over the directory, the latest first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.directory import Liaison, Practice
from quietdrop.domain.staffing import (
    assigned,
    cover_value,
    liaison_value,
    read_cover,
    read_liaison,
    staffed,
)

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
    away = staffed({ANN: Liaison(ANN, "Ann")}, [decide(DecisionKind.COVER, ANN, value)])
    assert away[ANN] == Liaison(ANN, "Ann", away_from=DAY, away_to=last, cover=BEN)


def test_who_is_in_no_table_can_be_staffed_too() -> None:
    value = cover_value(BEN, DAY, None)
    assert staffed({}, [decide(DecisionKind.COVER, ANN, value)])[ANN].cover == BEN


def test_a_territory_goes_to_its_liaison_but_for_what_was_given_one_by_one() -> None:
    north = {p: Practice(p, p, liaison=ANN, territory="North") for p in ("P1", "P2")}
    practices = north | {"P3": Practice("P3", "P3", liaison=ANN, territory="South")}
    one = decide(DecisionKind.ASSIGNMENT, "P1", ANN)
    given = decide(DecisionKind.TERRITORY, "North", BEN)
    for order in ([one, given], [given, one]):
        heirs = {key: each.liaison for key, each in assigned(practices, order, {}).items()}
        assert heirs == {"P1": ANN, "P2": BEN, "P3": ANN}
    again = decide(DecisionKind.TERRITORY, "North", ANN)
    assert assigned(practices, [given, again], {})["P2"].liaison == ANN


def test_practices_without_a_territory_are_nobodys_territory() -> None:
    practices = {"P1": Practice("P1", "P1", liaison=ANN)}
    assert assigned(practices, [decide(DecisionKind.TERRITORY, "North", BEN)], {}) == practices


@pytest.mark.parametrize(
    ("budget", "name"), [(4, "Ann Whitaker"), (None, "Ann Whitaker"), (0, ""), (None, "4 Ann")]
)
def test_a_liaisons_name_and_budget_are_kept_as_they_are(budget: int | None, name: str) -> None:
    assert read_liaison(liaison_value(budget, name)) == (budget, name)


def test_what_was_decided_about_a_liaison_wins_and_what_is_open_stays() -> None:
    listed = {ANN: Liaison(ANN, "Ann", budget=6)}
    fewer = decide(DecisionKind.LIAISON, ANN, liaison_value(4, ""))
    called = decide(DecisionKind.LIAISON, ANN, liaison_value(None, "Ann Whitaker"))
    assert staffed(listed, [fewer])[ANN] == Liaison(ANN, "Ann", budget=4)
    assert staffed(listed, [fewer, called])[ANN] == Liaison(ANN, "Ann Whitaker", budget=4)
    assert staffed({}, [called])[ANN] == Liaison(ANN, "Ann Whitaker")
