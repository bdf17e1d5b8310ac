"""How a date's plan is made, step by step, on figures that are set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.builders.counted import AS_OF
from tests.builders.plan_figures import (
    ANN,
    BEN,
    DAY,
    FALLEN,
    LATER,
    TOLD,
    WATCHED,
    WEEK,
    fallen,
    ids,
    planned,
)

from quietdrop.checkins.history import History
from quietdrop.checkins.roster import Roster
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Doubt, Findings


def test_the_budget_goes_to_the_most_at_stake_and_the_rest_is_counted() -> None:
    plan = planned(settings={"budget": 1}, **fallen(A=1.0, B=3.0, C=2.0))
    assert ids(plan.opened) == ["B"]
    assert plan.left_out == {ANN: 2}
    assert plan.over_budget == {"A", "C"}
    assert [(c.practice_id, c.state, c.notified_on) for c in plan.unlisted] == [
        ("C", "left out", None),
        ("A", "left out", None),
    ]


def test_what_was_noted_as_left_out_before_is_not_noted_again() -> None:
    noted = replace(TOLD, state=State.LEFT_OUT, opened_on=AS_OF - WEEK)
    plan = planned(
        replace(LATER, unlisted=(noted,)), settings={"budget": 0}, **fallen(A=1.0, B=2.0)
    )
    assert ids(plan.unlisted) == ["B"]
    assert plan.left_out == {ANN: 2}


def test_each_liaison_has_her_own_budget() -> None:
    roster = Roster({}, {"A": ANN, "B": ANN, "C": BEN, "D": BEN}, {BEN: 2})
    plan = planned(roster=roster, settings={"budget": 1}, **fallen(A=1, B=2, C=3, D=4))
    assert ids(plan.opened) == ["D", "C", "B"]
    assert plan.left_out == {ANN: 1}


def test_what_is_told_today_takes_its_place_first() -> None:
    untold = replace(TOLD, practice_id="D", notified_on=None)
    history = replace(LATER, checkins=(untold,))
    plan = planned(history, settings={"budget": 2}, **fallen(A=1.0, B=2.0), D=FALLEN)
    assert ids(plan.opened) == ["D", "B"]


def test_who_is_worth_a_look_has_what_the_budget_leaves() -> None:
    figures = {**fallen(A=3.0), "B": WATCHED, "C": WATCHED | {"lost_per_week": 1.2}}
    assert planned(settings={"budget": 3}, **figures).worth_a_look == {ANN: ["B", "C"]}
    assert planned(settings={"budget": 2}, **figures).worth_a_look == {ANN: ["B"]}
    assert planned(settings={"budget": 1}, **figures).worth_a_look == {}
    doubtful = Findings(doubts={"B": Doubt(unread=9)})
    assert planned(findings=doubtful, **figures).worth_a_look == {ANN: ["C"]}


def test_a_practice_in_doubt_opens_nothing_and_says_why() -> None:
    plan = planned(findings=Findings(doubts={"A": Doubt(unread=9)}), **fallen(A=1.0))
    assert plan.opened == []
    assert plan.why_not["A"] == Unlisted(WhyNot.uncounted)


@pytest.mark.parametrize(("ago", "between"), [(0, False), (1, True), (6, True), (7, False)])
def test_whoever_had_a_digest_within_six_days_is_between_two(ago: int, between: bool) -> None:
    plan = planned(replace(LATER, digests={ANN: AS_OF - ago * DAY}))
    assert plan.between == ({ANN} if between else set())


class TestFollowUp:
    def test_only_open_check_ins_are_followed_up(self) -> None:
        closed = replace(TOLD, practice_id="B", state=State.CLOSED, resolved_on=AS_OF - WEEK)
        plan = planned(replace(LATER, checkins=(TOLD, closed)))
        assert ids(plan.reminded) == ["A"]
        assert plan.changed() == plan.reminded

    def test_they_go_by_the_directory_of_today(self) -> None:
        roster = Roster({"A": Practice("A", "Lake Clinic")}, {"A": BEN})
        plan = planned(replace(LATER, checkins=(TOLD,)), roster=roster)
        [reminded] = plan.reminded
        assert (reminded.practice_name, reminded.liaison) == ("Lake Clinic", BEN)

    @pytest.mark.parametrize("state", ["open", "closed"])
    def test_only_who_is_asked_about_already_is_not_opened(self, state: Any) -> None:
        resolved_on = None if state == "open" else AS_OF - 2 * WEEK
        earlier = replace(TOLD, state=state, resolved_on=resolved_on, remaining_share=0.9)
        plan = planned(replace(LATER, checkins=(earlier,)), **fallen(A=1.0))
        assert ids(plan.opened) == ([] if state == "open" else ["A"])
        assert ("A" in plan.spoken_for) is (state == "open")


class TestComplaint:
    SAID = Touch(AS_OF - DAY, "A", ANN, "complaint")

    def opened(self, history: History, **figures: Any) -> CheckIn:
        [one] = planned(history, **figures).opened
        assert (one.kind, one.opened_on, one.notified_on) == ("complaint", AS_OF, AS_OF)
        return one

    def test_it_takes_the_figures_of_a_fall(self) -> None:
        one = self.opened(replace(LATER, touches=(self.SAID,)), A=FALLEN)
        assert (one.onset, one.expected, one.liaison) == (AS_OF - 8 * WEEK, 16.0, ANN)

    def test_it_has_none_where_nothing_fell(self) -> None:
        one = self.opened(replace(LATER, touches=(self.SAID,)))
        assert (one.onset, one.expected, one.baseline_per_week) == (None, None, None)

    def test_it_opens_for_who_never_referred(self) -> None:
        one = self.opened(replace(LATER, touches=(replace(self.SAID, practice_id="Z"),)))
        assert (one.practice_id, one.practice_name, one.onset) == ("Z", "Z", None)

    def test_it_does_not_open_twice_nor_for_who_is_gone(self) -> None:
        open_one = replace(TOLD, kind=Kind.COMPLAINT)
        assert planned(replace(LATER, touches=(self.SAID,), checkins=(open_one,))).opened == []
        gone = Roster({"A": Practice("A", "A", closed_on=AS_OF)})
        assert planned(replace(LATER, touches=(self.SAID,)), roster=gone).opened == []

    def test_what_was_complained_of_is_not_listed_as_a_fall_as_well(self) -> None:
        plan = planned(replace(LATER, touches=(self.SAID,)), **fallen(A=1.0))
        assert [(c.practice_id, c.kind) for c in plan.opened] == [("A", "complaint")]
        assert "A" in plan.spoken_for


class TestSpokenFor:
    def test_a_snooze_hides_its_own_practice_until_its_day(self) -> None:
        for until, hidden in ((AS_OF + DAY, True), (AS_OF, False)):
            snooze = Snooze("A", AS_OF - WEEK, until)
            plan = planned(replace(LATER, snoozes=(snooze,)), **fallen(A=1.0, B=1.0))
            assert ids(plan.opened) == (["B"] if hidden else ["A", "B"])
            reason = Unlisted(WhyNot.snoozed, until)
            assert (plan.why_not.get("A") == reason) is hidden

    def test_a_held_out_drop_rests(self) -> None:
        held = replace(TOLD, state=State.HELD_OUT, opened_on=AS_OF - 12 * WEEK)
        plan = planned(replace(LATER, unlisted=(held,)), **fallen(A=1.0))
        assert plan.opened == []
        assert plan.why_not["A"] == Unlisted(WhyNot.held_out)


class TestHoldout:
    SHARE: Mapping[str, object] = {"holdout_share": 1.0, "holdout_seed": "here"}

    def test_who_is_drawn_is_remembered_and_takes_no_place(self) -> None:
        plan = planned(settings={**self.SHARE, "budget": 1}, **fallen(A=1.0, B=2.0))
        assert plan.opened == []
        assert plan.left_out == {}
        states = [(c.practice_id, c.state, c.notified_on) for c in plan.unlisted]
        assert states == [("B", "held out", None), ("A", "held out", None)]
        assert plan.why_not["A"] == Unlisted(WhyNot.held_out)

    def test_who_is_over_the_budget_is_not_said_to_be_held_out(self) -> None:
        plan = planned(settings={"budget": 0}, **fallen(A=1.0))
        assert plan.why_not["A"] == Unlisted(WhyNot.over_budget)

    def test_nobody_is_drawn_twice_in_a_year(self) -> None:
        for weeks, drawn in ((51, False), (52, True)):
            held = replace(TOLD, state=State.HELD_OUT, opened_on=AS_OF - weeks * WEEK)
            plan = planned(replace(LATER, unlisted=(held,)), settings=self.SHARE, **fallen(A=1.0))
            assert (ids(plan.opened) == []) is drawn

    def test_a_drop_is_drawn_by_the_year_of_its_onset(self) -> None:
        """The seed draws A's drop of 2025, and not that of 2026."""
        settings = {"holdout_share": 0.5, "holdout_seed": "a"}
        last_year = FALLEN | {"onset": AS_OF - 30 * WEEK}
        assert ids(planned(settings=settings, A=FALLEN).opened) == ["A"]
        assert ids(planned(settings=settings, A=last_year).opened) == []


