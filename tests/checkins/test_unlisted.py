"""Of each practice that is not listed, the plan says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.checkin_scene import (
    AS_OF,
    LATER,
    LONG_GONE,
    STEADY,
    STOPPED,
    WEEK,
    explained,
    judged,
    planned,
    rows,
    said,
    told,
)

from quietdrop.checkins.history import History
from quietdrop.checkins.roster import Roster
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.domain.checkin import Snooze
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause
from quietdrop.messages.wording.unlisted import not_listed

DROPPED = judged(rows("Stop", STOPPED), rows("Other", STOPPED), rows("New", [1, 0, 1]))
LONG_AGO = judged(rows("Gone", LONG_GONE))


def why(history: History, budget: int = 6) -> Unlisted | None:
    return planned(DROPPED, history, budget).why_not.get("Stop")


def test_who_is_listed_has_no_reason_and_everybody_else_has_one() -> None:
    plan = planned(DROPPED, LATER, budget=1)
    [listed] = plan.opened
    assert set(plan.why_not) == set(DROPPED.cadence.ids) - {listed.practice_id}
    [left_out] = {"Stop", "Other"} - {listed.practice_id}
    assert plan.why_not[left_out] == Unlisted(WhyNot.over_budget)
    assert plan.why_not[STEADY[0]].why is WhyNot.below_threshold
    assert plan.why_not["New"] == Unlisted(WhyNot.too_new)


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (
            replace(LATER, snoozes=(Snooze("Stop", AS_OF - WEEK, AS_OF + WEEK),)),
            Unlisted(WhyNot.snoozed, AS_OF + WEEK),
        ),
        (
            replace(LATER, checkins=(told(2 * WEEK, reminded_on=AS_OF - WEEK),)),
            Unlisted(WhyNot.open_already, AS_OF - 2 * WEEK),
        ),
        (
            replace(LATER, checkins=(told(WEEK),), touches=(said("access", WEEK),)),
            Unlisted(WhyNot.answered, AS_OF - WEEK, "access"),
        ),
        (
            replace(
                LATER,
                checkins=(told(2 * WEEK, state="closed", resolved_on=AS_OF, outcome="seasonal"),),
            ),
            Unlisted(WhyNot.answered, AS_OF, "seasonal"),
        ),
        (replace(LATER, touches=(said("acquired", WEEK),)), Unlisted(WhyNot.acquired)),
        (replace(LATER, touches=(said("retired", WEEK),)), Unlisted(WhyNot.closed)),
        (
            replace(
                LATER,
                unlisted=(told(WEEK, state="held out"),),
            ),
            Unlisted(WhyNot.held_out),
        ),
        (LATER, None),
    ],
)
def test_what_was_decided_is_the_reason(history: History, reason: Unlisted | None) -> None:
    assert why(history) == reason


def test_an_explained_fall_says_by_what() -> None:
    plan = planned(DROPPED, LATER, findings=explained("Stop", Cause.RENAMED))
    assert plan.why_not["Stop"] == Unlisted(WhyNot.explained, what="renamed")


def test_a_practice_that_the_directory_closed_says_so() -> None:
    closed_today = Practice("Stop", "Stop Clinic", closed_on=AS_OF)
    plan = planned(DROPPED, LATER, roster=Roster({"Stop": closed_today}))
    assert plan.why_not["Stop"] == Unlisted(WhyNot.closed)


def test_who_left_before_quietdrop_began_says_so_on_the_first_run_and_later() -> None:
    first = planned(LONG_AGO, History())
    assert first.why_not["Gone"] == Unlisted(WhyNot.left_before, AS_OF)
    [reviewed] = first.review
    week_ago = replace(reviewed, opened_on=AS_OF - WEEK, resolved_on=AS_OF - WEEK)
    later = planned(LONG_AGO, replace(LATER, checkins=(week_ago,)))
    assert later.why_not["Gone"] == Unlisted(WhyNot.left_before, AS_OF - WEEK)
    earlier = replace(told(9 * WEEK, state="closed", outcome="access"), practice_id="S00")
    not_first = planned(LONG_AGO, replace(LATER, checkins=(earlier, week_ago)))
    assert not_first.why_not["Gone"].why is WhyNot.old_news


@pytest.mark.parametrize("reason", WhyNot)
def test_every_reason_has_words_of_its_own(reason: WhyNot) -> None:
    day = date(2026, 8, 3)
    words = {each: not_listed(Unlisted(each, day, "access"), AS_OF, 0.5) for each in WhyNot}
    assert list(words.values()).count(words[reason]) == 1
    assert words[reason].startswith("Not listed: ")
    assert words[reason].endswith(".")


def test_the_words_name_what_belongs_to_the_reason() -> None:
    def words(reason: Unlisted) -> str:
        return not_listed(reason, AS_OF, 0.5)

    until = AS_OF + timedelta(days=28)
    assert words(Unlisted(WhyNot.snoozed, until)) == "Not listed: snoozed until August 3."
    assert "under 50 %" in words(Unlisted(WhyNot.below_threshold))
    assert "they look renamed" in words(Unlisted(WhyNot.explained, what="renamed"))
    assert "July 6: access" in words(Unlisted(WhyNot.answered, AS_OF, "access"))
    assert "\x1b" not in words(Unlisted(WhyNot.answered, AS_OF, "a\x1b[31m"))
