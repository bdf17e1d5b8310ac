"""What is more than chance, who was lost and who is new: each on both sides of its boundary."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import binom
from tests.builders.quarter_network import (
    AS_OF,
    BEGINS,
    END,
    FIRST,
    QuarterNetwork,
    moves,
    of,
    weekdays,
)

from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.reporting.quarter import has_just_ended
from quietdrop.reporting.quarter.dates import after, before, label, last_complete, working_days
from quietdrop.reporting.quarter.moves import (
    BEYOND_CHANCE,
    SILENT_DAYS,
    Chances,
    Rhythms,
    beyond_chance,
    day_of,
    gone,
)


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        (date(2026, 6, 30), date(2026, 1, 1)),
        (date(2026, 7, 1), date(2026, 4, 1)),
        (date(2026, 1, 1), date(2025, 10, 1)),
        (date(2025, 12, 31), date(2025, 7, 1)),
        (date(2024, 4, 1), date(2024, 1, 1)),
    ],
)
def test_a_quarter_counts_from_the_morning_after_its_last_day(as_of: date, first: date) -> None:
    assert last_complete(as_of) == first


def test_quarters_follow_each_other_without_a_gap() -> None:
    first = date(2020, 1, 1)
    for _ in range(40):
        assert before(after(first)) == first
        first = after(first)
    assert first == date(2030, 1, 1)
    assert before(first, 4) == date(2029, 1, 1)
    assert [label(date(2026, month, 1)) for month in (1, 4, 7, 10)] == [
        "2026-Q1",
        "2026-Q2",
        "2026-Q3",
        "2026-Q4",
    ]


def test_a_quarter_is_news_on_one_monday() -> None:
    assert has_just_ended(date(2026, 7, 1))
    assert has_just_ended(date(2026, 7, 7))
    assert not has_just_ended(date(2026, 7, 8))
    assert not has_just_ended(date(2026, 6, 30))
    mondays = [date(2024, 1, 1) + timedelta(weeks=week) for week in range(522)]
    assert sum(has_just_ended(monday) for monday in mondays) == 40


def test_working_days_are_without_weekends_holidays_and_what_we_closed() -> None:
    first, end = date(2026, 4, 1), date(2026, 7, 1)
    assert working_days(first, end, ()) == 65
    memorial, sunday = date(2026, 5, 25), date(2026, 5, 24)
    assert working_days(first, end, {memorial, sunday}) == 64


@pytest.mark.parametrize(("now", "then"), [(4, 16), (5, 16), (16, 4), (16, 5), (0, 8), (8, 0)])
def test_more_or_fewer_is_the_binomials_tail(now: int, then: int) -> None:
    part = 0.55
    fewer = binom.cdf(now, now + then, part) < BEYOND_CHANCE
    more = binom.sf(now - 1, now + then, part) < BEYOND_CHANCE
    [sign] = beyond_chance(*(np.array([v], dtype=float) for v in (now, then, 0.55, 0.45, 1.0)))
    assert sign == int(more) - int(fewer)


@pytest.mark.parametrize(("now", "sign"), [(13, 0), (12, -1)])
def test_thirty_that_fall_to_twelve_are_told_and_to_thirteen_not(now: int, sign: int) -> None:
    [direction] = beyond_chance(*(np.array([v], dtype=float) for v in (now, 30.0, 1.0, 1.0, 1.0)))
    assert direction == sign


def test_bursts_are_not_news() -> None:
    for phi, sign in ((1.0, -1), (3.0, 0)):
        [direction] = beyond_chance(
            *(np.array([v], dtype=float) for v in (8.0, 28.0, 1.0, 1.0, phi))
        )
        assert direction == sign


def test_without_chances_nothing_is_compared() -> None:
    [direction] = beyond_chance(*(np.array([v], dtype=float) for v in (20.0, 0.0, 1.0, 0.0, 1.0)))
    assert direction == 0


def test_a_practice_that_halves_is_down_and_one_that_doubles_is_up() -> None:
    network = QuarterNetwork()
    for key, early, late in (("DOWN", 1, 3), ("UP", 3, 1), ("EVEN", 2, 2)):
        network.sends(key, early, end=FIRST)
        network.sends(key, late, first=FIRST)
    quarter = network.quarter()
    assert moves(quarter) == {"down": 1, "up": 1}
    assert (of(quarter, "practice", "DOWN").move, of(quarter, "practice", "UP").move) == (
        "down",
        "up",
    )
    assert of(quarter, "practice", "EVEN").yearly == ""
    assert of(quarter, "practice", "UP").yearly == "up"
    assert quarter.moves["practice"] == {"down": 1, "up": 1}


def test_a_quiet_season_moves_the_total_and_nobody() -> None:
    network = QuarterNetwork(steady=0)
    for number in range(40):
        network.sends(f"P{number}", 2, end=FIRST)
        network.sends(f"P{number}", 5, first=FIRST)
    quarter = network.quarter()
    assert quarter.overall == "down"
    assert moves(quarter) == {}


def test_whoever_holds_while_all_others_fall_is_not_up() -> None:
    network = QuarterNetwork(steady=0)
    for number in range(20):
        network.sends(f"P{number}", 2, end=FIRST)
        network.sends(f"P{number}", 8, first=FIRST)
    network.sends("HOLDS", 2)
    tally = of(network.quarter(), "practice", "HOLDS")
    assert (tally.now, tally.before, tally.move) == (32, 32, "")


def test_whoever_began_late_in_the_quarter_before_is_not_up() -> None:
    network = QuarterNetwork()
    network.sends("LATE", 2, first=date(2026, 3, 2))
    tally = of(network.quarter(), "practice", "LATE")
    assert (tally.now, tally.before) == (33, 11)
    assert tally.move == ""


def test_chance_alone_moves_few_of_a_steady_network() -> None:
    """Of 2,000 steady practices at most 1 % would be up or down, and 0.5 % lost."""
    rng = np.random.default_rng(3)
    network = QuarterNetwork(steady=0, kinds=False)
    days = weekdays(BEGINS, AS_OF)
    for number in range(2000):
        rate = rng.uniform(0.02, 0.5)
        network.on(
            f"P{number}", [days[place] for place in np.nonzero(rng.random(len(days)) < rate)[0]]
        )
    counts = moves(network.quarter())
    assert counts["up"] + counts["down"] <= 20
    assert counts["lost"] <= 10


def stopped(key: str, every: int, last: date, as_of: date = AS_OF) -> QuarterNetwork:
    """One that sends every so many working days, at last on `last`."""
    network = QuarterNetwork(as_of=as_of)
    network.on(key, weekdays(network.begins, last + timedelta(days=1))[::-1][::every])
    return network


@pytest.mark.parametrize(("days", "move"), [(SILENT_DAYS, "lost"), (SILENT_DAYS - 1, "")])
def test_six_weeks_without_any_make_a_loss_and_fewer_may_be_a_vacation(
    days: int, move: str
) -> None:
    last = END - timedelta(days=1 + days)
    tally = of(stopped("GONE", 2, last).quarter(), "practice", "GONE")
    assert tally.move == move
    assert tally.last == last


@pytest.mark.parametrize(("every", "move"), [(22, ""), (8, "lost")])
def test_one_a_month_that_is_silent_for_a_quarter_is_not_lost(every: int, move: str) -> None:
    quarter = stopped("GONE", every, date(2026, 3, 20)).quarter()
    assert of(quarter, "practice", "GONE").move == move


def test_a_loss_is_told_in_one_quarter_only() -> None:
    last, by_quarter = date(2025, 9, 1), []
    for as_of in (date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)):
        quarter = stopped("GONE", 10, last, as_of=as_of).quarter()
        by_quarter.append([t.move for t in quarter.parts["practice"] if t.name == "GONE"])
    assert sum(move == ["lost"] for move in by_quarter) == 1


def test_whoever_came_back_since_was_not_lost() -> None:
    network = stopped("BACK", 2, date(2026, 4, 10))
    network.on("BACK", [date(2026, 7, 2)])
    assert of(network.quarter(), "practice", "BACK").move == "down"


def test_new_is_whoever_sent_first_in_the_quarter() -> None:
    network = QuarterNetwork()
    network.on("EARLY", [date(2026, 3, 31), date(2026, 4, 2)])
    network.on("NEW", [FIRST, date(2026, 6, 30)])
    network.on("LATER", [END])
    quarter = network.quarter()
    assert of(quarter, "practice", "NEW").move == "new"
    assert of(quarter, "practice", "EARLY").move == ""
    assert "LATER" not in {tally.name for tally in quarter.parts["practice"]}


@pytest.mark.parametrize(("days", "knows_new"), [(364, True), (363, False)])
def test_who_is_new_is_said_only_where_the_data_reach_a_year_before(
    days: int, knows_new: bool
) -> None:
    network = QuarterNetwork(begins=FIRST - timedelta(days=days), steady=5)
    network.on("FIRST", [network.begins])
    network.on("NEW", [date(2026, 5, 4)])
    quarter = network.quarter()
    assert quarter.knows_new is knows_new
    assert (of(quarter, "practice", "NEW").move == "new") is knows_new


def test_another_name_is_neither_a_loss_nor_new() -> None:
    network = QuarterNetwork(practices={"NEW": Practice("NEW", "Lakeside Health")})
    network.sends("OLD", 2, end=date(2026, 4, 10))
    network.sends("NEW", 2, first=date(2026, 4, 10))
    network.lookalikes = {"OLD": Lookalike(Cause.RENAMED, "OLD", "NEW", "Lakeside Health")}
    quarter = network.quarter()
    assert moves(quarter) == {"renamed": 2}
    assert of(quarter, "practice", "OLD").other == "Lakeside Health"
    assert of(quarter, "practice", "Lakeside Health").other == "OLD"


def test_a_provider_who_goes_on_elsewhere_was_not_lost_nor_is_new_there() -> None:
    network = QuarterNetwork()
    for provider, key in (("1000000001", "A"), ("Kim", "B")):
        network.sends(key, 2, end=date(2026, 4, 10), provider=provider)
        network.sends("C", 2, first=date(2026, 4, 10), provider=provider)
    for key in "ABC":
        network.sends(key, 3, provider=f"200000000{ord(key)}")
    quarter = network.quarter()
    by = {(tally.name, tally.practice): tally for tally in quarter.parts["person"]}
    left, came = by["1000000001", "A"], by["1000000001", "C"]
    assert (left.move, left.other) == ("moved", "C")
    assert (came.move, came.other) == ("moved", "A")
    assert (by["Kim", "B"].move, by["Kim", "C"].move) == ("lost", "new")


def test_whoever_still_sends_from_the_first_place_did_not_come_from_there() -> None:
    network = QuarterNetwork()
    network.sends("A", 2, provider="1000000001")
    network.sends("C", 2, first=date(2026, 4, 10), provider="1000000001")
    network.sends("C", 3, provider="2000000002")
    by = {(t.name, t.practice): t.move for t in network.quarter().parts["person"]}
    assert (by["1000000001", "A"], by["1000000001", "C"]) == ("", "new")


def test_a_large_practice_does_not_hide_its_own_fall() -> None:
    network = QuarterNetwork(steady=5)
    network.on("BIG", [day for day in weekdays(BEGINS, FIRST) for _ in range(3)])
    network.on("BIG", weekdays(FIRST, AS_OF))
    quarter = network.quarter()
    assert of(quarter, "practice", "BIG").move == "down"
    assert moves(quarter) == {"down": 1}


def test_a_person_who_began_late_in_the_quarter_before_is_not_up() -> None:
    network = QuarterNetwork()
    network.sends("A", 3, provider="1000000001")
    network.sends("A", 2, first=date(2026, 3, 2), provider="1000000002")
    tally = of(network.quarter(), "person", "1000000002")
    assert (tally.now, tally.before, tally.move) == (33, 11, "")


@pytest.mark.parametrize(("phi", "lost"), [(1.0, True), (4.0, False)])
def test_whoever_sends_in_bursts_is_lost_later(phi: float, lost: bool) -> None:
    """Eight weeks of silence after one a week."""
    weeks = 130
    start = day_of(END) - 7 * weeks
    even = Chances(np.arange(weeks + 1.0)[None, :], np.arange(8) / 7, start)
    row, last = np.array([0]), np.array([day_of(END) - 57])
    rhythms = Rhythms(row, np.array([start]), last, np.array([52.0]), np.array([phi]))
    [is_gone] = gone(even, rhythms, FIRST, END)
    assert is_gone == lost


def test_a_name_that_goes_on_is_not_called_another() -> None:
    network = QuarterNetwork()
    network.sends("OLD", 2)
    network.sends("NEW", 2)
    network.lookalikes = {"OLD": Lookalike(Cause.RENAMED, "OLD", "NEW", "NEW")}
    assert moves(network.quarter()) == {}


def test_the_rest_beside_which_a_kind_moves_varies_by_chance_too() -> None:
    early, late = weekdays(date(2026, 1, 1), FIRST), weekdays(FIRST, END)
    for rest, move in ((2000, "down"), (100, "")):
        network = QuarterNetwork(steady=0)
        for line, number, later in (("Spine", 100, 0.45), ("Joint", rest, 0.8)):
            for many, days in ((number, early), (int(number * later), late)):
                for place in range(many):
                    network.on(f"P{place % 20}", [days[place * len(days) // many]], line=line)
        network.on("P0", [BEGINS, date(2025, 3, 3)], line="Joint")
        tally = of(network.quarter(), "service_line", "Spine")
        assert (tally.now, tally.before, tally.move) == (45, 100, move)
