"""Counts by practice and week are kept, replaced, bounded and forgotten, on each database."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from quietdrop.domain.weekly import COLUMNS, WeeklyCounts, week_of
from quietdrop.store import Store

DAY = date(2026, 7, 6)
W = week_of(DAY)


def counts(*rows: tuple[str, str, date, int, int], source: str = "mark") -> WeeklyCounts:
    return WeeklyCounts(source, pd.DataFrame(rows, columns=list(COLUMNS)))


def told(store: Store, source: str = "mark") -> list[tuple[object, ...]]:
    kept = store.weekly_counts.of_source(source)
    return [] if kept is None else sorted(kept.frame.itertuples(index=False, name=None))


ROWS = [
    ("P1", "Lakeside", DAY, W - 3, 2),
    ("P1", "Lakeside", DAY, W - 1, 5),
    ("P2", "Z\u00fcrich", DAY - timedelta(days=7), W - 2, 1),
]


def save(store: Store, kept: WeeklyCounts, before: date = date.min) -> None:
    with store.begin() as conn:
        store.weekly_counts.save(conn, kept, before)


def test_what_is_saved_is_found_again_and_replaced(store_url: str) -> None:
    store = Store.open(store_url)
    assert store.weekly_counts.of_source("mark") is None
    save(store, counts(*ROWS))
    assert told(store) == ROWS
    save(store, counts(ROWS[2]))
    assert told(store) == [ROWS[2]]
    save(store, counts())
    assert store.weekly_counts.of_source("mark") is None


def test_counts_under_other_settings_are_not_comparable(store_url: str) -> None:
    store = Store.open(store_url)
    save(store, counts(*ROWS))
    assert store.weekly_counts.of_source("another") is None


def test_no_week_is_kept_for_longer_than_asked(store_url: str) -> None:
    store = Store.open(store_url)
    save(store, counts(*ROWS), DAY - timedelta(weeks=2))
    assert told(store) == ROWS[1:]


def test_a_forgotten_practice_is_forgotten_here(store_url: str) -> None:
    store = Store.open(store_url)
    save(store, counts(*ROWS))
    assert store.retention.forget("P1")["weekly_count"] == 1
    assert told(store) == [ROWS[2]]