class TestClosed:
    def closed(self, history: History = LATER, roster: Roster | None = None) -> set[str]:
        return planned(history, roster=roster).closed

    def test_by_the_directory_from_its_day_on(self) -> None:
        for closed_on, is_closed in ((AS_OF, True), (AS_OF + DAY, False), (None, False)):
            roster = Roster({"A": Practice("A", "A", closed_on=closed_on)})
            assert self.closed(roster=roster) == ({"A"} if is_closed else set())

    @pytest.mark.parametrize(
        ("state", "outcome", "is_closed"),
        [
            ("closed", "retired", True),
            ("closed", "access", False),
            ("open", "retired", False),
        ],
    )
    def test_by_the_outcome_of_a_check_in(self, state: Any, outcome: str, is_closed: bool) -> None:
        resolved_on = AS_OF - WEEK if state == "closed" else None
        ended = replace(TOLD, state=state, outcome=outcome, resolved_on=resolved_on)
        assert self.closed(replace(LATER, checkins=(ended,))) == ({"A"} if is_closed else set())

    @pytest.mark.parametrize(("after", "is_closed"), [(-1, True), (0, False), (1, False)])
    def test_unless_it_was_said_to_be_a_mistake_since(self, after: int, is_closed: bool) -> None:
        ended = replace(TOLD, state=State.CLOSED, outcome="retired", resolved_on=AS_OF - WEEK)
        mistake = Touch(AS_OF - WEEK + after * DAY, "A", ANN, "call", "", "reopened")
        history = replace(LATER, checkins=(ended,), touches=(mistake,))
        assert self.closed(history) == ({"A"} if is_closed else set())

    def test_by_a_touch(self) -> None:
        moved = Touch(AS_OF - WEEK, "A", ANN, "call", "", "moved")
        plan = planned(replace(LATER, touches=(moved,)), **fallen(A=1.0))
        assert plan.closed == {"A"}
        assert plan.opened == []


