"""Many rows go into the store in several statements of one transaction."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from quietdrop.store import Store, tables
from quietdrop.store.database import ROWS_AT_ONCE, insert_all


@pytest.mark.parametrize("number", [0, 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1])
def test_all_rows_are_inserted_however_many(number: int) -> None:
    store = Store.open("sqlite://")
    rows = ({"practice_id": f"P{place}", "line": "Spine"} for place in range(number))
    with store.begin() as conn:
        insert_all(conn, tables.book_line, rows)
    with store.begin() as conn:
        kept = conn.execute(sa.select(tables.book_line.c.practice_id)).scalars().all()
    assert sorted(kept) == sorted(f"P{place}" for place in range(number))


def test_rows_are_taken_as_they_are_needed() -> None:
    store, sizes = Store.open("sqlite://"), []
    rows = ({"practice_id": f"P{place}", "line": "Spine"} for place in range(2 * ROWS_AT_ONCE))
    with store.begin() as conn:

        @sa.event.listens_for(conn, "before_cursor_execute")
        def _noted(*given: object) -> None:
            sizes.append(len(given[3]))  # type: ignore[arg-type]

        insert_all(conn, tables.book_line, rows)
    assert sizes == [ROWS_AT_ONCE, ROWS_AT_ONCE]
