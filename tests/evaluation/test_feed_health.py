"""Signs that a feed is broken: each is said from its threshold on, and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.detection.aggregates import Stream
from quietdrop.domain.intake import Intake, Reject
from quietdrop.domain.weekly import Loss, Losses
from quietdrop.evaluation.feed_health import (
    WHERE_BLANK,
    fallen,
    reaches,
    silent_sources,
    stale,
    too_many_rejects,
    vanished,
)
from quietdrop.lib.periods import Period

AS_OF = date(2026, 7, 6)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
END = (AS_OF - date(1970, 1, 1)).days
FELL = Stream("network", "", 0.95, AS_OF - 2 * WEEK, 100.0, 59, 0.5, (0.9, 0.34))


class TestStale:
    def test_the_day_on_which_more_is_due_is_not_late(self) -> None:
        newest = AS_OF - 10 * DAY
        assert stale(newest, AS_OF, AS_OF) == []
        assert stale(newest, AS_OF, AS_OF - DAY) == [
            "The newest referral is of June 26, 2026, 10 days before July 6, 2026;"
            " by the feed's own rhythm more was due by July 5, 2026."
        ]

    def test_a_set_age_and_a_period_are_named(self) -> None:
        newest, due = AS_OF - 10 * DAY, AS_OF - DAY
        [said] = stale(newest, AS_OF, due, max_age_days=9)
        assert said.endswith("; [feed] max_age_days allows 9.")
        [said] = stale(newest, AS_OF, due, max_age_days=9, period="month")
        assert said.startswith("The newest month ends on June 26, 2026, 10 days before")
        assert said.endswith("; [feed] max_age_days allows 9 after the next month.")

    def test_nothing_at_all_is_said_whatever_was_due(self) -> None:
        words = ["No referral is known before July 6, 2026."]
        assert stale(None, AS_OF, AS_OF + WEEK) == words


@pytest.mark.parametrize(
    ("period", "days", "reached"),
    [("week", 1, True), ("week", 2, False), ("month", 7, True), ("month", 8, False)],
)
def test_counts_of_periods_reach_so_far(period: Period, days: int, reached: bool) -> None:
    assert reaches(AS_OF - days * DAY, AS_OF, period) is reached
    assert reaches(AS_OF - 99 * DAY, AS_OF, None)
    assert reaches(None, AS_OF, period)


def read(rejected: int, blank: int = 0, rows: int = 1000) -> Intake:
    rejects = (
        Reject("rows.csv", 2, "no date", (), rows=rejected - blank),
        Reject("rows.csv", 3, "no practice", (), rows=blank),
    )
    kept = tuple(one for one in rejects if one.rows)
    return Intake(pd.DataFrame(), {}, {}, (), rows, None, kept)


class TestRejects:
    def test_as_many_as_are_allowed_are_no_fault(self) -> None:
        assert too_many_rejects(read(50), 0.05) == []
        assert too_many_rejects(read(51), 0.05) == [
            "51 of 1,000 rows could not be used (no date 51); [feed] max_reject_share allows 5%."
        ]

    @pytest.mark.parametrize(("blank", "is_blank"), [(49, False), (50, True)])
    def test_blank_practices_are_the_reason_where_the_others_alone_are_allowed(
        self, blank: int, is_blank: bool
    ) -> None:
        [said] = too_many_rejects(read(100, blank), 0.05)
        assert (WHERE_BLANK in said) is is_blank

    @pytest.mark.parametrize(
        ("rejected", "line"), [(200, "0.3"), (201, "0.4"), (299, "0.4"), (900, "1.0"), (950, "1.0")]
    )
    def test_the_line_of_the_config_allows_a_tenth_more(self, rejected: int, line: str) -> None:
        [said] = too_many_rejects(read(rejected, rejected), 0.05)
        assert said.endswith(f"set [feed] max_reject_share = {line}.")


class TestFallen:
    def said(self, **changes: object) -> list[str]:
        return fallen([replace(FELL, **changes)], AS_OF, None)  # type: ignore[arg-type]

    def test_the_network_that_fell_is_said_with_its_numbers(self) -> None:
        assert self.said() == [
            "The whole network sent 59 referrals since June 22, 2026, where 100 were "
            "expected; the feed may be broken."
        ]
        assert self.said(kind="location", key="Milton")[0].startswith("Location Milton sent 59 ")

    @pytest.mark.parametrize("kind", ["territory", "health_system", "service_line"])
    def test_what_no_feed_delivers_as_a_whole_is_no_fault(self, kind: str) -> None:
        assert self.said(kind=kind) == []

    @pytest.mark.parametrize(
        ("changes", "faults"),
        [
            ({"probability": 0.949}, 0),
            ({"observed": 60}, 0),
            ({"came": (0.6, 0.35)}, 0),
            ({"came": (0.59, 0.59)}, 1),
            ({"came": (0.6, 0.349)}, 1),
            ({"came": (0.1, 0.6)}, 0),
            ({"onset": AS_OF - 8 * WEEK}, 1),
            ({"onset": AS_OF - 8 * WEEK - DAY}, 0),
        ],
    )
    def test_both_sides_of_each_threshold(self, changes: dict[str, object], faults: int) -> None:
        assert len(self.said(**changes)) == faults

    @pytest.mark.parametrize(("after", "faults"), [(0, 1), (1, 0)])
    def test_a_forced_run_answers_what_began_before_it(self, after: int, faults: int) -> None:
        assert len(fallen([FELL], AS_OF, FELL.onset + after * DAY)) == faults


class TestVanished:
    def losses(self, gone: int, seen: date = AS_OF) -> Losses:
        return Losses({"P1": Loss("P1", "Lakeside", seen, {1: gone}, had=60, has=1)}, had=100)

    @pytest.mark.parametrize(("gone", "faults"), [(19, 0), (20, 1), (21, 1)])
    def test_a_fifth_of_what_there_was_is_a_fault(self, gone: int, faults: int) -> None:
        assert len(vanished(self.losses(gone), AS_OF)) == faults

    def test_it_says_how_much_of_what_and_when_it_was_there(self) -> None:
        assert vanished(self.losses(20), AS_OF) == [
            "20 of 100 referrals that the source had earlier today are no longer in it, of 1 "
            "practices; the feed may be broken."
        ]
        [said] = vanished(self.losses(20, AS_OF - WEEK), AS_OF)
        assert "that the source had on June 29, 2026 are" in said

    def test_nothing_was_there_so_nothing_is_gone(self) -> None:
        assert vanished(Losses(), AS_OF) == []


def days(source: str, first: int, last: int, referrals: int = 1) -> pd.DataFrame:
    """A file with a row a day, from so many days before the as-of day to so many."""
    day = np.arange(END - first, END - last + 1)
    return pd.DataFrame({"source": source, "day": day, "referrals": referrals})


class TestSilentSources:
    def said(self, *files: pd.DataFrame, acknowledged: date | None = None) -> list[str]:
        return silent_sources(pd.concat(files), AS_OF, acknowledged)

    def test_a_file_that_ends_while_another_goes_on_is_said_with_what_is_missing(self) -> None:
        assert self.said(days("a.csv", 400, 10), days("b.csv", 400, 1)) == [
            "The file a.csv ends on June 26, 2026, while others go on; about 9 of its "
            "referrals seem to be missing."
        ]

    def test_two_silent_files_are_both_named(self) -> None:
        files = days("a.csv", 400, 10), days("b.csv", 400, 11), days("c.csv", 400, 1)
        assert [said.split()[2] for said in self.said(*files)] == ["a.csv", "b.csv"]

    def test_one_file_alone_and_none_say_nothing(self) -> None:
        assert self.said(days("a.csv", 400, 10)) == []
        assert silent_sources(pd.DataFrame(), AS_OF, None) == []

    @pytest.mark.parametrize(("last", "faults"), [(8, 0), (9, 1), (56, 1), (57, 0)])
    def test_eight_missing_of_the_last_eight_weeks(self, last: int, faults: int) -> None:
        assert len(self.said(days("a.csv", 400, last), days("b.csv", 400, 1))) == faults

    @pytest.mark.parametrize(("first", "faults"), [(191, 0), (192, 1)])
    def test_a_file_teaches_its_rhythm_in_half_a_year(self, first: int, faults: int) -> None:
        assert len(self.said(days("a.csv", first, 10), days("b.csv", 400, 1))) == faults

    @pytest.mark.parametrize(("first", "faults"), [(191, 0), (192, 1)])
    def test_the_other_file_ran_beside_it_for_half_a_year(self, first: int, faults: int) -> None:
        assert len(self.said(days("a.csv", 400, 10), days("b.csv", first, 1))) == faults

    @pytest.mark.parametrize(("last", "faults"), [(6, 1), (7, 0)])
    def test_the_other_goes_on_for_more_than_a_weekend(self, last: int, faults: int) -> None:
        assert len(self.said(days("a.csv", 400, 10), days("b.csv", 400, last))) == faults

    @pytest.mark.parametrize(("pause", "faults"), [(8, 1), (9, 0)])
    def test_the_other_goes_on_for_longer_than_this_ever_paused(
        self, pause: int, faults: int
    ) -> None:
        parts = days("a.csv", 400, 30 + pause, 2), days("a.csv", 30, 10, 2)
        assert len(self.said(*parts, days("b.csv", 400, 1))) == faults

    @pytest.mark.parametrize(("after", "faults"), [(0, 1), (1, 0)])
    def test_a_forced_run_answers_a_file_that_ended_before(self, after: int, faults: int) -> None:
        files = days("a.csv", 400, 10), days("b.csv", 400, 1)
        forced = AS_OF + (after - 10) * DAY
        assert len(self.said(*files, acknowledged=forced)) == faults

    def test_the_as_of_day_itself_is_not_known_yet(self) -> None:
        today = days("a.csv", 0, 0)
        assert len(self.said(days("a.csv", 400, 10), today, days("b.csv", 400, 0))) == 1

    def test_what_a_file_sent_is_that_of_the_half_year_before_its_end(self) -> None:
        """One a day for 182 days, and a thousand on the day before them."""
        before = days("a.csv", 400, 192, 1000)
        files = before, days("a.csv", 191, 10), days("b.csv", 400, 1)
        assert "about 9 of its" in self.said(*files)[0]

    @pytest.mark.parametrize(("paused", "faults"), [(183, 1), (182, 0)])
    def test_a_pause_counts_that_ended_within_that_half_year(
        self, paused: int, faults: int
    ) -> None:
        """Twelve days of nothing ended so many days before its end."""
        end = 10 + paused
        parts = days("a.csv", 400, end + 12, 2), days("a.csv", end, 10, 2)
        assert len(self.said(*parts, days("b.csv", 400, 1))) == faults