class TestWhy:
    """What is remembered of each practice decides why it is not listed."""

    def test_the_latest_check_in_counts_and_of_one_day_the_later_recorded(self) -> None:
        first = replace(
            TOLD,
            state=State.CLOSED,
            outcome="access",
            resolved_on=AS_OF - WEEK,
            onset=AS_OF - 9 * WEEK,
        )
        second = replace(first, outcome="seasonal", id=1)
        first = replace(first, id=0)
        third = replace(first, outcome="report-back", opened_on=AS_OF - 4 * WEEK, id=3)
        unsaved = replace(first, outcome="staff change", id=None)
        for checkins in ((first, second, third), (second, third, first), (second, unsaved)):
            plan = planned(replace(LATER, checkins=checkins), **fallen(A=1.0))
            assert plan.why_not["A"] == Unlisted(WhyNot.answered, AS_OF - WEEK, "seasonal")

    def test_an_open_one_says_since_when(self) -> None:
        plan = planned(replace(LATER, checkins=(TOLD,)), **fallen(A=1.0))
        assert plan.why_not["A"] == Unlisted(WhyNot.open_already, AS_OF - 3 * WEEK)

    def test_the_first_recorded_day_tells_the_first_review(self) -> None:
        reviewed = replace(TOLD, state=State.REVIEW, resolved_on=TOLD.opened_on)
        gone = FALLEN | {"drift_probability": 0.1, "settled_probability": 0.8}
        for earlier, why in (
            ((), WhyNot.left_before),
            ((replace(TOLD, practice_id="B", state=State.LEFT_OUT, opened_on=AS_OF - 9 * WEEK),),
             WhyNot.old_news),
        ):  # fmt: skip
            history = replace(LATER, checkins=(reviewed,), unlisted=earlier)
            plan = planned(history, A=gone)
            assert plan.why_not["A"] == Unlisted(why, TOLD.opened_on)

    def test_who_came_back_today_says_so(self) -> None:
        back = replace(TOLD, baseline_per_week=0.4, onset=AS_OF - 9 * WEEK)
        plan = planned(replace(LATER, checkins=(back,)))
        assert ids(plan.recovered) == ["A"]
        assert plan.why_not["A"] == Unlisted(WhyNot.recovered)


def test_the_first_run_reviews_what_is_old_and_never_again() -> None:
    old = FALLEN | {"onset": AS_OF - 14 * WEEK}
    plan = planned(History(), A=old, **fallen(B=1.0))
    assert (ids(plan.review), ids(plan.opened)) == (["A"], ["B"])
    assert plan.why_not["A"] == Unlisted(WhyNot.left_before, AS_OF)
    assert plan.review[0].liaison == ANN


def test_who_left_long_ago_is_reviewed_once() -> None:
    gone = FALLEN | {
        "drift_probability": 0.1,
        "settled_probability": 0.8,
        "settled_onset": AS_OF - 60 * WEEK,
        "settled_baseline": 2.0,
    }
    assert ids(planned(A=gone).review) == ["A"]
    before = replace(TOLD, state=State.CLOSED, outcome="access", resolved_on=AS_OF - WEEK)
    assert planned(replace(LATER, checkins=(before,)), A=gone).review == []
    doubtful = Findings(doubts={"A": Doubt(unread=9)})
    assert planned(findings=doubtful, A=gone).review == []
