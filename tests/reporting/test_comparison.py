"""Two settings side by side: who is listed by one of them only, later, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from quietdrop.domain.checkin import CheckIn, Kind, State, Touch
from quietdrop.reporting.aftermath import Aftermath, Became, aftermath
from quietdrop.reporting.comparison import Comparison, Past, compare
from quietdrop.reporting.comparison_report import Change, ComparisonReport, from_json, to_json
from quietdrop.reporting.listing_record import DateLoad, ListingRecord

UNTIL = date(2026, 7, 6)
WEEK = timedelta(weeks=1)


def checkin(practice_id: str, weeks_ago: int, **changes: object) -> CheckIn:
    opened = CheckIn(practice_id, practice_id, "ann@x.org", Kind.DRIFT, UNTIL - weeks_ago * WEEK)
    return replace(opened, **changes)  # type: ignore[arg-type]


def back_after(practice_id: str, weeks_ago: int, weeks: int) -> CheckIn:
    opened = checkin(practice_id, weeks_ago)
    return replace(opened, state=State.RECOVERED, resolved_on=opened.opened_on + weeks * WEEK)


def record(*checkins: CheckIn, liaisons: int = 2) -> ListingRecord:
    dates = [UNTIL - WEEK * back for back in range(52)]
    loads = [
        DateLoad(day, number := sum(c.opened_on == day for c in checkins), number, liaisons, 40)
        for day in dates
    ]
    listed = {c.practice_id: (c.opened_on,) for c in checkins}
    return ListingRecord(tuple(loads), checkins, listed)


def compared(today: ListingRecord, proposed: ListingRecord, *touches: Touch) -> Comparison:
    by_practice = {touch.practice_id: [touch] for touch in touches}
    return compare(today, proposed, Past(None, by_practice, UNTIL))


@pytest.mark.parametrize(
    ("weeks", "became"),
    [(13, Became.back_by_itself), (14, Became.back), (0, Became.back_by_itself)],
)
def test_back_by_itself_is_back_within_13_weeks(weeks: int, became: Became) -> None:
    assert aftermath(back_after("A", 20, weeks), (), UNTIL) == Aftermath(became, weeks)


@pytest.mark.parametrize(
    ("day", "kind", "became"),
    [
        (0, "visit", Became.back_after_touch),
        (35, "call", Became.back_after_touch),
        (36, "call", Became.back_by_itself),  # after it was back
        (-1, "visit", Became.back_by_itself),  # before it was listed
        (7, "no contact", Became.back_by_itself),  # a reason that was known without asking
    ],
)
def test_whoever_was_there_before_it_was_back_counts(day: int, kind: str, became: Became) -> None:
    back = back_after("A", 20, 5)
    touch = Touch(back.opened_on + timedelta(days=day), "A", kind=kind)
    assert aftermath(back, [touch], UNTIL).became is became


@pytest.mark.parametrize(("weeks_ago", "became"), [(12, Became.too_early), (13, Became.down)])
def test_an_open_one_is_still_down_after_13_weeks(weeks_ago: int, became: Became) -> None:
    assert aftermath(checkin("A", weeks_ago), (), UNTIL).became is became


def test_a_closed_one_says_by_what() -> None:
    closed = checkin("A", 20, state="closed", outcome="vacation", resolved_on=UNTIL)
    assert aftermath(closed, (), UNTIL) == Aftermath(Became.closed, outcome="vacation")


def test_who_is_listed_by_one_setting_only_and_who_later() -> None:
    today = record(checkin("A", 30), checkin("B", 20), checkin("C", 10))
    proposed = record(checkin("B", 18), checkin("C", 10), checkin("D", 5))
    comparison = compared(today, proposed)
    assert [(o.practice_id, o.listed_on) for o in comparison.left_out] == [("A", UNTIL - 30 * WEEK)]
    assert [(o.practice_id, o.listed_on) for o in comparison.added] == [("D", UNTIL - 5 * WEEK)]
    [later] = comparison.later
    assert (later.practice_id, later.proposed_on - later.today_on) == ("B", 2 * WEEK)
    assert (comparison.same, comparison.earlier, comparison.changes_nothing) == (1, (), False)


def test_the_other_way_round_what_was_later_is_earlier() -> None:
    one, other = record(checkin("B", 20)), record(checkin("B", 18))
    assert len(compared(one, other).later) == len(compared(other, one).earlier) == 1


@pytest.mark.parametrize(("apart", "pairs"), [(26, 1), (27, 0)])
def test_check_ins_half_a_year_apart_are_about_two_drops(apart: int, pairs: int) -> None:
    comparison = compared(record(checkin("A", 40)), record(checkin("A", 40 - apart)))
    assert len(comparison.later) == pairs
    assert len(comparison.left_out) == len(comparison.added) == 1 - pairs


def test_a_setting_compared_with_itself_changes_nothing() -> None:
    same = record(checkin("A", 30), back_after("B", 20, 4))
    assert compared(same, same).changes_nothing


def test_the_figures_count_a_liaison_and_week() -> None:
    comparison = compared(record(*(checkin(f"P{n}", n) for n in range(26))), record())
    assert comparison.today.a_liaison_and_week == pytest.approx(26 / (52 * 2))
    assert (comparison.today.opened, comparison.proposed.opened) == (26, 0)
    assert comparison.proposed.a_liaison_and_week == 0


def test_false_ones_are_of_those_that_can_be_judged() -> None:
    """Opened 12 weeks ago and still down: nobody can say yet. Back by now: known at once."""
    figures = compared(record(checkin("A", 12), checkin("B", 13), back_after("C", 6, 5)), record())
    assert (figures.today.back_by_themselves, figures.today.judged) == (1, 2)


def test_no_date_and_no_practice_is_no_error() -> None:
    nothing = ListingRecord((), (), {})
    comparison = compared(nothing, nothing)
    assert (
        comparison.practices,
        comparison.today.a_liaison_and_week,
        comparison.changes_nothing,
    ) == (0, 0.0, True)


def test_a_report_is_the_same_after_it_was_kept() -> None:
    comparison = compared(
        record(checkin("A", 30), back_after("B", 20, 4)), record(checkin("B", 18))
    )
    change = Change("drift.alert_probability", "0.5", "0.7")
    report = ComparisonReport(
        UNTIL - 51 * WEEK, UNTIL, (change,), comparison, {"A": "A Clinic"}, ("x",)
    )
    assert from_json(to_json(report)) == report
