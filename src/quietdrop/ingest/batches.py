"""A statement's rows by column, many at a time, in the fastest way the database offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from quietdrop.ingest import duckdb_files
from quietdrop.ingest.distinct import texts_of
from quietdrop.ingest.lines import as_utf8
from quietdrop.lib.text import as_text

ROWS = 50_000  # at a time


def batches(connection: sa.Connection, statement: sa.Select[Any]) -> Iterator[dict[str, pa.Array]]:
    """Yield a statement's rows by column, all of them texts but the last, a count.

    PostgreSQL copies them out, which takes it and us a third of the time that rows take.
    """
    names = [str(name) for name in statement.selected_columns.keys()]  # noqa: SIM118
    if isinstance(connection, duckdb_files.Connection):
        for batch in connection.batches(statement, ROWS):
            *cells, counted = batch.columns
            yield _named(names, [*map(_filled, cells), counted.cast(pa.int64())])
    elif connection.dialect.driver == "psycopg":
        yield from _copied(connection, statement, names)
    else:
        rows = connection.execution_options(stream_results=True).execute(statement)
        for part in rows.partitions(ROWS):
            *texts, numbers = zip(*part, strict=True)
            counted = pa.array([int(number) for number in numbers], pa.int64())
            yield _named(names, [*map(_texts, texts), counted])


def _named(names: Sequence[str], columns: Sequence[pa.Array]) -> dict[str, pa.Array]:
    return dict(zip(names, columns, strict=True))


def _copied(
    connection: sa.Connection, statement: sa.Select[Any], names: list[str]
) -> Iterator[dict[str, pa.Array]]:
    import psycopg
    from pyarrow import csv

    driver: Any = connection.connection.driver_connection
    sql = f"COPY ({duckdb_files.in_full(statement)}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
    types = dict.fromkeys(names, pa.string()) | {names[-1]: pa.int64()}
    try:
        with driver.cursor() as cursor, cursor.copy(sql) as copy:
            while raw := _together(islice(copy, ROWS)):
                table = csv.read_csv(
                    pa.py_buffer(as_utf8(raw)),
                    csv.ReadOptions(
                        column_names=names, block_size=len(raw) * 3 + 1, use_threads=False
                    ),
                    csv.ParseOptions(newlines_in_values=True),
                    csv.ConvertOptions(column_types=types),
                )
                yield _named(names, [column.combine_chunks() for column in table.columns])
    except psycopg.Error as error:
        raise sa.exc.DBAPIError(sql, None, error) from None


def _together(lines: Iterable[bytes | memoryview]) -> bytes:
    """Returns lines as one. Each is let go at once: to hold many of the driver's buffers would
    take three times as long."""
    whole = bytearray()
    for line in lines:
        whole += line
    return bytes(whole)


def _filled(cells: pa.Array) -> pa.Array:
    return cells.cast(pa.string()).fill_null("")


def _texts(cells: Sequence[object]) -> pa.Array:
    if not all(type(cell) is str for cell in cells):
        cells = [as_text(cell) for cell in cells]
    return texts_of(cells)  # type: ignore[arg-type]
