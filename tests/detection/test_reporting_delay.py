"""Late data: what has not arrived yet is not missing."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.detection.reporting_delay import (
    arrived,
    arrived_by_age,
    arrived_in_earlier_runs,
    day_counts,
)
from quietdrop.detection.weekly_counts import Events, events, weekly
from quietdrop.domain.days import EPOCH

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days


def feed(lag: int, weeks: int = 60, practices: int = 20) -> Events:
    """Every practice refers once each weekday; every row is recorded `lag` days later."""
    days = [END - back for back in range(1, 7 * weeks + 1) if (END - back + 3) % 7 < 5]
    rows = [(f"P{i:02d}", day, day + lag, 1) for i in range(practices) for day in days]
    return events(pd.DataFrame(rows, columns=["practice_id", "day", "recorded", "referrals"]))


@pytest.mark.parametrize("lag", [0, 1, 10])
def test_the_lag_is_learned_from_when_rows_were_recorded(lag: int) -> None:
    by_age = arrived_by_age(feed(lag), AS_OF)
    assert by_age[:lag].sum() == 0.0  # a day old: recorded on the day itself, at best
    assert (by_age[lag:] == 1.0).all()


def test_rows_that_were_never_stamped_count_as_arrived() -> None:
    late = feed(0)
    unknown = Events(
        late.ids, late.stream, late.day, np.full(len(late.day), -1, dtype=np.int64), late.count
    )
    assert (arrived_by_age(unknown, AS_OF) == 1.0).all()


def test_the_last_weeks_exposure_shrinks_with_what_has_arrived() -> None:
    cadence = weekly(feed(10), AS_OF)
    share = arrived(cadence, arrived_by_age(feed(10), AS_OF))
    assert share[-1] == 0.0
    assert share[-2] == pytest.approx(0.8, abs=0.01)  # Monday to Thursday
    assert (share[:-2] > 0.999).all()


def test_a_feed_that_ends_early_has_not_arrived_even_when_no_row_is_stamped() -> None:
    rows = feed(0)
    unknown = np.full(len(rows.day), -1, dtype=np.int64)
    kept = rows.day < END - 10
    trailing = Events(rows.ids, rows.stream[kept], rows.day[kept], unknown[kept], rows.count[kept])
    share = arrived(weekly(trailing, AS_OF), np.ones(56))
    assert share[-1] == 0.0
    assert share[-2] == pytest.approx(0.8, abs=0.01)  # Monday to Thursday


def test_a_quiet_weekend_is_not_a_trailing_feed() -> None:
    share = arrived(weekly(feed(0), AS_OF), np.ones(56))
    assert share == pytest.approx(np.ones(len(share)))


def test_one_silent_practice_alone_is_no_trailing_feed() -> None:
    rows = pd.DataFrame(
        {"practice_id": "X", "day": [END - back for back in range(12, 400, 12)], "referrals": 1}
    )
    share = arrived(weekly(events(rows), AS_OF), np.ones(56))
    assert share[-1] == pytest.approx(1.0)


def test_the_lag_is_learned_from_earlier_runs() -> None:
    """Each run had seen half of the newest week, and all of the weeks before."""
    daily = {AS_OF - timedelta(days=back): 40 for back in range(1, 300)}
    seen = [
        (run, run - timedelta(days=age), 20 if age <= 7 else 40)
        for run in (AS_OF - timedelta(weeks=w) for w in range(1, 30))
        for age in range(1, 57)
    ]
    by_age = arrived_in_earlier_runs(seen, daily, AS_OF)
    assert by_age[:7] == pytest.approx(np.full(7, 0.5))
    assert by_age[7:] == pytest.approx(np.ones(49))


def test_a_first_run_knows_of_no_lag() -> None:
    assert (arrived_in_earlier_runs([], {}, AS_OF) == 1.0).all()


def test_days_are_counted_over_all_streams_as_of_then() -> None:
    referrals = feed(3, weeks=2, practices=4)
    friday = AS_OF - timedelta(days=3)
    assert day_counts(referrals, AS_OF + timedelta(days=1))[friday] == 4
    assert friday not in day_counts(referrals, AS_OF)  # recorded on the as-of date itself
