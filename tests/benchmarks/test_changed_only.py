"""What would be read again: every group that a change concerns, and no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from benchmarks.speed.changed_only import COLUMNS, FEED, changed, checksums, server_of

OLD = ("r1", "2025-01-07", "p1", "n1", "Spine", "Aetna")
NEW = ("r2", "2026-07-01", "p2", "n2", "Hand", "Cigna")


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLE referrals ({', '.join(COLUMNS)})")
        server_of(connection)  # teaches SQLite the checksum
        yield connection


def fill(connection: sa.Connection, *rows: tuple[str, ...]) -> None:
    connection.execute(sa.delete(FEED))
    connection.execute(FEED.insert(), [dict(zip(COLUMNS, row, strict=True)) for row in rows])


def sums(connection: sa.Connection, *rows: tuple[str, ...]) -> dict[tuple[str, str], object]:
    fill(connection, *rows)
    counted = connection.execute(checksums("sqlite", COLUMNS))
    return {(row.practice, row.quarter): (row.counted, row.checksum) for row in counted}


@pytest.mark.parametrize("place", [0, 1, 3, 4, 5])
def test_a_checksum_changes_with_each_column_of_its_group_alone(
    connection: sa.Connection, place: int
) -> None:
    before = sums(connection, OLD, NEW)
    value = "2026-09-30" if place == 1 else "other"
    after = sums(connection, (*NEW[:place], value, *NEW[place + 1 :]), OLD)
    assert after["p1", "2025Q1"] == before["p1", "2025Q1"]
    assert after["p2", "2026Q3"] != before["p2", "2026Q3"]


def test_an_old_row_is_read_again_where_a_new_one_bears_its_id(connection: sa.Connection) -> None:
    def practices(*rows: tuple[str, ...]) -> list[str]:
        fill(connection, *rows)
        return [row.practice_id for row in connection.execute(changed("sqlite", COLUMNS))]

    assert practices(OLD, NEW) == ["p2"]
    assert practices(OLD, (" r1 ", *NEW[1:])) == ["p1", "p2"]
