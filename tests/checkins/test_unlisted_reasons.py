"""One reason each: their order, and what the counts and earlier check-ins say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from quietdrop.checkins.unlisted import (
    Decisions,
    Unlisted,
    WhyNot,
    acquired_ones,
    snoozed_until,
    why_not,
)
from quietdrop.detection.thresholds import Level
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State

AS_OF, DAY = date(2026, 7, 6), date(2026, 6, 1)
NONE: frozenset[str] = frozenset()
A = frozenset({"A"})
BEFORE = CheckIn(
    "A", "A", "", Kind.DRIFT, DAY, state=State.CLOSED, resolved_on=DAY, outcome="access"
)
NOTHING = Decisions(
    listed=NONE,
    closed=NONE,
    acquired=NONE,
    recovered=NONE,
    explained={},
    snoozed={},
    open_since={},
    answered={},
    last={},
    held_out=NONE,
    over_budget=NONE,
    review=NONE,
    first_run=False,
    first_day=None,
)
EVERYTHING = Decisions(
    listed=NONE,
    closed=A,
    acquired=A,
    recovered=A,
    explained={"A": "moved"},
    snoozed={"A": DAY},
    open_since={"A": DAY},
    answered={"A": BEFORE},
    last={},
    held_out=A,
    over_budget=A,
    review=A,
    first_run=True,
    first_day=None,
    uncounted=A,
)


def why(
    decisions: Decisions, drift: float = 0.1, settled: float = 0.0, edge: bool = False
) -> Unlisted | None:
    figures = {"drift_probability": [drift], "settled_probability": [settled], "edge": [edge]}
    return why_not(pd.DataFrame(figures, index=["A"]), decisions, Level(0.5), AS_OF).get("A")


def test_the_first_reason_that_applies_is_given() -> None:
    decisions = EVERYTHING
    for dropped, reason in (
        ({}, Unlisted(WhyNot.acquired)),
        ({"acquired": NONE}, Unlisted(WhyNot.closed)),
        ({"closed": NONE}, Unlisted(WhyNot.recovered)),
        ({"recovered": NONE}, Unlisted(WhyNot.explained, what="moved")),
        ({"explained": {}}, Unlisted(WhyNot.snoozed, DAY)),
        ({"snoozed": {}}, Unlisted(WhyNot.uncounted)),
        ({"uncounted": NONE}, Unlisted(WhyNot.open_already, DAY)),
        ({"open_since": {}}, Unlisted(WhyNot.answered, DAY, "access")),
        ({"answered": {}}, Unlisted(WhyNot.held_out)),
        ({"held_out": NONE}, Unlisted(WhyNot.over_budget)),
        ({"over_budget": NONE}, Unlisted(WhyNot.left_before, AS_OF)),
        ({"first_run": False}, Unlisted(WhyNot.old_news, AS_OF)),
        ({"review": NONE}, Unlisted(WhyNot.below_threshold)),
    ):
        changes: dict[str, Any] = dict(dropped)
        decisions = replace(decisions, **changes)
        assert why(decisions) == reason


def test_who_is_listed_needs_no_reason() -> None:
    assert why(replace(EVERYTHING, listed=A)) is None


@pytest.mark.parametrize(("drift", "below"), [(0.4999, True), (0.5, False)])
def test_the_threshold_itself_is_not_below_it(drift: float, below: bool) -> None:
    reason = WhyNot.below_threshold if below else WhyNot.old_news
    assert why(NOTHING, drift) == Unlisted(reason)


def test_who_is_too_new_has_no_probability() -> None:
    assert why(NOTHING, float("nan")) == Unlisted(WhyNot.too_new)


@pytest.mark.parametrize(
    ("before", "edge", "reason"),
    [
        (None, False, Unlisted(WhyNot.old_news)),
        (BEFORE, True, Unlisted(WhyNot.old_news)),
        (BEFORE, False, Unlisted(WhyNot.answered, DAY, "access")),
        (replace(BEFORE, state=State.RECOVERED), False, Unlisted(WhyNot.recovered, DAY)),
    ],
)
def test_a_likely_drop_that_is_not_listed(
    before: CheckIn | None, edge: bool, reason: Unlisted
) -> None:
    assert why(replace(NOTHING, last={"A": before} if before else {}), 0.9, edge=edge) == reason


class TestReviewed:
    REVIEWED = replace(NOTHING, last={"A": replace(BEFORE, state=State.REVIEW)}, first_day=DAY)

    @pytest.mark.parametrize(
        ("drift", "settled", "holds"),
        [(0.25, 0.25, True), (0.25, 0.2499, False), (0.0, 0.5, True), (0.6, 0.0, True)],
    )
    def test_it_holds_while_the_fall_is_likely(
        self, drift: float, settled: float, holds: bool
    ) -> None:
        reviewed = Unlisted(WhyNot.left_before, DAY)
        below = Unlisted(WhyNot.below_threshold)
        assert why(self.REVIEWED, drift, settled) == (reviewed if holds else below)

    def test_a_later_review_is_of_old_news(self) -> None:
        for first in (None, DAY - timedelta(days=7)):
            later = replace(self.REVIEWED, first_day=first)
            assert why(later, 0.0, 0.9) == Unlisted(WhyNot.old_news, DAY)

    def test_what_was_answered_is_not_a_review(self) -> None:
        answered = replace(self.REVIEWED, last={"A": BEFORE})
        assert why(answered, 0.0, 0.9) == Unlisted(WhyNot.below_threshold)


def test_the_last_snooze_that_is_on_counts() -> None:
    day = timedelta(days=1)
    spans = [(-2, 1), (-9, 5), (-9, 0), (1, 9)]
    snoozes = [Snooze("A", AS_OF + first * day, AS_OF + last * day) for first, last in spans]
    assert snoozed_until(snoozes, AS_OF) == AS_OF + 5 * day
    assert snoozed_until(snoozes[2:], AS_OF) is None
    assert snoozed_until([Snooze("A", AS_OF, AS_OF + day)], AS_OF) == AS_OF + day


def test_who_was_acquired_is_known_by_a_touch_or_an_outcome() -> None:
    bought = replace(BEFORE, practice_id="B", outcome="acquired")
    assert acquired_ones(A, [BEFORE, bought]) == {"A", "B"}
    assert acquired_ones(NONE, [BEFORE]) == NONE
