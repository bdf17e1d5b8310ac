"""A feed is stale by its own rhythm: what is usual is never a fault, what is overdue soon is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pytest

from quietdrop.domain.days import EPOCH
from quietdrop.domain.feed import Rhythm, due_by
from quietdrop.evaluation.feed_rhythm import learn

TODAY = date(2026, 7, 20)
YEARS = [TODAY - timedelta(days=back) for back in range(1, 800)]
WEEKDAYS = [day for day in YEARS if day.weekday() < 5]
FIRSTS = [day for day in YEARS if day.day == 1]


def rhythm(
    days: Iterable[date],
    as_of: date = TODAY,
    recorded: Iterable[date] | None = None,
    seen: Iterable[tuple[date, date]] = (),
) -> Rhythm:
    day = np.array([(each - EPOCH).days for each in days], dtype=np.int64)
    late = np.full(len(day), -1, dtype=np.int64)
    if recorded is not None:
        late = np.array([(each - EPOCH).days for each in recorded], dtype=np.int64)
    return learn(day, late, seen, as_of)


def allowed(learned: Rhythm, newest: date = TODAY - timedelta(days=1)) -> int:
    return (due_by(newest, learned) - newest).days


def test_a_daily_feed_may_be_ten_days_old() -> None:
    assert rhythm(WEEKDAYS).entry == 3  # a weekend
    assert allowed(rhythm(WEEKDAYS)) == 10


def test_a_vacation_of_a_daily_feed_is_not_its_rhythm() -> None:
    closed = [day for day in WEEKDAYS if not date(2025, 12, 20) <= day <= date(2026, 1, 6)]
    assert allowed(rhythm(closed)) == 10


def test_entries_of_the_first_of_each_month_may_be_a_month_old() -> None:
    learned = rhythm(FIRSTS)
    assert learned.entry == 31
    assert allowed(learned) == 34


def test_a_clinic_that_enters_twice_a_month() -> None:
    twice = [day for day in YEARS if day.day in (1, 16)]
    assert rhythm(twice).entry == 16


@pytest.mark.parametrize(("months", "entry"), [(6, None), (7, 31)])
def test_a_rhythm_is_learned_from_half_a_year(months: int, entry: int | None) -> None:
    assert rhythm(FIRSTS[:months]).entry == entry


def test_a_clinic_that_changed_to_daily_entries_a_year_ago_is_daily() -> None:
    year_ago = TODAY - timedelta(days=366)
    assert rhythm([*FIRSTS, *(day for day in WEEKDAYS if day >= year_ago)]).entry == 3


def test_rows_that_are_recorded_once_a_month_are_as_old_as_the_month_just_before() -> None:
    """The rows of June are recorded on 3 July; on 2 August they are those of 30 June or before."""
    recorded = [(day.replace(day=28) + timedelta(days=4)).replace(day=3) for day in WEEKDAYS]
    kept = [(day, late) for day, late in zip(WEEKDAYS, recorded, strict=True) if late < TODAY]
    learned = rhythm([day for day, _ in kept], recorded=[late for _, late in kept])
    assert learned.entry == 35  # 3 July, after Friday 29 May


def monthly_runs(first: date, last: date) -> list[tuple[date, date]]:
    """Mondays, and the end of the month before, which is exported on the 3rd."""
    mondays = [first + timedelta(weeks=week) for week in range(((last - first).days) // 7 + 1)]
    return [(day, (day - timedelta(days=3)).replace(day=1) - timedelta(days=1)) for day in mondays]


def test_refreshes_once_a_month_are_learned_from_two_of_them() -> None:
    seen = monthly_runs(date(2026, 3, 2), date(2026, 7, 13))
    kept = [day for day in WEEKDAYS if day <= date(2026, 6, 30)]
    learned = rhythm(kept, seen=seen)
    assert learned.refresh is not None
    assert 31 <= learned.refresh <= 31 + 6
    assert not learned.month_end
    early = [(run, newest) for run, newest in seen if run < date(2026, 4, 6)]
    assert rhythm(kept, seen=early).refresh is None


@pytest.mark.parametrize("start", [date(2026, 1, 5), date(2026, 2, 2), date(2026, 3, 30)])
def test_no_monday_of_a_monthly_export_is_stale_from_the_first_on(start: date) -> None:
    runs = monthly_runs(start, start + timedelta(weeks=40))
    for place, (run, newest) in enumerate(runs):
        days = [newest - timedelta(days=back) for back in range(400)]
        weekdays = [day for day in days if day.weekday() < 5]
        learned = rhythm(weekdays, run, seen=runs[:place])
        assert run <= due_by(max(weekdays), learned), run


def test_a_monthly_export_that_dies_is_noticed_within_ten_days() -> None:
    """The export of 3 August does not come."""
    runs = monthly_runs(date(2026, 1, 5), date(2026, 7, 27))
    days = [day for day in WEEKDAYS if day <= date(2026, 6, 30)]
    due = due_by(date(2026, 6, 30), rhythm(days, date(2026, 8, 10), seen=runs))
    assert date(2026, 8, 3) <= due < date(2026, 8, 13)


def test_weekly_runs_over_a_daily_feed_teach_no_longer_wait() -> None:
    runs = [(TODAY - timedelta(weeks=w), TODAY - timedelta(days=7 * w + 1)) for w in range(1, 30)]
    learned = rhythm(WEEKDAYS, seen=runs)
    assert learned.refresh == 0
    assert allowed(learned) == 10


@pytest.mark.parametrize(
    ("newest", "ends_a_month"),
    [
        (date(2026, 6, 30), True),
        (date(2026, 6, 29), False),
        (date(2026, 5, 29), True),  # the Friday before Sunday 31 May
        (date(2026, 5, 28), False),
    ],
)
def test_data_that_ends_with_a_month_is_a_monthly_export_until_runs_show_otherwise(
    newest: date, ends_a_month: bool
) -> None:
    learned = rhythm([day for day in WEEKDAYS if day <= newest])
    assert learned.month_end is ends_a_month
    assert (allowed(learned, newest) > 30) is ends_a_month


def test_what_is_set_wins() -> None:
    newest = date(2026, 7, 1)
    assert due_by(newest, rhythm(FIRSTS), max_age_days=5) == date(2026, 7, 6)
    assert due_by(date(2026, 6, 30), Rhythm(), period="month") == date(2026, 8, 10)


def test_nothing_teaches_nothing() -> None:
    assert rhythm([]) == Rhythm()
    assert Rhythm().days == 0


A, B, C = date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 30)


@pytest.mark.parametrize(("pauses", "refresh"), [(1, 0), (2, 33)])
def test_a_feed_that_moves_in_two_of_three_runs_is_refreshed_as_often(
    pauses: int, refresh: int
) -> None:
    """It moves by 30 days, and is 3 days old then."""
    later = [(C + timedelta(days=3 + run), C) for run in range(pauses)]
    seen = [(A, A), (B + timedelta(days=3), B), (B + timedelta(days=9), B), *later]
    assert rhythm(WEEKDAYS, seen=seen).refresh == refresh


def test_a_day_that_was_seen_before_is_no_refresh() -> None:
    weeks = [C + timedelta(weeks=week) for week in range(5)]
    back_and_forth = list(zip(weeks, (B, C, B, C, C), strict=True))
    assert rhythm(WEEKDAYS, seen=back_and_forth).refresh is None
