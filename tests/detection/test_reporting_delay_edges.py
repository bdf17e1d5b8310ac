"""Late data by value: which rows teach how late they come, and where a feed ends."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.detection.reporting_delay import (
    MATURE_DAYS,
    arrived,
    arrived_by_age,
    arrived_in_earlier_runs,
    day_counts,
)
from quietdrop.detection.weekly_counts import Events, WeeklyCounts, events, weekly
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
NOW = np.ones(MATURE_DAYS)  # every row is there on the day after


def stamped(*rows: tuple[int, int, int]) -> Events:
    """In: the age of the day, how many days later the rows were recorded, referrals."""
    age, late, number = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return Events(("A",), np.zeros(len(age), dtype=np.int64), END - age, END - age + late, number)


def by_age(*rows: tuple[int, int, int]) -> list[float]:
    return list(arrived_by_age(stamped(*rows), AS_OF))


class TestWhenRowsWereRecorded:
    """Days 57 to 421 days ago teach it, 50 referrals at least."""

    def test_the_share_of_each_age_is_that_of_rows_recorded_by_then(self) -> None:
        assert by_age((57, 0, 30), (57, 3, 20)) == [0.6] * 3 + [1.0] * 53

    @pytest.mark.parametrize("age", [57, 421])
    def test_the_nearest_and_the_farthest_day_count(self, age: int) -> None:
        assert by_age((100, 0, 30), (age, 3, 20)) == [0.6] * 3 + [1.0] * 53

    @pytest.mark.parametrize("age", [56, 422])
    def test_days_nearer_or_farther_do_not(self, age: int) -> None:
        assert by_age((100, 0, 50), (age, 3, 50)) == [1.0] * 56

    @pytest.mark.parametrize(("referrals", "first"), [(49, 1.0), (50, 0.0)])
    def test_fewer_than_fifty_teach_nothing(self, referrals: int, first: float) -> None:
        assert by_age((100, 3, referrals))[0] == first

    def test_later_than_eight_weeks_is_never_by_then(self) -> None:
        assert by_age((300, 54, 10), (300, 55, 20), (300, 56, 30), (300, 99, 40)) == (
            [0.0] * 54 + [0.1, 0.3]
        )

    def test_what_was_recorded_before_its_day_was_there_at_once(self) -> None:
        assert by_age((300, -2, 30), (300, 1, 20)) == [0.6] + [1.0] * 55

    @pytest.mark.parametrize(("late", "first"), [(99, 0.5), (100, 1.0)])
    def test_what_is_recorded_on_the_date_itself_is_not_known_yet(
        self, late: int, first: float
    ) -> None:
        assert by_age((150, 0, 50), (100, late, 50))[0] == first

    @pytest.mark.parametrize(("recorded", "first"), [(-1, 1.0), (0, 0.0)])
    def test_a_row_counts_from_the_first_day_that_can_be_told(
        self, recorded: int, first: float
    ) -> None:
        day = np.full(1, -3, dtype=np.int64)
        rows = Events(("A",), day * 0, day, day * 0 + recorded, day * 0 + 50)
        assert arrived_by_age(rows, EPOCH + timedelta(days=60))[0] == first


def compared(*rows: tuple[int, int, int, int]) -> list[float]:
    """In: the age of the day in the run, its age now, the referrals seen then and those now."""
    now = {AS_OF - timedelta(days=age): number for _, age, _, number in rows if number}
    seen = [
        (AS_OF - timedelta(days=age - then), AS_OF - timedelta(days=age), number)
        for then, age, number, _ in rows
    ]
    return list(arrived_in_earlier_runs(seen, now, AS_OF))


class TestWhatEarlierRunsSaw:
    """The same days then and now, 50 referrals at least."""

    def test_ages_between_those_compared_lie_between_and_later_ones_are_whole(self) -> None:
        share = compared((1, 90, 20, 50), (3, 91, 40, 50))
        assert share == pytest.approx([0.4, 0.6, 0.8] + [1.0] * 53)

    def test_ages_before_those_compared_are_as_the_first(self) -> None:
        assert compared((3, 90, 20, 50))[:4] == pytest.approx([0.4, 0.4, 0.4, 1.0])

    @pytest.mark.parametrize(("referrals", "first"), [(49, 1.0), (50, 0.2)])
    def test_fewer_than_fifty_of_an_age_tell_nothing(self, referrals: int, first: float) -> None:
        assert compared((1, 90, 10, referrals))[0] == pytest.approx(first)

    @pytest.mark.parametrize(("age", "first"), [(56, 1.0), (57, 0.2)])
    def test_a_day_is_compared_once_it_is_over_eight_weeks_ago(
        self, age: int, first: float
    ) -> None:
        assert compared((1, age, 10, 50))[0] == pytest.approx(first)

    @pytest.mark.parametrize("then", [0, 57])
    def test_a_run_on_the_day_itself_or_after_eight_weeks_tells_nothing(self, then: int) -> None:
        assert compared((then, 90, 10, 50)) == [1.0] * 56

    def test_the_last_age_is_eight_weeks(self) -> None:
        assert compared((55, 90, 25, 50), (56, 90, 30, 50))[-2:] == pytest.approx([0.5, 0.6])

    def test_what_shrank_since_had_all_arrived(self) -> None:
        assert compared((1, 90, 60, 30), (1, 91, 40, 40))[0] == 1.0

    def test_a_share_never_falls_with_age(self) -> None:
        assert compared((1, 90, 40, 50), (2, 91, 20, 50))[:3] == pytest.approx([0.8, 0.8, 1.0])


def one_weekday(*back: tuple[int, int]) -> WeeklyCounts:
    """One practice, long known. In: days before the as-of date, referrals."""
    rows = pd.DataFrame([(END - 700, 1)] + [(END - day, n) for day, n in back])
    frame = rows.set_axis(["day", "referrals"], axis=1).assign(practice_id="A")
    return weekly(events(frame), AS_OF)


def newest(cadence: WeeklyCounts, ages: FloatArray = NOW, weeks: int = 3) -> list[float]:
    return list(arrived(cadence, ages)[-weeks:])


class TestWhereAFeedEnds:
    """Six referrals or more that should have come since the newest one: it ends there."""

    @pytest.mark.parametrize(("a_week", "share"), [(77, 1.0), (78, 0.0)])
    def test_six_missing_referrals_are_a_feed_that_ends(self, a_week: int, share: float) -> None:
        """All come on the last day of a week; in 13 weeks 78, so that this week lacks six."""
        assert newest(one_weekday((8, a_week))) == [1.0, 1.0, share]

    @pytest.mark.parametrize(("back", "share"), [(90, 0.0), (91, 1.0)])
    def test_what_usually_comes_is_told_by_thirteen_weeks(self, back: int, share: float) -> None:
        """76 come on the newest day, and 3 so many days before it."""
        assert newest(one_weekday((8, 76), (8 + back, 3)))[-1] == pytest.approx(share)

    def test_a_day_is_missed_from_the_first_one_on(self) -> None:
        """Six come on each day, so that yesterday alone lacks six."""
        every_day = one_weekday(*[(back, 6) for back in range(2, 93)])
        assert newest(every_day) == pytest.approx([1.0, 1.0, 6 / 7], abs=1e-3)

    def test_what_is_late_anyway_is_not_missed(self) -> None:
        """Twelve a week come, all on the last day of a week; the newest half of them is late."""
        rows = one_weekday(*[(8 + 7 * week, 12) for week in range(13)])
        half, third = NOW.copy(), NOW.copy()
        half[:7], third[:7] = 0.5, 0.49
        assert newest(rows, half)[-1] == 0.0
        assert newest(rows, third)[-1] == pytest.approx(0.49)

    @pytest.mark.parametrize("late", [0, 1, 6])
    def test_the_days_missed_are_those_of_the_week_on_which_they_come(self, late: int) -> None:
        """All come on the second day of a week: six days ago, if the feed goes on."""
        rows = one_weekday(*[(13 + 7 * week, 6 if week else 7) for week in range(13)])
        share = NOW.copy()
        share[[late, late + 7]] = 0.0
        assert newest(rows, share)[-1] == pytest.approx(1.0 if late == 5 else 0.0)

    def test_a_feed_that_ended_over_eight_weeks_ago_trails_as_long(self) -> None:
        rows = one_weekday(*[(71 + 7 * week, 30) for week in range(13)])
        share = arrived(rows, NOW)
        assert share[-11:].tolist() == [1.0] + [0.0] * 10

    def test_where_nothing_came_nothing_is_missed(self) -> None:
        assert newest(weekly(stamped((3, 0, 1)), AS_OF), weeks=1) == pytest.approx([1.0])


def test_a_day_of_eight_weeks_ago_is_the_last_that_may_be_late() -> None:
    days = one_weekday(*[(back, 1) for back in range(1, 100)])
    late = NOW.copy()
    late[MATURE_DAYS - 1] = 0.3
    share = arrived(days, late)
    assert share[-8] == pytest.approx((6 + 0.3) / 7, abs=0.02)
    assert share[-9] == pytest.approx(1.0)


def test_days_are_counted_back_to_a_year_and_eight_weeks() -> None:
    rows = stamped((422, 0, 5), (421, 0, 3), (2, 0, 4), (2, 1, 2), (2, 2, 9))
    days = {421: 3, 2: 6}
    assert day_counts(rows, AS_OF) == {AS_OF - timedelta(days=age): n for age, n in days.items()}
    assert day_counts(stamped((422, 0, 5)), AS_OF) == {}
