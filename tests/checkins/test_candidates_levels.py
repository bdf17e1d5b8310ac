"""Who may be listed or reviewed, on figures that are set by hand: both sides of each threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.candidates import drifting, left_long_ago, old_stories
from quietdrop.checkins.priority import Ranking
from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.directory import Prefer

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
FALLEN = {
    "status": Status.DRIFTING,
    "drift_probability": 0.5,  # the alert itself
    "onset": AS_OF - 8 * WEEK,
    "remaining_share": 0.2,
    "lost_per_week": 1.6,
}
SETTLED = {"settled_baseline": 2.0, "settled_onset": AS_OF - 60 * WEEK}
BEFORE = CheckIn(
    "A",
    "A",
    "ann@x.example",
    Kind.DRIFT,
    AS_OF - 12 * WEEK,
    baseline_per_week=2.0,
    remaining_share=0.5,
    state=State.CLOSED,
    resolved_on=AS_OF - 8 * WEEK,
)


def listed(
    figures: Mapping[str, Any],
    before: CheckIn | None = None,
    *,
    came: float = 2.0,
    first_run: bool = False,
) -> tuple[bool, bool]:
    """Whether the practice may be listed, and whether it is reviewed."""
    assessed = counted({"A": [2.0] * 44 + [came] * 8}, {"A": FALLEN | dict(figures)})
    last = {"A": before} if before else {}
    chosen, review = drifting(assessed, last, (), first_run=first_run, ranking=Ranking(Prefer.SURE))
    return bool(chosen), bool(review)


@pytest.mark.parametrize(("weeks", "days", "is_old"), [(13, 0, False), (13, 1, True)])
def test_old_news_is_older_than_thirteen_weeks(weeks: int, days: int, is_old: bool) -> None:
    onset = {"onset": AS_OF - weeks * WEEK - days * DAY}
    assert listed(onset, first_run=True) == (not is_old, is_old)
    assert listed(onset) == (True, False), "only the first run reviews"


def test_a_fall_at_the_edge_is_reviewed_at_first_and_never_listed() -> None:
    assert listed({"edge": True}, first_run=True) == (False, True)
    assert listed({"edge": True}) == (False, False)


@pytest.mark.parametrize(("probability", "chosen"), [(0.5, True), (0.4999, False)])
def test_the_alert_itself_is_listed(probability: float, chosen: bool) -> None:
    assert listed({"drift_probability": probability}) == (chosen, False)


class TestOldStory:
    """Half was told and answered for eight weeks ago."""

    @pytest.mark.parametrize(("days", "is_new"), [(-1, False), (0, True), (1, True)])
    def test_a_drop_that_began_since_is_new(self, days: int, is_new: bool) -> None:
        onset = {"onset": AS_OF - 8 * WEEK + days * DAY}
        assert listed(onset, BEFORE) == (is_new, False)

    @pytest.mark.parametrize(
        ("share", "state", "is_new"),
        [
            (0.1, "closed", False),
            (0.11, "closed", True),
            (0.1, "recovered", True),  # what was regained may be lost anew
        ],
    )
    def test_silence_of_who_was_told_as_stopped_is_no_news(
        self, share: float, state: Any, is_new: bool
    ) -> None:
        before = replace(BEFORE, remaining_share=share, state=state)
        assert listed({}, before, came=0.0) == (is_new, False)

    def test_what_came_on_the_other_side_of_the_answer_breaks_the_silence(self) -> None:
        before = replace(BEFORE, remaining_share=0.1)
        assert listed({}, replace(before, resolved_on=AS_OF - 9 * WEEK), came=0.0) == (True, False)
        late = AS_OF - 9 * WEEK + DAY
        onset = {"onset": late}
        assert listed(onset, replace(before, resolved_on=late), came=0.0) == (False, False)

    def test_the_watched_are_asked_the_same(self) -> None:
        figures = FALLEN | {"status": Status.WATCHING, "onset": AS_OF - 9 * WEEK}
        assessed = counted({"A": [2.0] * 52, "B": [2.0] * 52}, {"A": figures, "B": figures})
        assert old_stories(assessed, {"A": BEFORE}) == {"A"}


@pytest.mark.parametrize(
    ("recent", "settled", "reviewed"),
    [
        (0.25, 0.25, True),  # together the alert, and as likely of old as of late
        (0.25, 0.2499, False),
        (0.2499, 0.25, False),
        (0.26, 0.25, False),
        (0.4999, 0.5001, True),
        (0.5, 0.5, False),  # at the alert it is a drift of its own
    ],
)
def test_who_left_long_ago(recent: float, settled: float, reviewed: bool) -> None:
    figures = SETTLED | {"drift_probability": recent, "settled_probability": settled}
    assessed = counted({"A": [2.0] * 52}, {"A": figures})
    gone = left_long_ago(assessed, ())
    assert [one.practice_id for one in gone] == (["A"] if reviewed else [])
    assert all(one.probability == pytest.approx(recent + settled) for one in gone)


def test_of_whom_the_onset_is_not_known_nobody_is_reviewed() -> None:
    figures = {"drift_probability": 0.0, "settled_probability": 0.9, "settled_onset": None}
    assert left_long_ago(counted({"A": [2.0] * 52}, {"A": figures}), ()) == []
