"""On which days we were open for whom, and how much has come in by now."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.detection.circumstances import share_arrived, share_open
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def counts(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """Rows of practice, location, days before the as-of day, referrals; beside them both
    practices send one a week to a third place."""
    steady = [(name, "Third", 7 * week + 3, 0) for name in ("A", "B") for week in range(30)]
    table = [(p, where, END - ago, number or 1) for p, where, ago, number in [*steady, *rows]]
    return pd.DataFrame(table, columns=["practice_id", "location", "day", "referrals"])


def closed(location: str = "", first: int = 14, last: int = 8) -> Closure:
    """From so many days before the as-of day to so many: by default the week before the last."""
    return Closure(AS_OF - first * DAY, AS_OF - last * DAY, location)


def shares(table: pd.DataFrame, *closures: Closure) -> np.ndarray | None:
    return share_open(weekly(events(table), AS_OF), table, closures)


def test_a_week_in_which_everything_was_closed_is_no_week_for_anybody() -> None:
    open_share = shares(counts(), closed())
    assert open_share is not None
    assert open_share[:, -2].tolist() == [0.0, 0.0]
    assert open_share[:, -1].tolist() == [1.0, 1.0]
    assert open_share[:, -3].tolist() == [1.0, 1.0]


def test_a_place_that_was_closed_counts_as_much_as_is_sent_there() -> None:
    """A sends 30 elsewhere and 10 to Milton, B nothing to Milton."""
    open_share = shares(counts(("A", "Milton", 40, 10), ("B", "Salem", 40, 10)), closed("Milton"))
    assert open_share is not None
    assert open_share[:, -2] == pytest.approx([0.75, 1.0])


def test_what_came_on_the_as_of_day_says_nothing_of_where_they_send() -> None:
    open_share = shares(counts(("A", "Milton", 40, 10), ("A", "Third", 0, 99)), closed("Milton"))
    assert open_share is not None
    assert open_share[0, -2] == pytest.approx(0.75)


@pytest.mark.parametrize(("first", "last", "counts_"), [(0, -3, False), (1, -3, True)])
def test_a_closure_that_begins_today_is_none_yet(first: int, last: int, counts_: bool) -> None:
    assert (shares(counts(), closed("", first, last)) is not None) is counts_


def test_a_closure_before_all_that_is_known_is_none() -> None:
    table = counts()
    start = weekly(events(table), AS_OF).week_start(0)
    before = Closure(start - 9 * DAY, start - DAY, "")
    assert shares(table, before) is None
    assert shares(table, Closure(start - 9 * DAY, start, "")) is not None
    assert shares(table) is None


def test_where_nobody_says_what_is_sent_where_a_place_that_was_closed_is_nobodys() -> None:
    assert shares(counts().drop(columns="location"), closed("Third")) is None
    everywhere = shares(counts().drop(columns="location"), closed())
    assert everywhere is not None
    assert everywhere[:, -2].tolist() == [0.0, 0.0]


def test_rows_that_come_two_days_late_are_missing_of_the_last_two_days() -> None:
    """Of 68 after the first ones, 10 came on the weekday that is two days ago."""
    table = counts(("A", "Third", 100, 10))
    referrals = events(table.assign(recorded=table["day"] + 2))
    share = share_arrived(weekly(referrals, AS_OF), referrals)
    assert share.tolist() == pytest.approx([1.0] * (len(share) - 1) + [58 / 68])


@pytest.mark.parametrize(("recorded", "arrived"), [(-1, 0.25), (0, 1.0)])
def test_what_earlier_runs_had_seen_tells_where_no_row_says_when_it_came(
    recorded: int, arrived: float
) -> None:
    """A run of two days later had a quarter of the hundred that now stand there."""
    referrals = events(counts(("A", "Third", 100, 100)).assign(recorded=recorded))
    seen = [(AS_OF - 98 * DAY, AS_OF - 100 * DAY, 25)]
    share = share_arrived(weekly(referrals, AS_OF), referrals, seen)
    assert share[-1] == pytest.approx((58 + 100 * arrived) / 158)
