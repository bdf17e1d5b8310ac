"""The quarter's tables: who, what role, what kind, where; and how far the data reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.quarter_network import END, FIRST, QuarterNetwork, of, weekdays

from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.directory import Closure, Person, Practice

ANN = "ann@example.com"


def test_the_totals_are_whole_quarters_with_their_working_days() -> None:
    quarter = QuarterNetwork().quarter({date(2026, 5, 25)})
    assert (quarter.first, quarter.end) == (FIRST, END)
    assert [total.first for total in quarter.totals[:2]] == [FIRST, date(2026, 1, 1)]
    assert [total.working_days for total in quarter.totals[:2]] == [64, 64]
    assert len(quarter.totals) == 8
    assert all(total.is_whole for total in quarter.totals)
    assert quarter.totals[0].referrals == sum(tally.now for tally in quarter.parts["practice"])
    assert quarter.overall == "same"


def test_days_on_which_all_of_us_were_closed_are_no_working_days() -> None:
    network = QuarterNetwork()
    network.closures = [
        Closure(date(2026, 6, 1), date(2026, 6, 2)),
        Closure(date(2026, 6, 3), date(2026, 6, 3), "Salem"),
    ]
    assert network.quarter().totals[0].working_days == 63


def test_a_closure_without_an_end_is_counted_no_further_than_the_quarter() -> None:
    network, open_ended = QuarterNetwork(), QuarterNetwork()
    network.closures = [Closure(date(2026, 6, 1), date(2026, 6, 30))]
    open_ended.closures = [Closure(date(2026, 6, 1), date.max)]
    assert open_ended.quarter().totals[0].working_days == network.quarter().totals[0].working_days


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
    network = QuarterNetwork(begins=begins, steady=5)
    network.on("FIRST", [begins])
    network.on("ONE", weekdays(begins, END)[-100:-65])
    quarter = network.quarter()
    assert quarter.totals[0].is_whole is whole
    first = of(quarter, "practice", "FIRST")
    assert (first.before is None) is (before is None)
    assert first.year is None
    assert quarter.knows_new is False
    if before is None:
        assert quarter.overall == ""
        assert not {"up", "down", "new"} & set(quarter.moves["practice"])


def test_before_a_first_quarter_is_over_there_is_nothing_to_show() -> None:
    begins = date(2026, 7, 1)
    assert (
        QuarterNetwork(begins=begins, as_of=date(2026, 9, 30), steady=3).quarter_or_none() is None
    )
    quarter = QuarterNetwork(begins=begins, as_of=date(2026, 10, 1), steady=3).quarter()
    assert quarter.first == begins
    last_day = QuarterNetwork(begins=date(2026, 6, 30), as_of=date(2026, 7, 6), steady=30).quarter()
    assert last_day.totals[0].is_whole is False


def test_only_what_was_known_then_counts() -> None:
    network = QuarterNetwork()
    network.rows.append(("LATE", "", "", "", "", 20610 - 60, 20640))
    quarter = network.quarter()
    assert "LATE" not in {tally.name for tally in quarter.parts["practice"]}


def test_people_have_the_role_of_the_directory_else_that_behind_their_name() -> None:
    network = QuarterNetwork(
        practices={"A": Practice("A", "Lakeside", territory="North", town="Salem")}
    )
    network.people = [
        Person("A", "1", "Lee", "N.P."),
        Person("A", "3", "Kim", "Physician Assistant"),
    ]
    network.names = {"1": "Lee, MD", "2": "Alvarez, pa-c", "4": "Novak, Jr"}
    for provider, every in (("1", 2), ("2", 3), ("3", 4), ("4", 5)):
        network.sends("A", every, provider=provider)
    quarter = network.quarter()
    roles = {tally.name: tally.role for tally in quarter.parts["person"]}
    assert roles == {
        "Lee, MD": "NP",
        "Alvarez, pa-c": "PA-C",
        "Kim": "physician assistant",
        "Novak, Jr": "",
    }
    assert {tally.name: tally.people for tally in quarter.parts["role"]} == {
        "NP": 1,
        "PA-C": 1,
        "physician assistant": 1,
        "": 1,
    }
    assert of(quarter, "person", "Lee, MD").practice == "Lakeside"


def test_who_is_at_the_desk_is_named_with_what_the_practice_sent() -> None:
    network = QuarterNetwork(practices={"A": Practice("A", "Lakeside")})
    network.sends("A", 2, provider="1")
    network.people = [
        Person("A", "", "Dana", "Front Desk"),
        Person("A", "", "Robin", "coordinator", left_on=date(2026, 7, 6)),
        Person("A", "", "Terry", "coordinator", left_on=date(2026, 7, 7)),
        Person("A", "9", "Okafor", "MD"),
        Person("A", "8", "Kim", "Physician assistant"),
        Person("A", "", "Nobody", ""),
        Person("Z", "", "Marisol", "coordinator"),
    ]
    quarter = network.quarter()
    whole = of(quarter, "practice", "Lakeside")
    assert [(t.name, t.role, t.practice, t.now) for t in quarter.parts["desk"]] == [
        ("Dana", "front desk", "Lakeside", whole.now),
        ("Terry", "coordinator", "Lakeside", whole.now),
    ]


def test_whoever_sends_in_her_own_name_is_not_at_the_desk() -> None:
    network = QuarterNetwork()
    network.people = [Person("A", "7", "Dana", "coordinator")]
    network.sends("A", 2, provider="7")
    quarter = network.quarter()
    assert "desk" not in quarter.parts
    assert of(quarter, "role", "coordinator").people == 1


def test_without_providers_people_kinds_or_a_directory_there_are_practices_alone() -> None:
    quarter = QuarterNetwork(kinds=False).quarter()
    assert set(quarter.parts) == {"practice"}
    assert quarter.tried["person"] == 0
    assert set(QuarterNetwork().quarter().parts) == {"practice"}


def test_a_practice_without_a_provider_stands_beside_those_that_have_one() -> None:
    network = QuarterNetwork()
    network.sends("A", 2, provider="1")
    quarter = network.quarter()
    assert [tally.practice_id for tally in quarter.parts["person"]] == ["A"]
    assert len(quarter.parts["practice"]) == 31


def test_a_kind_moves_beside_all_the_others() -> None:
    network = QuarterNetwork()
    for key in "ABCD":
        network.sends(key, 2, line="Joint")
        network.sends(key, 2, end=FIRST, line="Spine")
        network.sends(key, 8, first=FIRST, line="Spine")
    quarter = network.quarter()
    assert of(quarter, "service_line", "Spine").move == "down"
    assert of(quarter, "service_line", "Joint").move == ""
    assert of(quarter, "service_line", "").now > 0, "what has no line is counted, too"
    assert "payer" not in quarter.parts


def test_territories_are_those_of_the_practices() -> None:
    network = QuarterNetwork()
    network.practices = {"S01": Practice("S01", "One", territory="North")}
    quarter = network.quarter()
    north = of(quarter, "territory", "North")
    assert north.now == of(quarter, "practice", "One").now
    assert sum(t.now for t in quarter.parts["territory"]) == quarter.totals[0].referrals


def test_check_ins_of_the_quarter_are_counted() -> None:
    network = QuarterNetwork()
    one = CheckIn("S01", "S01", ANN, Kind.DRIFT, FIRST)
    network.checkins = [
        one,
        replace(one, opened_on=END),
        replace(one, opened_on=FIRST - timedelta(days=1), state=State.RECOVERED, resolved_on=FIRST),
        replace(one, state=State.CLOSED, resolved_on=END - timedelta(days=1)),
        replace(one, state=State.LEFT_OUT),
        replace(one, state=State.REVIEW),
    ]
    assert network.quarter().checkins == {"opened": 2, "came back": 1, "closed": 1}


def test_the_order_of_rows_does_not_matter() -> None:
    one, other = QuarterNetwork(), QuarterNetwork()
    for network in (one, other):
        network.sends("A", 2, provider="1", line="Joint")
        network.sends("B", 3, provider="2", line="Spine")
    other.rows.reverse()
    assert one.quarter() == other.quarter()
