"""Databases: the referrals are counted where their rows are, by all that is read of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from quietdrop.errors import SourceError
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.rows import KEY, Rows
from quietdrop.ingest.text import as_text
from quietdrop.lib.foreign import NO_TABLE, in_our_words
from quietdrop.urls import masked, with_driver

# One spelling is one practice: MariaDB would else group "a" with "A" and with "a ".
_COLLATIONS = {"mysql": "utf8mb4_nopad_bin", "mariadb": "utf8mb4_nopad_bin"}
_READ_ONLY = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
_SPACES = "\t\r\n\xa0"  # what SQL's trim leaves standing
Text = sa.ColumnElement[str]


def referrals(
    url: str, table: str | None, query: str | None, wanted: Wanted, excluded: Sequence[str]
) -> Rows:
    """In: a database, its table or query, the wanted columns, the statuses that are no referral.
    Out: the groups that the database counted. Errors: SourceError."""
    name = "query" if query else table or "referrals"
    with _connected(url, name) as connection:
        feed, names = _feed(connection, table or "referrals", query)
        places = wanted.locate(names, name)
        found = {our: names[place] for our, place in places.items()}
        rows = Rows([name])
        collation = _COLLATIONS.get(connection.dialect.name)
        for group in connection.execute(grouped(feed, found, excluded, collation)):
            *cells, counted, kept = group
            rows.add(0, None, [as_text(cell) for cell in cells], int(counted), int(kept))
    return rows


def tables(url: str) -> list[str]:
    """In: a database. Out: the names of its tables and views, sorted. Errors: SourceError."""
    with _connected(url) as connection:
        inspector = sa.inspect(connection)
        return sorted({*inspector.get_table_names(), *inspector.get_view_names()})


def header(url: str, table: str) -> list[str]:
    """In: a database, one of its tables. Out: its columns' names. Errors: SourceError."""
    with _connected(url, table) as connection:
        return _feed(connection, table, None)[1]


def records(
    url: str, wanted: Wanted, limit: int | None = None, query: str | None = None
) -> Iterator[Record]:
    """In: a database URL, `#table` behind it where it is not named as we name it; the columns; the
    most rows; a query in the table's place. Out: its rows. Errors: SourceError."""
    url, _, table = url.partition("#")
    table = table or wanted.table
    with _connected(url, "query" if query else table) as connection:
        feed, names = _feed(connection, table, query)
        places = wanted.locate(names, table)
        columns = [
            sa.cast(feed.c[names[places[our]]], sa.String) if our in places else sa.literal("")
            for our in wanted.columns
        ]
        for row in connection.execute(sa.select(*columns).select_from(feed).limit(limit)):
            yield None, tuple(as_text(cell) for cell in row)


def grouped(
    feed: sa.FromClause,
    found: dict[str, str],
    excluded: Sequence[str],
    collation: str | None = None,
) -> sa.Select[tuple[Any, ...]]:
    """In: a table, our column -> its column, the excluded statuses, the collation by which texts
    are compared. Out: the one statement.

    Rows that repeat each other in all that is read are one here. Only where one referral_id
    stands for several days, practices or providers do its rows leave the database unmerged,
    under `referral_id`, for the rule that files obey too.
    """

    def cell(our: str) -> Text:
        if our not in found:
            return sa.literal("")
        text: Text = sa.cast(feed.c[found[our]], sa.String)
        for space in _SPACES:
            text = sa.func.replace(text, space, " ")
        bare: Text = sa.func.coalesce(sa.func.trim(text), "")
        return bare.collate(collation) if collation else bare

    spelled = sorted({form for one in excluded for form in (one, one.lower(), one.upper())})
    is_excluded = sa.func.lower(cell("status")).in_(spelled)
    values = {our: cell(our) for our in KEY}
    values |= {our: sa.func.substr(cell(our), 1, 10) for our in ("referred_on", "recorded_on")}
    values["status"] = sa.case((is_excluded, spelled[0]), else_="") if spelled else sa.literal("")
    cells = sa.select(*(value.label(name) for name, value in values.items())).subquery("cells")
    each = [cells.c[name] for name in KEY]
    count = sa.func.count().label("counted")
    if "referral_id" not in found:
        return sa.select(*each, count, sa.func.count().label("kept")).group_by(*each)
    copies = sa.select(*each, count).group_by(*each).subquery("copies")
    variants = sa.func.count().over(partition_by=[copies.c.referral_id, copies.c.status])
    told = sa.select(copies, variants.label("variants")).subquery("told")
    id_ = told.c.referral_id
    conflict = sa.case((sa.and_(told.c.variants > 1, id_ != ""), id_), else_="")
    marked = sa.select(
        *(told.c[name] for name in KEY[:-1]),
        conflict.label("referral_id"),
        told.c.counted,
        sa.case((id_ == "", told.c.counted), else_=1).label("kept"),
    ).subquery("marked")
    each = [marked.c[name] for name in KEY]
    return sa.select(*each, sa.func.sum(marked.c.counted), sa.func.sum(marked.c.kept)).group_by(
        *each
    )


def _feed(
    connection: sa.Connection, table: str, query: str | None
) -> tuple[sa.FromClause, list[str]]:
    """In: a table or a query. Out: it as something to select from, and its column names."""
    if query:
        # No bound parameters: a colon is a colon. The new line ends a trailing comment.
        sql = query.strip().rstrip(";").replace(":", r"\:") + "\n"
        whole: sa.FromClause = sa.text(sql).columns().subquery("feed")
        bare: Any = sa.text(f"({sql}) AS feed")
    else:
        schema, _, name = table.rpartition(".")
        bare = whole = sa.table(name, schema=schema or None)
    star: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(bare).where(sa.false())
    header = list(connection.execute(star).keys())
    columns: list[sa.ColumnClause[Any]] = [sa.column(column) for column in dict.fromkeys(header)]
    if query:
        whole = sa.text(sql).columns(*columns).subquery("feed")
    else:
        whole = sa.table(name, *columns, schema=schema or None)
    return whole, header


@contextmanager
def _connected(given: str, asked: str = "") -> Iterator[sa.Connection]:
    """In: a URL, the table or "query" that is asked of it. Out: a connection. Errors: SourceError,
    without the password and without the database's words, which may quote a row."""
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise SourceError(f"{masked(given)}: a database URL that cannot be understood") from None
    url = with_driver(url)
    file = url.database
    is_file = bool(file) and not str(file).startswith((":", "file:"))
    if url.get_backend_name() == "sqlite" and is_file and not Path(str(file)).is_file():
        raise SourceError(f"{masked(given)}: no such file")
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            if reading := _READ_ONLY.get(connection.dialect.name):
                connection.exec_driver_sql(reading).close()
            yield connection
    except (SQLAlchemyError, UnicodeError) as error:
        raise SourceError(f"{masked(given)}: {_failed(error, asked)}") from None
    except ImportError as error:
        raise SourceError(f"{masked(given)}: its driver is not installed: {error.name}") from None


def _failed(error: SQLAlchemyError | UnicodeError, asked: str) -> str:
    """In: a database's complaint, the table or "query". Out: what failed, in our words."""
    words = in_our_words(error)
    if asked and asked != "query" and words.startswith(NO_TABLE):
        return words.replace(NO_TABLE, f"{NO_TABLE}: {asked}", 1)
    return f"{asked}: {words}" if asked else words
