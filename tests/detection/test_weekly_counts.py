"""Counts per week: which days count, and where the weeks begin."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.detection.weekly_counts import HISTORY_WEEKS, Events, WeeklyCounts, events, weekly
from quietdrop.domain.days import EPOCH

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days


def referrals(*rows: tuple[str, int, int], recorded: int | None = None) -> Events:
    """In: practice, days before the as-of date (0 is that day itself), referrals."""
    frame = pd.DataFrame(rows, columns=["practice_id", "back", "referrals"])
    frame["day"] = END - frame.pop("back")
    if recorded is not None:
        frame["recorded"] = frame["day"] + recorded
    return events(frame)


def counts(*rows: tuple[str, int, int]) -> WeeklyCounts:
    return weekly(referrals(*rows), AS_OF)


def test_streams_are_sorted_by_name_and_days_summed() -> None:
    by_day = referrals(("B", 3, 1), ("A", 9, 2), ("B", 3, 4), ("", 3, 7))
    assert by_day.ids == ("A", "B")
    assert by_day.stream.tolist() == [0, 1]
    assert by_day.day.tolist() == [END - 9, END - 3]
    assert by_day.count.tolist() == [2, 5]
    assert by_day.recorded.tolist() == [-1, -1]


@pytest.mark.parametrize(("back", "week"), [(1, -1), (7, -1), (8, -2), (14, -2), (15, -3)])
def test_a_week_is_seven_days_counted_back_from_the_as_of_date(back: int, week: int) -> None:
    binned = counts(("A", 21, 1), ("A", back, 5)).counts[0]
    assert binned[week] == 5.0
    assert binned.sum() == 5.0


def test_the_as_of_day_itself_does_not_count_yet() -> None:
    before = counts(("A", 20, 1), ("A", 3, 2))
    after = counts(("A", 20, 1), ("A", 3, 2), ("A", 0, 9), ("B", 0, 9))
    assert after.ids == before.ids
    assert after.counts.tolist() == before.counts.tolist()


@pytest.mark.parametrize(("late", "is_seen"), [(2, True), (3, False)])
def test_a_row_counts_once_it_was_recorded_before_the_as_of_date(late: int, is_seen: bool) -> None:
    counted = referrals(("A", 3, 1), recorded=late).known_on(AS_OF)
    assert (len(counted.day) == 1) is is_seen


def test_the_very_first_referral_is_left_out() -> None:
    binned = counts(("A", 20, 3), ("A", 2, 1))
    assert binned.counts[0].tolist() == [2.0, 0.0, 1.0]
    assert binned.first_day.tolist() == [END - 20]


@pytest.mark.parametrize(
    ("back", "live"),
    [
        (21, [6 / 7, 1.0, 1.0]),  # the first day of its week: the six days after it
        (15, [0.0, 1.0, 1.0]),  # the last day of its week
        (14, [0.0, 6 / 7, 1.0]),
    ],
)
def test_a_stream_is_live_from_the_day_after_its_first_referral(
    back: int, live: list[float]
) -> None:
    binned = counts(("A", 21, 1), ("B", back, 1))
    assert binned.live[1] == pytest.approx(live)


def test_history_is_cut_and_what_came_before_has_begun_all_the_same() -> None:
    old = 7 * (HISTORY_WEEKS + 10)
    binned = counts(("A", old, 5), ("A", 1, 2))
    assert binned.weeks == HISTORY_WEEKS
    assert binned.counts.sum() == 2.0
    assert (binned.live == 1.0).all()


@pytest.mark.parametrize(("back", "weeks", "sent"), [(1456, 208, 2.0), (1457, 208, 0.0)])
def test_history_is_two_hundred_and_eight_weeks(back: int, weeks: int, sent: float) -> None:
    binned = counts(("A", 2000, 1), ("A", back, 2))
    assert binned.weeks == weeks
    assert binned.counts[0, 0] == sent


def test_the_first_day_of_all_counts_but_for_the_first_referral() -> None:
    assert counts(("A", 21, 3)).counts[0].tolist() == [2.0, 0.0, 0.0]


def test_the_referrals_by_day_are_those_that_are_counted() -> None:
    binned = counts(("A", 20, 1), ("A", 3, 2), ("B", 9, 1), ("C", 5, 4))
    assert binned.ids == ("A", "B", "C")
    assert binned.event_stream.tolist() == [0, 2]
    assert binned.event_day.tolist() == [END - 3, END - 5]
    assert binned.event_count.tolist() == [2, 3]


def test_who_was_not_seen_yet_leaves_no_gap_among_those_who_were() -> None:
    binned = counts(("A", 20, 2), ("B", 0, 9), ("C", 6, 3))
    assert binned.ids == ("A", "C")
    assert binned.counts.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]]


def test_weeks_are_named_by_their_first_day() -> None:
    binned = counts(("A", 15, 1))
    assert binned.weeks == 3
    assert binned.week_start(0) == AS_OF - timedelta(days=21)
    assert binned.week_start(2) == AS_OF - timedelta(days=7)
    assert binned.start_day == END - 21


def test_nothing_at_all_is_one_empty_week() -> None:
    binned = counts()
    assert binned.ids == ()
    assert binned.counts.shape == (0, 1)
    assert binned.span.profile == pytest.approx(np.full(7, 1 / 7))


def test_one_referral_beside_the_first_makes_a_profile() -> None:
    span = counts(("A", 20, 1), ("A", 6, 1)).span
    assert span.profile.tolist() == [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert (span.start, span.number) == (AS_OF - timedelta(days=21), 3)


def test_the_weekday_profile_begins_with_the_weeks_first_day_and_leaves_first_ones_out() -> None:
    profile = counts(("A", 7, 3), ("A", 6, 2), ("B", 14, 1), ("B", 1, 4)).span.profile
    assert profile == pytest.approx(np.array([2, 2, 0, 0, 0, 0, 4]) / 8)
