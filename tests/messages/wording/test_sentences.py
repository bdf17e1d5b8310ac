"""Figures to sentences: each kind of sentence by its whole text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from quietdrop.detection.aggregates import Stream
from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.domain.identity import SAME_NAME_OTHER_ID
from quietdrop.messages.wording import sentences

AS_OF = date(2026, 7, 6)
ONSET = date(2026, 5, 18)
FALLEN = Assessment(
    "A",
    Status.DRIFTING,
    baseline_per_week=3.0,
    observed=4,
    expected=21.0,
    drift_probability=0.97,
    onset=ONSET,
    onset_low=ONSET - timedelta(days=14),
    onset_high=ONSET + timedelta(days=14),
    remaining_share=0.2,
)
SURE = "We are 97 % sure that this is a lasting drop."


def reason(explained: bool = False, **changes: Any) -> str:
    return sentences.reason(replace(FALLEN, **changes), AS_OF, explained=explained)


class TestReason:
    def test_of_a_fall(self) -> None:
        facts = "Usually 3 a week; 4 since May 18, where 21 were expected."
        assert reason() == f"{facts} {SURE}"
        assert reason(explained=True) == facts

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            (Status.NEW, "Too new to know their rhythm."),
            (Status.CLOSED, "Closed: no more referrals are expected."),
            (Status.OCCASIONAL, "Usually 3 a week: too few to tell a drop from chance."),
            (Status.RECOVERED, "Usually 3 a week; they are back at their usual pace."),
            (Status.STEADY, "Usually 3 a week; 4 in the last 13 weeks, where 21 were expected."),
        ],
    )
    def test_of_any_other_status(self, status: Status, words: str) -> None:
        assert reason(status=status) == words

    def test_without_an_onset_it_is_of_the_last_thirteen_weeks(self) -> None:
        words = "Usually 3 a week; 4 in the last 13 weeks, where 21 were expected."
        assert reason(onset=None) == words

    @pytest.mark.parametrize(
        ("changes", "facts"),
        [
            ({"silent_days": 31}, "Usually 3 a week; none for 31 days."),
            ({"silent_days": 1}, "Usually 3 a week; none for 1 day."),
            (
                {"silent_days": 0},
                "Usually 3 a week; none since May 18, where 21 were expected.",
            ),
            (
                {"silent_days": 31, "edge": True},
                "Usually 3 a week; none since before May 18, where 21 were expected.",
            ),
        ],
    )
    def test_of_silence(self, changes: dict[str, Any], facts: str) -> None:
        assert reason(observed=0, status=Status.QUIET, **changes) == f"{facts} {SURE}"

    def test_one_straggler_is_not_silence(self) -> None:
        words = reason(observed=1, silent_days=20)
        assert words.startswith("Usually 3 a week; 1 since May 18,")

    @pytest.mark.parametrize(
        ("changes", "slides"),
        [
            ({"fading": 0.5}, True),
            ({"fading": 0.499}, False),
            ({"fading": 0.5, "edge": True}, False),
            ({"fading": 0.5, "remaining_share": None}, False),
            ({"fading": 0.5, "remaining_share": 1.0}, False),  # both rates are written alike
        ],
    )
    def test_of_a_slow_slide(self, changes: dict[str, Any], slides: bool) -> None:
        words = reason(baseline_per_week=5.0, **({"remaining_share": 0.4} | changes))
        slide = f"Slowly down since May: from 5 a week to 2. {SURE}"
        assert (words == slide) is slides
        assert words.startswith("Slowly") is slides

    @pytest.mark.parametrize(
        ("probability", "belief"),
        [
            (0.97, SURE),
            (0.8, "The odds are about 4 in 5 that this is a lasting drop."),
            (0.6, "A lasting drop is more likely than not."),
            (None, "A lasting drop is more likely than not."),
        ],
    )
    def test_how_sure(self, probability: float | None, belief: str) -> None:
        assert reason(drift_probability=probability).endswith(f"expected. {belief}")

    def test_of_one_that_is_only_watched(self) -> None:
        assert reason(status=Status.WATCHING).endswith("were expected. It may be chance.")


@pytest.mark.parametrize(
    ("low", "high", "edge", "words"),
    [
        (0, 28, False, "since"),
        (0, 29, False, "since about"),
        (0, 29, True, "since before"),
        (0, 28, True, "since before"),
        (None, 90, False, "since"),
        (0, None, False, "since"),
    ],
)
def test_since_when(low: int | None, high: int | None, edge: bool, words: str) -> None:
    first, last = (None if days is None else ONSET + timedelta(days=days) for days in (low, high))
    assert sentences.since_when(ONSET, first, last, AS_OF, edge) == (words, "May 18")


def test_a_complaint_waits_for_an_answer() -> None:
    words = "They told us that something went wrong, and it is not answered yet."
    assert sentences.complained(3.0) == f"{words} Usually 3 a week."
    assert sentences.complained(0.2) == f"{words} Usually one every 5 weeks."
    assert sentences.complained(0.0) == words


def test_a_fall_of_long_ago_is_told_by_both_rates() -> None:
    words = sentences.settled(5.0, 2.0, ONSET, AS_OF)
    assert words == "Usually 5 a week until about May 18; 2 a week since."
    assert sentences.settled(5.0, 0.0, ONSET, AS_OF).endswith("until about May 18; none since.")
    assert sentences.settled(5.0, 0.9, ONSET, AS_OF).endswith("May 18; 4 a month since.")


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (60, "60 days"), (61, "8 weeks"), (62, "8 weeks"), (63, "9 weeks")],
)
def test_a_silence_over_two_months_is_told_in_weeks(days: int, words: str) -> None:
    assert sentences.silence(3.0, days) == f"Usually 3 a week; none for {words}."


@pytest.mark.parametrize(
    ("before", "remaining", "words"),
    [
        (5.0, 0.4, "from 5 a week to 2"),
        (0.9, 0.5, "from 4 a month to 2"),
        (1.2, 0.5, "from 1 a week to 3 a month"),
        (0.3, 0.5, "from one every 3 weeks to one every 7 weeks"),
        (5.0, 1.0, ""),
        (5.0, 0.99, ""),
    ],
)
def test_a_slide_names_a_shared_unit_once(before: float, remaining: float, words: str) -> None:
    assert sentences.slide(before, remaining) == words


class TestLookalike:
    LIKE = Lookalike(Cause.RENAMED, "A", "B", "Lake\x1b Clinic", "Dr.\x1b Lee", "same phone")

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("renamed", "Looks renamed: Lake Clinic began when they stopped (same phone)."),
            ("merged", "Looks merged into Lake Clinic: same phone."),
            ("moved", "Dr. Lee seems to have moved to Lake Clinic and still sends from there."),
            (
                "redistributed",
                "Dr. Lee has nearly stopped, and the others there send that much more.",
            ),
            (
                "batch",
                "One very large week, that of May 18, is left out of their usual rate.",
            ),
            ("season", "They send less around July every year, and this year is like that."),
        ],
    )
    def test_by_its_sentence(self, kind: str, words: str) -> None:
        like = replace(self.LIKE, kind=kind)  # type: ignore[arg-type]
        assert sentences.lookalike(like, ONSET, AS_OF) == words

    def test_without_a_day(self) -> None:
        like = replace(self.LIKE, kind=Cause.BATCH)
        words = "One very large week, that of , is left out of their usual rate."
        assert sentences.lookalike(like, None, AS_OF) == words

    def test_under_another_id(self) -> None:
        like = replace(self.LIKE, evidence=SAME_NAME_OTHER_ID)
        words = "Looks like the same practice under another id: Lake Clinic (B) began when they"
        assert sentences.lookalike(like, None, AS_OF) == f"{words} stopped."

    def test_one_practice_does_and_several_do(self) -> None:
        every = [sentences.lookalike_kind("renamed", number) for number in (0, 1, 2)]
        assert every == ["look renamed", "looks renamed", "look renamed"]

    def test_what_a_manager_can_do(self) -> None:
        rest = 'If so, add "A" to the aliases of "B" in the practices table.'
        renamed = sentences.alias(self.LIKE, "A")
        assert renamed == f"It seems that it now goes by Lake Clinic (same phone). {rest}"
        merged = sentences.alias(replace(self.LIKE, kind=Cause.MERGED), "A")
        assert merged == f"It seems that it now belongs to Lake Clinic (same phone). {rest}"

    def test_an_id_is_quoted_for_a_shell(self) -> None:
        like = replace(self.LIKE, evidence=SAME_NAME_OTHER_ID, other_id="B 2")
        assert sentences.alias(like, "A;1") == (
            "It seems that it goes on under another id, B 2. If so: "
            "`quietdrop aliases accept 'B 2' 'A;1'`."
        )


def test_worth_a_look_says_what_came_and_no_more() -> None:
    assert sentences.worth_a_look(3, 6.0, ONSET, AS_OF) == (
        "3 came since May 18, about 6 would be usual; it may be chance"
    )
    assert sentences.worth_a_look(0, 6.0, None, AS_OF) == (
        "none came in the last 13 weeks, about 6 would be usual; it may be chance"
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("network", "All practices together"),
        ("territory", "The territory North"),
        ("health_system", "The practices of North"),
        ("location", "Our location North"),
        ("service_line", "North referrals"),
    ],
)
@pytest.mark.parametrize(("observed", "came"), [(0, "None"), (12, "12")])
def test_a_whole_that_fell(kind: str, name: str, observed: int, came: str) -> None:
    stream = Stream(kind, "\x1bNorth", 0.9, ONSET, 40.0, observed, 0.3, (0.3, 0.3))
    assert sentences.whole(stream, AS_OF) == (
        name,
        f"{came} since May 18, where 40 were expected; season and holidays are allowed for.",
    )


@pytest.mark.parametrize(
    ("weeks", "seen", "words"),
    [
        (0, False, "since this week"),
        (0, True, "since this week, seen"),
        (1, False, "1 week"),
        (3, True, "3 weeks, seen"),
    ],
)
def test_how_long_it_is_open(weeks: int, seen: bool, words: str) -> None:
    assert sentences.open_for(weeks, seen=seen) == words


def test_who_complained_and_when() -> None:
    rest = "that something went wrong, and it is not answered yet."
    assert sentences.complaint(None, "", AS_OF) == f"They told us {rest}"
    assert sentences.complaint(ONSET, "", AS_OF) == f"They told us on May 18 {rest}"
    assert sentences.complaint(None, "Dana\n", AS_OF) == f"Dana told us {rest}"


@pytest.mark.parametrize(
    ("number", "hidden", "words"),
    [
        (0, 0, ""),
        (1, 0, "1 older one"),
        (2, 1, "2 older ones, 1 hidden for now"),
        (0, 3, "3 hidden for now"),
    ],
)
def test_older_ones_that_are_not_named(number: int, hidden: int, words: str) -> None:
    assert sentences.older(number, hidden) == words


def test_who_came_back_and_what_got_worse() -> None:
    assert sentences.back_at(3.0) == "at their usual 3 a week again."
    assert sentences.back_at(0.9) == "at their usual 4 a month again."
    assert sentences.back_at(0.0) == "at their usual again."
    assert sentences.worse(1) == "Open for 1 week, and clearly worse now."
    assert sentences.worse(3) == "Open for 3 weeks, and clearly worse now."
