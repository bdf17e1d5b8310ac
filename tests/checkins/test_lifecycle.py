"""What becomes of an open check-in: both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.checkin_scene import AS_OF, GONE_QUIET, WEEK, explained, judged, rows, told

from quietdrop.checkins.history import History
from quietdrop.checkins.lifecycle import (
    Situation,
    fate,
    has_recovered,
    is_worse,
    since_onset,
    told_share,
    was_a_spelling,
)
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, Touch
from quietdrop.domain.findings import Cause

#  three a week, eight weeks of nothing, then back
BACK = judged(rows("Stop", [3] * 88 + [0] * 8 + [3] * 8))
HALF_BACK = judged(rows("Stop", [3] * 88 + [0] * 8 + [2] * 8))


def opened(weeks_ago: int, **more: object) -> CheckIn:
    """The check-in of a stop, opened so long ago, its baseline frozen at three a week."""
    day = AS_OF - timedelta(weeks=weeks_ago)
    checkin = CheckIn(
        "Stop", "Stop", "ann@example.com", Kind.DRIFT, day, onset=day - 4 * WEEK, notified_on=day
    )
    return replace(
        checkin,
        baseline_per_week=3.0,
        remaining_share=0.5,
        **more,  # type: ignore[arg-type]
    )


class TestRecovery:
    def test_eight_weeks_at_four_fifths_of_the_frozen_baseline(self) -> None:
        assert has_recovered(BACK, opened(12))
        assert not has_recovered(HALF_BACK, opened(12))

    def test_the_share_is_of_the_frozen_baseline_not_of_a_new_one(self) -> None:
        """Two a week: four fifths of 2.4 are 1.92, of 2.6 are 2.08."""
        came, chances = HALF_BACK.newest("Stop", 8)
        level = came / chances / 0.8
        assert has_recovered(HALF_BACK, replace(opened(12), baseline_per_week=level - 0.01))
        assert not has_recovered(HALF_BACK, replace(opened(12), baseline_per_week=level + 0.01))

    @pytest.mark.parametrize(("weeks", "recovered"), [(7, False), (8, True)])
    def test_not_before_eight_weeks_after_the_onset(self, weeks: int, recovered: bool) -> None:
        checkin = replace(opened(2), onset=AS_OF - timedelta(weeks=weeks))
        assert has_recovered(BACK, checkin) is recovered

    def test_a_practice_that_is_gone_from_the_data_has_not_recovered(self) -> None:
        gone = replace(opened(12), practice_id="Nobody")
        assert not has_recovered(BACK, gone)
        assert not was_a_spelling(BACK, gone)
        assert not is_worse(BACK, gone, AS_OF - 10 * WEEK)
        assert since_onset(BACK, gone) == (0, 0.0)

    def test_without_a_baseline_nobody_recovers(self) -> None:
        assert not has_recovered(BACK, replace(opened(12), baseline_per_week=None))


class TestWorse:
    """Three a week was told as halved; since then nothing came."""

    @pytest.mark.parametrize(("weeks", "worse"), [(1, False), (6, True)])
    def test_only_beyond_chance(self, weeks: int, worse: bool) -> None:
        assert is_worse(GONE_QUIET, opened(10), AS_OF - timedelta(weeks=weeks)) is worse

    @pytest.mark.parametrize(("uncounted", "worse"), [(0, True), (9, False)])
    def test_rows_that_were_not_counted_may_explain_it(self, uncounted: int, worse: bool) -> None:
        assert is_worse(GONE_QUIET, opened(10), AS_OF - 6 * WEEK, uncounted) is worse

    @pytest.mark.parametrize(("share", "worse"), [(0.1, False), (0.5, True)])
    def test_what_was_told_as_stopped_cannot_get_worse(self, share: float, worse: bool) -> None:
        checkin = replace(opened(10), remaining_share=share)
        assert is_worse(GONE_QUIET, checkin, AS_OF - 6 * WEEK) is worse

    def test_the_same_day_tells_nothing(self) -> None:
        assert not is_worse(GONE_QUIET, opened(0), AS_OF)


def test_the_share_told_of_a_recovered_one_is_the_recovered_level() -> None:
    assert told_share(BACK, opened(10, state="recovered")) == 0.8
    assert told_share(BACK, opened(10)) == 0.5


def test_what_came_since_the_onset_and_what_the_frozen_baseline_promised() -> None:
    came, promised = since_onset(GONE_QUIET, replace(opened(4), onset=AS_OF - 8 * WEEK))
    _, chances = GONE_QUIET.newest("Stop", 8)
    assert came == 0
    assert promised == pytest.approx(3.0 * chances)
    assert since_onset(GONE_QUIET, replace(opened(4), onset=None)) == (0, 0.0)


class TestFate:
    """`told` is the check-in of a stop that a run of so long ago opened."""

    @pytest.mark.parametrize(("days", "became"), [(6, "waiting"), (7, "reminded")])
    def test_a_reminder_after_a_week(self, days: int, became: str) -> None:
        checkin = told(timedelta(days=days))
        assert fate(GONE_QUIET, checkin, Situation())[0] == became

    def test_after_the_reminder_it_ages(self) -> None:
        checkin = replace(told(3 * WEEK), reminded_on=AS_OF - 2 * WEEK)
        assert fate(GONE_QUIET, checkin, Situation())[0] == "aging"

    def test_the_reminder_is_dated(self) -> None:
        became, kept = fate(GONE_QUIET, told(2 * WEEK), Situation())
        assert (became, kept.reminded_on, kept.state) == ("reminded", AS_OF, "open")

    @pytest.mark.parametrize(
        ("until", "became"), [(AS_OF, "reminded"), (AS_OF + timedelta(days=1), "asleep")]
    )
    def test_a_snooze_ends_on_its_day(self, until: date, became: str) -> None:
        snooze = Snooze("Stop", AS_OF - WEEK, until)
        situation = Situation(History(snoozes=(snooze,)))
        checkin = replace(told(2 * WEEK), opened_on=AS_OF - timedelta(days=3))
        checkin = replace(checkin, notified_on=AS_OF - 2 * WEEK)
        result = fate(GONE_QUIET, checkin, situation)[0]
        assert result == became

    @pytest.mark.parametrize(
        ("situation", "became", "outcome"),
        [
            (Situation(closed=frozenset({"Stop"})), "answered", "practice closed"),
            (Situation(History(not_practices=frozenset({"Stop"}))), "answered", "not a practice"),
            (Situation(findings=explained("Stop", Cause.MOVED)), "explained", "moved"),
        ],
    )
    def test_what_is_known_closes_it(self, situation: Situation, became: str, outcome: str) -> None:
        result, kept = fate(GONE_QUIET, told(2 * WEEK), situation)
        assert (result, kept.state, kept.resolved_on) == (became, "closed", AS_OF)
        assert kept.outcome == outcome

    def test_a_complaint_is_told_until_it_is_resolved_and_never_hidden(self) -> None:
        complaint = replace(told(2 * WEEK), kind=Kind.COMPLAINT)
        snooze = Snooze("Stop", AS_OF - WEEK, AS_OF + WEEK)
        hidden = Situation(History(snoozes=(snooze,)))
        assert fate(GONE_QUIET, complaint, hidden)[0] == "unanswered"
        called = Touch(AS_OF - WEEK, "Stop", kind="call", outcome="resolved")
        answered = Situation(History(touches=(called,)))
        assert fate(GONE_QUIET, complaint, answered)[0] == "answered"

    def test_who_is_back_recovers_and_keeps_the_day(self) -> None:
        became, kept = fate(BACK, opened(12), Situation())
        assert (became, kept.state, kept.resolved_on) == ("recovered", "recovered", AS_OF)


class TestSince:
    """What is told anew counts from that day, not from its opening."""

    @pytest.mark.parametrize(("days", "became"), [(6, "waiting"), (7, "reminded")])
    def test_a_week_after_it_was_told_it_is_reminded_of(self, days: int, became: str) -> None:
        day = AS_OF - timedelta(days=days)
        told_anew = replace(opened(10, notified_on=day), remaining_share=0.0)
        assert fate(GONE_QUIET, told_anew, Situation())[0] == became

    @pytest.mark.parametrize(("weeks", "became"), [(1, "reminded"), (6, "worse")])
    def test_worse_is_counted_from_when_it_was_told(self, weeks: int, became: str) -> None:
        told_anew = opened(10, notified_on=AS_OF - weeks * WEEK)
        assert fate(GONE_QUIET, told_anew, Situation())[0] == became

    def test_what_is_worse_is_kept_at_the_level_of_the_weeks_since(self) -> None:
        became, kept = fate(GONE_QUIET, opened(10, notified_on=AS_OF - 6 * WEEK), Situation())
        assert (became, kept.notified_on, kept.opened_on) == ("worse", AS_OF, AS_OF - 10 * WEEK)
        assert (kept.remaining_share, kept.lost_per_week) == (0.0, 3.0)
