"""DuckDB files by URL, read through DuckDB itself: its SQLAlchemy dialect is not maintained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from quietdrop.domain.errors import SourceError
from quietdrop.lib.urls import without_driver

PREFIX = "duckdb:///"
_TABLES = (
    "SELECT table_schema, table_name FROM information_schema.tables "
    "WHERE table_schema NOT IN ('information_schema', 'pg_catalog')"
)


def in_full(statement: sa.Select[Any]) -> str:
    """Return a statement as PostgreSQL and DuckDB take it, with its values in it."""
    from sqlalchemy.dialects import postgresql

    compiled = statement.compile(
        dialect=postgresql.dialect(paramstyle="named"),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    return str(compiled)


class Result:
    """The rows of a statement, with the names of their columns."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._names = [column[0] for column in cursor.description or ()]

    def keys(self) -> list[str]:
        return self._names

    def __iter__(self) -> Iterator[Sequence[Any]]:
        while rows := self._cursor.fetchmany(10_000):
            yield from rows


class Connection:
    """As much of a SQLAlchemy connection as reading needs. DuckDB speaks PostgreSQL's SQL."""

    dialect = SimpleNamespace(name="duckdb")

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, statement: sa.Select[Any]) -> Result:
        return Result(self._connection.execute(in_full(statement)))

    def batches(self, statement: sa.Select[Any], rows: int) -> Iterator[Any]:
        """Return a statement's rows as Arrow's record batches."""
        relation = self._connection.sql(in_full(statement))
        reader = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
        return iter(reader(rows))

    def interrupt(self) -> None:
        """End the statement that runs; it fails."""
        self._connection.interrupt()

    def tables(self) -> list[str]:
        """Return the tables of all schemas; those of main are bare."""
        rows = self._connection.execute(_TABLES).fetchall()
        return sorted(name if schema == "main" else f"{schema}.{name}" for schema, name in rows)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Open a DuckDB file for reading only.

    Raises:
        SourceError: It is not there or cannot be read; DuckDB's own text is never in the message,
            since it may quote a row.
    """
    path = url.removeprefix(PREFIX)
    if not Path(path).is_file():
        raise SourceError(f"{url}: no such file")
    try:
        import duckdb
    except ImportError:
        raise SourceError(f"{url}: {without_driver(url)}") from None
    try:
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("SET enable_external_access = false")
            yield Connection(connection)
    except duckdb.Error as error:
        raise SourceError(f"{url}: cannot be read ({type(error).__name__})") from None
