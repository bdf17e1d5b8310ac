"""Who is thanked, and who counts as new or growing, at both sides of each boundary."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.checkin import Touch
from quietdrop.domain.days import EPOCH
from quietdrop.findings.good_news import ROTATION, Merit, Thanks, growing, its_turn, thanks_due

AS_OF = date(2026, 7, 6)


def assessment_of(as_of: date, **weeks: list[int]) -> Assessed:
    """Counts a week of each practice, the oldest first; twenty steady ones beside them."""
    longest = max(map(len, weeks.values()))
    rows = []
    for key, counts in (weeks | {f"Z{i}": [2] * longest for i in range(20)}).items():
        first = (as_of - EPOCH).days - 7 * len(counts)
        rows += [(key, first + 7 * w + d % 5, 1) for w, n in enumerate(counts) for d in range(n)]
    frame = pd.DataFrame(rows, columns=["practice_id", "day", "referrals"])
    return assess(weekly(events(frame), as_of), DriftSettings())


def turn(key: str) -> date:
    """The Monday of the practice's turn."""
    days = (AS_OF + timedelta(weeks=week) for week in range(ROTATION))
    return next(day for day in days if its_turn(key, day))


class TestThanks:
    def test_a_practice_has_its_turn_every_fourth_week(self) -> None:
        days = [AS_OF + timedelta(weeks=week) for week in range(12)]
        assert [its_turn("A", day) for day in days].count(True) == 3

    @pytest.mark.parametrize(("last", "kind"), [(2, "milestone"), (1, None)])
    def test_the_hundredth_patient_is_told_the_week_after(
        self, last: int, kind: str | None
    ) -> None:
        """98 before the last week: with 2 more it is reached, with 1 more not."""
        off = turn("A") + timedelta(weeks=1)
        due = thanks_due(assessment_of(off, A=[2] * 49 + [last]), ["A"], [])
        assert [one.kind for one in due] == ([kind] if kind else [])

    @pytest.mark.parametrize(("weeks", "due"), [(26, True), (25, False)])
    def test_who_was_thanked_within_half_a_year_is_not_again(self, weeks: int, due: bool) -> None:
        day = turn("A")
        touch = Touch(day - timedelta(weeks=weeks), "A", kind="thank_you")
        thanks = thanks_due(assessment_of(day, A=[3] * 60), ["A"], [touch])
        assert bool(thanks) is due

    def test_a_visit_is_no_thanks(self) -> None:
        day = turn("A")
        touch = Touch(day - timedelta(weeks=1), "A", kind="visit")
        [due] = thanks_due(assessment_of(day, A=[3] * 60), ["A"], [touch])
        assert due == Thanks("A", Merit.TOP, 156, None)

    def test_who_is_drifting_is_not_thanked_for_being_steady(self) -> None:
        day = turn("A")
        assert thanks_due(assessment_of(day, A=[3] * 60 + [0] * 12), ["A"], []) == []


class TestGrowing:
    @pytest.mark.parametrize(("weeks", "is_told"), [(13, True), (14, False)])
    def test_a_quarter_long_a_practice_is_new(self, weeks: int, is_told: bool) -> None:
        day = turn("A")
        growers = growing(assessment_of(day, A=[1] * weeks, B=[2] * 60), ["A"])
        assert [one.kind for one in growers] == (["new"] if is_told else [])

    @pytest.mark.parametrize(("came", "is_told"), [(3, True), (2, False)])
    def test_three_referrals_make_an_acquaintance(self, came: int, is_told: bool) -> None:
        day = turn("A")
        assert bool(growing(assessment_of(day, A=[1] * came, B=[2] * 60), ["A"])) is is_told

    def test_twice_as_many_for_a_quarter_is_growth(self) -> None:
        day = turn("A")
        [grower] = growing(assessment_of(day, A=[2] * 60 + [5] * 13), ["A"])
        assert (grower.kind, grower.came) == ("growing", 65)
        assert grower.expected == pytest.approx(26, rel=0.1)

    def test_the_same_as_ever_is_not(self) -> None:
        day = turn("A")
        assert growing(assessment_of(day, A=[2] * 73), ["A"]) == []


def test_the_rotation_is_even() -> None:
    names = [f"P{place:04d}" for place in range(4000)]
    share = np.mean([its_turn(name, AS_OF) for name in names])
    assert share == pytest.approx(1 / ROTATION, abs=0.03)
