"""What a database is asked for: a table or query, its columns, and only the chosen rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import sqlalchemy as sa

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.grouping import COUNTED, feed_of, grouped, restricted

ROWS = (
    ("2026-06-01", "p1", "North", "a"),
    ("2026-06-01 09:30", "p1", " NORTH ", "a"),
    ("6/1/2026 8:00", "p2", "South", ""),
)


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with sa.create_engine("sqlite://").connect() as connection:
        connection.execute(sa.text("CREATE TABLE r (day TEXT, who TEXT, office TEXT, id TEXT)"))
        for row in ROWS:
            connection.exec_driver_sql("INSERT INTO r VALUES (?, ?, ?, ?)", row)
        yield connection


def offices(connection: sa.Connection, only: Mapping[str, str], query: str | None = None) -> list:  # type: ignore[type-arg]
    feed, names = feed_of(connection, "r", query)
    chosen = restricted(feed, names, only, "the feed")
    return [row.office for row in connection.execute(sa.select(chosen.c.office))]


def test_a_tables_columns_stand_in_its_order(connection: sa.Connection) -> None:
    assert feed_of(connection, "r", None)[1] == ["day", "who", "office", "id"]
    assert feed_of(connection, "main.r", None)[1] == ["day", "who", "office", "id"]
    query = "SELECT id, 'a:b' AS colon FROM r; -- all of them"
    assert feed_of(connection, "", query.replace(";", ""))[1] == ["id", "colon"]
    assert feed_of(connection, "", "SELECT who FROM r;")[1] == ["who"]


def test_a_table_of_a_schema_is_that_schemas(connection: sa.Connection) -> None:
    """A temporary table hides one of the same name in the database itself."""
    connection.exec_driver_sql("CREATE TEMP TABLE r (hidden TEXT)")
    assert feed_of(connection, "r", None)[1] == ["hidden"]
    feed, names = feed_of(connection, "main.r", None)
    assert names == ["day", "who", "office", "id"]
    assert len(connection.execute(sa.select(feed.c.who)).all()) == 3


@pytest.mark.parametrize("query", [None, "SELECT * FROM r"])
def test_only_the_chosen_rows_however_they_are_spelled(
    connection: sa.Connection, query: str | None
) -> None:
    assert offices(connection, {}, query) == ["North", " NORTH ", "South"]
    assert offices(connection, {"office": " north"}, query) == ["North", " NORTH "]
    assert offices(connection, {"office": "South", "who": "P2"}, query) == ["South"]
    assert offices(connection, {"office": "South", "who": "p1"}, query) == []


def test_a_column_that_is_not_there_is_named(connection: sa.Connection) -> None:
    with pytest.raises(SourceError, match='only names "site", which is not a column'):
        offices(connection, {"site": "North"})


def test_days_without_their_time_are_one_group(connection: sa.Connection) -> None:
    feed, _ = feed_of(connection, "r", None)
    counts = grouped(feed, {"referred_on": "day", "practice_id": "who"}, ())
    rows = {(r.referred_on, r.practice_id, getattr(r, COUNTED)) for r in connection.execute(counts)}
    assert rows == {("2026-06-01", "p1", 2), ("6/1/2026", "p2", 1)}


def test_an_id_is_told_only_where_several_rows_have_it(connection: sa.Connection) -> None:
    connection.exec_driver_sql("INSERT INTO r VALUES ('2026-06-02', 'p3', '', 'b')")
    feed, _ = feed_of(connection, "r", None)
    counts = grouped(feed, {"practice_id": "who", "referral_id": "id"}, ())
    rows = {(r.practice_id, r.referral_id, getattr(r, COUNTED)) for r in connection.execute(counts)}
    assert rows == {("p1", "a", 2), ("p2", "", 1), ("p3", "", 1)}
