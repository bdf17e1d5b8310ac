"""Databases: referrals are counted in the database, grouped by every column that is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.arrays import IntArray
from quietdrop.domain.intake import Reject
from quietdrop.ingest import duckdb_files
from quietdrop.ingest.batches import batches
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.connections import connected
from quietdrop.ingest.dates import parter
from quietdrop.ingest.grouping import COUNTED, feed_of, grouped, restricted
from quietdrop.ingest.periods import count_of
from quietdrop.ingest.rows import COLUMNS, KEY, Rows, fields_of
from quietdrop.lib.text import as_text

# Each spelling is its own practice: MariaDB would otherwise group "a" with "A" and with "a ".
_COLLATIONS = {"mysql": "utf8mb4_nopad_bin", "mariadb": "utf8mb4_nopad_bin"}
_SYSTEM_SCHEMAS = {
    *("information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys"),
}


def referrals(source: SourceSettings, wanted: Wanted) -> tuple[Rows, list[Reject]]:
    """Return the groups that the database counted, and those whose count cannot be used.

    Args:
        source: The database, its table or query, the statuses that are not referrals.
        wanted: The columns.

    Raises:
        SourceError: The database, the table or a column is not there.
    """
    table = source.table or "referrals"
    name = "query" if source.query else table
    rows = Rows([name], part=parter(source.timezone))
    rejects: list[Reject] = []
    with connected(source.referrals, name) as connection:
        feed, names = feed_of(connection, table, source.query)
        places = wanted.locate(names, name)
        columns = {our: names[place] for our, place in places.items()}
        feed = restricted(feed, names, source.only, name)
        collation = _COLLATIONS.get(connection.dialect.name)
        statement = grouped(feed, columns, source.not_referrals, collation)
        for batch in batches(connection, statement):
            number = batch.pop(COUNTED).to_numpy(zero_copy_only=False).astype(np.int64)
            times: int | IntArray = 1
            counts = batch.pop("referrals", None)
            if counts is not None:
                batch, times, number, bad = _usable(name, batch, counts, number)
                rejects += bad
            ids = batch.get("referral_id")
            kept = number.copy()
            if ids is not None:
                kept[pc.not_equal(ids, "").to_numpy(False)] = 1
            rows.add_groups(0, [batch.get(our) for our in COLUMNS], number * times, kept * times)
    return rows, rejects


def _usable(
    name: str, cells: dict[str, pa.Array], counts: pa.Array, number: IntArray
) -> tuple[dict[str, pa.Array], IntArray, IntArray, list[Reject]]:
    """Returns the groups whose count says a number, each one's count and rows; the others."""
    coded = counts.dictionary_encode()
    values = [count_of(text) for text in coded.dictionary.to_pylist()]
    at = coded.indices.to_numpy(zero_copy_only=False)
    is_number = np.array([isinstance(value, int) for value in values], bool)[at]
    bad = [
        Reject(
            name,
            None,
            str(values[at[row]]),
            fields_of([str(cells[our][row].as_py()) if our in cells else "" for our in KEY]),
            int(number[row]),
        )
        for row in np.flatnonzero(~is_number).tolist()
    ]
    numbers = np.array([value if isinstance(value, int) else 0 for value in values], np.int64)
    kept = {our: column.filter(pa.array(is_number)) for our, column in cells.items()}
    return kept, numbers[at][is_number], number[is_number], bad


def tables(url: str) -> list[str]:
    """Returns the names of a database's tables and views in all schemas, sorted; names in the
    login's own schema have no prefix. Raises SourceError."""
    with connected(url) as connection:
        if isinstance(connection, duckdb_files.Connection):
            return connection.tables()
        inspector = sa.inspect(connection)
        names = {*inspector.get_table_names(), *inspector.get_view_names()}
        default = inspector.default_schema_name
        for schema in inspector.get_schema_names():
            if schema != default and schema.casefold() not in _SYSTEM_SCHEMAS:
                inside = {*inspector.get_table_names(schema), *inspector.get_view_names(schema)}
                names |= {f"{schema}.{name}" for name in inside}
        return sorted(names)


def query_header(url: str, query: str) -> list[str]:
    """Return the columns' names of a query. Raises SourceError."""
    with connected(url, "query") as connection:
        return feed_of(connection, "", query)[1]


def header(url: str, table: str) -> list[str]:
    """Returns the column names of a table. Raises SourceError."""
    with connected(url, table) as connection:
        return feed_of(connection, table, None)[1]


def records(
    url: str,
    wanted: Wanted,
    limit: int | None = None,
    query: str | None = None,
    only: Mapping[str, str] | None = None,
) -> Iterator[Record]:
    """Returns the rows of a database table or query. `#table` after the URL names a table that is
    not called as we call it. Raises SourceError."""
    url, _, table = url.partition("#")
    table = table or wanted.table
    with connected(url, "query" if query else table) as connection:
        feed, names = feed_of(connection, table, query)
        places = wanted.locate(names, table)
        feed = restricted(feed, names, only or {}, table)
        columns = [
            sa.cast(feed.c[names[places[our]]], sa.String) if our in places else sa.literal("")
            for our in wanted.columns
        ]
        for row in connection.execute(sa.select(*columns).select_from(feed).limit(limit)):
            yield None, tuple(as_text(cell) for cell in row)
