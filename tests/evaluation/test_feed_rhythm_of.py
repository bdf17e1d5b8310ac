"""The rhythm of what was read and of what earlier runs saw, and when more is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.checkins.history import History
from quietdrop.config.settings import FeedSettings
from quietdrop.domain.days import EPOCH
from quietdrop.domain.feed import Rhythm
from quietdrop.domain.intake import Intake, Reject
from quietdrop.evaluation.feed_rhythm import due_of, learn, rhythm_of

AS_OF = date(2026, 7, 6)
DAY = timedelta(days=1)
REJECT = Reject("rows.csv", 2, "no date")


def read(days: Iterable[date], rejects: tuple[Reject, ...] = ()) -> Intake:
    numbers = [(day - EPOCH).days for day in days]
    counts = pd.DataFrame({"day": numbers, "recorded": -1, "referrals": 1})
    newest = max(days, default=None)
    return Intake(counts, {}, {}, (), len(numbers), newest, rejects)


JUNE = [date(2026, 6, 30) - back * DAY for back in range(400)]


def test_data_that_ends_with_a_month_is_a_monthly_export() -> None:
    assert rhythm_of(read(JUNE), History(), AS_OF) == Rhythm(entry=1, month_end=True)
    assert rhythm_of(read([*JUNE, date(2026, 7, 1)]), History(), AS_OF) == Rhythm(entry=1)


def test_not_where_rows_of_the_new_month_may_be_there_and_unread() -> None:
    assert rhythm_of(read(JUNE, (REJECT,)), History(), AS_OF) == Rhythm(entry=1)
    other = read([*JUNE, date(2026, 7, 1)], (REJECT,))
    assert rhythm_of(other, History(), AS_OF) == Rhythm(entry=1)


def test_what_is_not_known_yet_teaches_nothing() -> None:
    assert rhythm_of(read([*JUNE, AS_OF]), History(), AS_OF).month_end
    assert rhythm_of(read([AS_OF]), History(), AS_OF) == Rhythm()
    assert rhythm_of(read([]), History(), AS_OF) == Rhythm()


def test_earlier_runs_saw_the_newest_day_on_which_something_came() -> None:
    """Four weekly runs: the newest day moved twice, by 28 days, and was 5 days old by then."""
    runs = [date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 11), date(2026, 6, 1)]
    newest = [date(2026, 3, 31), date(2026, 3, 31), date(2026, 4, 28), date(2026, 5, 26)]
    seen = [(run, day, 1) for run, day in zip(runs, newest, strict=True)]
    seen += [(run, day - 3 * DAY, 5) for run, day in zip(runs, newest, strict=True)]
    seen += [(run, run - DAY, 0) for run in runs]  # of these days nothing came
    seen += [(date(2026, 6, 8), date(2026, 5, 26), 1)]
    refresh = rhythm_of(read(JUNE), History(seen=tuple(seen)), AS_OF).refresh
    assert refresh == 28 + 6


def test_where_nothing_is_left_earlier_runs_teach_nothing() -> None:
    seen = [(AS_OF - 7 * back * DAY, AS_OF - (7 * back + 1) * DAY, 1) for back in range(1, 5)]
    assert rhythm_of(read(JUNE), History(seen=tuple(seen)), AS_OF).refresh == 0
    assert rhythm_of(read([]), History(seen=tuple(seen)), AS_OF) == Rhythm()


@pytest.mark.parametrize(("pauses", "refresh"), [(1, 0), (2, 7 + 1)])
def test_a_feed_that_moves_in_two_of_three_runs_is_refreshed_as_often(
    pauses: int, refresh: int
) -> None:
    moves = [(AS_OF - back * DAY, AS_OF - (back + 1) * DAY) for back in (21, 14, 7)]
    stays = [(AS_OF - back * DAY, AS_OF - 8 * DAY) for back in range(pauses)]
    of = learn(np.array([20000]), np.array([-1]), [*moves, *stays], AS_OF)
    assert of.refresh == refresh


def test_two_moves_teach_and_one_does_not() -> None:
    def refresh(*newest: int) -> int | None:
        seen = [(AS_OF - 7 * back * DAY, AS_OF - ago * DAY) for back, ago in enumerate(newest)]
        return learn(np.array([20000]), np.array([-1]), seen, AS_OF).refresh

    assert refresh(10, 10, 24, 24) is None
    assert refresh(10, 10, 24, 24, 38, 38) == 14 + 3


def test_no_rows_end_with_no_month() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert learn(nothing, nothing, (), AS_OF) == Rhythm()
    one = np.array([(date(2026, 6, 30) - EPOCH).days])
    assert learn(one, np.array([-1]), (), AS_OF) == Rhythm(month_end=True)


@pytest.mark.parametrize(
    ("newest", "is_end"),
    [
        (date(2026, 5, 31), True),  # a Sunday
        (date(2026, 5, 29), True),  # the Friday before it
        (date(2026, 5, 28), False),
        (date(2026, 6, 29), False),
        (date(2026, 1, 30), True),  # a Friday before a Saturday
        (date(2026, 1, 29), False),
    ],
)
def test_the_last_working_day_ends_a_month(newest: date, is_end: bool) -> None:
    day = np.array([(newest - EPOCH).days])
    assert learn(day, np.array([-1]), (), newest + DAY).month_end is is_end


@pytest.mark.parametrize(("first", "entry"), [(365, 61), (364, None)])
def test_a_year_of_entries_teaches(first: int, entry: int | None) -> None:
    """Six waits of about two months; the oldest is of an entry so many days ago."""
    ago = [426, first, 304, 243, 182, 121, 60]
    days = np.array(sorted((AS_OF - EPOCH).days - each for each in ago))
    learned = learn(days, np.full(len(days), -1), (), AS_OF).entry
    assert learned == (entry or 62)
    assert learn(days[1:], np.full(len(days) - 1, -1), (), AS_OF).entry is None


def test_an_entry_counts_on_the_day_on_which_it_was_recorded() -> None:
    days = np.array([(AS_OF - EPOCH).days - each for each in (70, 60, 50, 40, 30, 20, 10)])
    learned = learn(days, days + 5, (), AS_OF).entry
    assert learned == 15 - 5 + 5


class TestDue:
    def test_by_the_rhythm_or_the_set_age(self) -> None:
        intake = read(JUNE)
        newest = date(2026, 6, 30)
        assert due_of(FeedSettings(), intake, Rhythm(entry=20), AS_OF) == newest + 23 * DAY
        ten = FeedSettings(max_age_days=3)
        assert due_of(ten, intake, Rhythm(entry=20), AS_OF) == newest + 3 * DAY

    def test_of_a_period_when_the_next_is_over(self) -> None:
        monthly = replace(read(JUNE), period="month")
        assert due_of(FeedSettings(), monthly, Rhythm(), AS_OF) == date(2026, 8, 10)

    def test_of_nothing_at_once(self) -> None:
        assert due_of(FeedSettings(), read([]), Rhythm(), AS_OF) == AS_OF
