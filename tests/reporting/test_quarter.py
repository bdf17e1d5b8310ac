"""The quarter's tables: who, what role, what kind, where; and how far the data reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.quarter_network import END, FIRST, Made, of, weekdays

from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.directory import Closure, Person, Practice

ANN = "ann@example.com"


def test_the_totals_are_whole_quarters_with_their_working_days() -> None:
    found = Made().quarter({date(2026, 5, 25)})
    assert (found.first, found.end) == (FIRST, END)
    assert [total.first for total in found.totals[:2]] == [FIRST, date(2026, 1, 1)]
    assert [total.working_days for total in found.totals[:2]] == [64, 64]
    assert len(found.totals) == 8
    assert all(total.is_whole for total in found.totals)
    assert found.totals[0].referrals == sum(tally.now for tally in found.parts["practice"])
    assert found.overall == "same"


def test_days_on_which_all_of_us_were_closed_are_no_working_days() -> None:
    made = Made()
    made.closures = [
        Closure(date(2026, 6, 1), date(2026, 6, 2)),
        Closure(date(2026, 6, 3), date(2026, 6, 3), "Salem"),
    ]
    assert made.quarter().totals[0].working_days == 63


def test_a_closure_without_an_end_is_counted_no_further_than_the_quarter() -> None:
    made, open_ended = Made(), Made()
    made.closures = [Closure(date(2026, 6, 1), date(2026, 6, 30))]
    open_ended.closures = [Closure(date(2026, 6, 1), date.max)]
    assert open_ended.quarter().totals[0].working_days == made.quarter().totals[0].working_days


@pytest.mark.parametrize(
    ("begins", "whole", "before"),
    [
        (date(2026, 1, 7), True, 39),
        (date(2026, 1, 8), True, None),
        (date(2026, 4, 7), True, None),
        (date(2026, 4, 8), False, None),
    ],
)
def test_a_quarter_that_the_data_begin_in_is_not_compared(
    begins: date, whole: bool, before: int | None
) -> None:
    made = Made(begins=begins, steady=5)
    made.on("FIRST", [begins])
    made.on("ONE", weekdays(begins, END)[-100:-65])
    found = made.quarter()
    assert found.totals[0].is_whole is whole
    first = of(found, "practice", "FIRST")
    assert (first.before is None) is (before is None)
    assert first.year is None
    assert found.knows_new is False
    if before is None:
        assert found.overall == ""
        assert not {"up", "down", "new"} & set(found.moves["practice"])


def test_before_a_first_quarter_is_over_there_is_nothing_to_show() -> None:
    begins = date(2026, 7, 1)
    assert Made(begins=begins, as_of=date(2026, 9, 30), steady=3).quarter_or_none() is None
    made = Made(begins=begins, as_of=date(2026, 10, 1), steady=3).quarter()
    assert made.first == begins
    last_day = Made(begins=date(2026, 6, 30), as_of=date(2026, 7, 6), steady=30).quarter()
    assert last_day.totals[0].is_whole is False


def test_only_what_was_known_then_counts() -> None:
    made = Made()
    made.rows.append(("LATE", "", "", "", "", 20610 - 60, 20640))
    found = made.quarter()
    assert "LATE" not in {tally.name for tally in found.parts["practice"]}


def test_people_have_the_role_of_the_directory_else_that_behind_their_name() -> None:
    made = Made(practices={"A": Practice("A", "Lakeside", territory="North", town="Salem")})
    made.people = [Person("A", "1", "Lee", "N.P."), Person("A", "3", "Kim", "Physician Assistant")]
    made.names = {"1": "Lee, MD", "2": "Alvarez, pa-c", "4": "Novak, Jr"}
    for provider, every in (("1", 2), ("2", 3), ("3", 4), ("4", 5)):
        made.sends("A", every, provider=provider)
    found = made.quarter()
    roles = {tally.name: tally.role for tally in found.parts["person"]}
    assert roles == {
        "Lee, MD": "NP",
        "Alvarez, pa-c": "PA-C",
        "Kim": "physician assistant",
        "Novak, Jr": "",
    }
    assert {tally.name: tally.people for tally in found.parts["role"]} == {
        "NP": 1,
        "PA-C": 1,
        "physician assistant": 1,
        "": 1,
    }
    assert of(found, "person", "Lee, MD").practice == "Lakeside"


def test_who_is_at_the_desk_is_named_with_what_the_practice_sent() -> None:
    made = Made(practices={"A": Practice("A", "Lakeside")})
    made.sends("A", 2, provider="1")
    made.people = [
        Person("A", "", "Dana", "Front Desk"),
        Person("A", "", "Robin", "coordinator", left_on=date(2026, 7, 6)),
        Person("A", "", "Terry", "coordinator", left_on=date(2026, 7, 7)),
        Person("A", "9", "Okafor", "MD"),
        Person("A", "8", "Kim", "Physician assistant"),
        Person("A", "", "Nobody", ""),
        Person("Z", "", "Marisol", "coordinator"),
    ]
    found = made.quarter()
    whole = of(found, "practice", "Lakeside")
    assert [(t.name, t.role, t.practice, t.now) for t in found.parts["desk"]] == [
        ("Dana", "front desk", "Lakeside", whole.now),
        ("Terry", "coordinator", "Lakeside", whole.now),
    ]


def test_whoever_sends_in_her_own_name_is_not_at_the_desk() -> None:
    made = Made()
    made.people = [Person("A", "7", "Dana", "coordinator")]
    made.sends("A", 2, provider="7")
    found = made.quarter()
    assert "desk" not in found.parts
    assert of(found, "role", "coordinator").people == 1


def test_without_providers_people_kinds_or_a_directory_there_are_practices_alone() -> None:
    found = Made(kinds=False).quarter()
    assert set(found.parts) == {"practice"}
    assert found.tried["person"] == 0
    assert set(Made().quarter().parts) == {"practice"}


def test_a_practice_without_a_provider_stands_beside_those_that_have_one() -> None:
    made = Made()
    made.sends("A", 2, provider="1")
    found = made.quarter()
    assert [tally.practice_id for tally in found.parts["person"]] == ["A"]
    assert len(found.parts["practice"]) == 31


def test_a_kind_moves_beside_all_the_others() -> None:
    made = Made()
    for key in "ABCD":
        made.sends(key, 2, line="Joint")
        made.sends(key, 2, end=FIRST, line="Spine")
        made.sends(key, 8, first=FIRST, line="Spine")
    found = made.quarter()
    assert of(found, "service_line", "Spine").move == "down"
    assert of(found, "service_line", "Joint").move == ""
    assert of(found, "service_line", "").now > 0, "what has no line is counted, too"
    assert "payer" not in found.parts


def test_territories_are_those_of_the_practices() -> None:
    made = Made()
    made.practices = {"S01": Practice("S01", "One", territory="North")}
    found = made.quarter()
    north = of(found, "territory", "North")
    assert north.now == of(found, "practice", "One").now
    assert sum(t.now for t in found.parts["territory"]) == found.totals[0].referrals


def test_check_ins_of_the_quarter_are_counted() -> None:
    made = Made()
    one = CheckIn("S01", "S01", ANN, Kind.DRIFT, FIRST)
    made.checkins = [
        one,
        replace(one, opened_on=END),
        replace(one, opened_on=FIRST - timedelta(days=1), state=State.RECOVERED, resolved_on=FIRST),
        replace(one, state=State.CLOSED, resolved_on=END - timedelta(days=1)),
        replace(one, state=State.LEFT_OUT),
        replace(one, state=State.REVIEW),
    ]
    assert made.quarter().checkins == {"opened": 2, "came back": 1, "closed": 1}


def test_the_order_of_rows_does_not_matter() -> None:
    one, other = Made(), Made()
    for made in (one, other):
        made.sends("A", 2, provider="1", line="Joint")
        made.sends("B", 3, provider="2", line="Spine")
    other.rows.reverse()
    assert one.quarter() == other.quarter()
