"""Databases: the referrals are counted where their rows are, by all that is read of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Reject
from quietdrop.ingest import duckdb_files
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.periods import count_of
from quietdrop.ingest.rows import KEY, Rows, fields_of
from quietdrop.ingest.settings import SourceSettings
from quietdrop.ingest.statuses import DOUBTFUL
from quietdrop.lib.folding import folded
from quietdrop.lib.foreign import NO_TABLE, in_our_words
from quietdrop.lib.text import as_text
from quietdrop.lib.urls import masked, with_driver

# One spelling is one practice: MariaDB would else group "a" with "A" and with "a ".
_COLLATIONS = {"mysql": "utf8mb4_nopad_bin", "mariadb": "utf8mb4_nopad_bin"}
_READ_ONLY = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
_SYSTEM_SCHEMAS = {
    *("information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys"),
}
_SPACE_RUNS = 5  # halvings: of up to 32 spaces in a row one is left
_SPACES = "\t\r\n\xa0"  # what SQL's trim leaves standing
_LIMIT: ContextVar[float | None] = ContextVar("seconds a statement may take", default=None)
Text = sa.ColumnElement[str]


def referrals(source: SourceSettings, wanted: Wanted) -> tuple[Rows, list[Reject]]:
    """Return the groups that the database counted, and those whose count cannot be used.

    Args:
        source: The database, its table or query, the statuses that are no referral.
        wanted: The columns.

    Raises:
        SourceError: The database, the table or a column is not there.
    """
    table = source.table or "referrals"
    name = "query" if source.query else table
    rows, rejects = Rows([name]), list[Reject]()
    with _connected(source.referrals, name) as connection:
        feed, names = _feed(connection, table, source.query)
        places = wanted.locate(names, name)
        columns = {our: names[place] for our, place in places.items()}
        feed = restricted(feed, names, source.only, name)
        collation = _COLLATIONS.get(connection.dialect.name)
        statement = grouped(feed, columns, source.not_referrals, collation)
        for group in connection.execute(statement):
            *texts, referrals, counted, kept = group
            cells = [as_text(cell) for cell in texts]
            each = count_of(as_text(referrals)) if "referrals" in columns else 1
            if isinstance(each, str):
                rejects.append(Reject(name, None, each, fields_of(cells), int(counted)))
            else:
                rows.add(0, None, cells, each * int(counted), each * int(kept))
    return rows, rejects


def restricted(
    feed: sa.FromClause, names: Sequence[str], values: Mapping[str, str], where: str
) -> sa.FromClause:
    """Return a table of only those rows whose columns have the values, however they are spelled.

    Raises:
        SourceError: There is no such column.
    """
    if not values:
        return feed
    chosen = sa.select(*(feed.c[name] for name in dict.fromkeys(names)))
    for column, value in values.items():
        if column not in names:
            raise SourceError(f'{where}: [source] only names "{column}", which is no column')
        text = sa.func.lower(sa.func.trim(sa.cast(feed.c[column], sa.String)))
        chosen = chosen.where(text == value.strip().casefold())
    return chosen.subquery("chosen")


def tables(url: str) -> list[str]:
    """In: a database. Out: the names of its tables and views in all schemas, sorted;
    those of the login's own schema are bare. Errors: SourceError."""
    with _connected(url) as connection:
        if isinstance(connection, duckdb_files.Connection):
            return connection.tables()
        inspector = sa.inspect(connection)
        names = {*inspector.get_table_names(), *inspector.get_view_names()}
        own = inspector.default_schema_name
        for schema in inspector.get_schema_names():
            if schema != own and schema.casefold() not in _SYSTEM_SCHEMAS:
                inside = {*inspector.get_table_names(schema), *inspector.get_view_names(schema)}
                names |= {f"{schema}.{name}" for name in inside}
        return sorted(names)


def query_header(url: str, query: str) -> list[str]:
    """Return the columns' names of a query. Raises SourceError."""
    with _connected(url, "query") as connection:
        return _feed(connection, "", query)[1]


def header(url: str, table: str) -> list[str]:
    """In: a database, one of its tables. Out: its columns' names. Errors: SourceError."""
    with _connected(url, table) as connection:
        return _feed(connection, table, None)[1]


def records(
    url: str,
    wanted: Wanted,
    limit: int | None = None,
    query: str | None = None,
    only: Mapping[str, str] | None = None,
) -> Iterator[Record]:
    """In: a database URL, `#table` behind it where it is not named as we name it; the columns; the
    most rows; a query in the table's place; the values that columns must have. Out: its rows.
    Errors: SourceError."""
    url, _, table = url.partition("#")
    table = table or wanted.table
    with _connected(url, "query" if query else table) as connection:
        feed, names = _feed(connection, table, query)
        places = wanted.locate(names, table)
        feed = restricted(feed, names, only or {}, table)
        columns = [
            sa.cast(feed.c[names[places[our]]], sa.String) if our in places else sa.literal("")
            for our in wanted.columns
        ]
        for row in connection.execute(sa.select(*columns).select_from(feed).limit(limit)):
            yield None, tuple(as_text(cell) for cell in row)


def grouped(
    feed: sa.FromClause,
    columns: dict[str, str],
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
        if our not in columns:
            return sa.literal("")
        text: Text = sa.cast(feed.c[columns[our]], sa.String)
        for space in _SPACES:
            text = sa.func.replace(text, space, " ")
        bare: Text = sa.func.coalesce(sa.func.trim(text), "")
        return bare.collate(collation) if collation else bare

    spelled = sorted({folded(status) for status in excluded})
    status = _plain_status(cell("status"))
    is_excluded = status.in_(spelled)
    values = {our: cell(our) for our in KEY}
    values |= {our: _day(cell(our)) for our in ("referred_on", "recorded_on")}
    values["referrals"] = cell("referrals")
    # All that is excluded is one word, and all that is beyond doubt is none: few groups are made.
    values["status"] = sa.case(
        *([(is_excluded, spelled[0])] if spelled else []),
        (status.in_(sorted(DOUBTFUL)), status),
        else_="",
    )
    cells = sa.select(*(value.label(name) for name, value in values.items())).subquery("cells")
    each = [cells.c[name] for name in (*KEY, "referrals")]
    count = sa.func.count().label("counted")
    if "referral_id" not in columns:
        return sa.select(*each, count, sa.func.count().label("kept")).group_by(*each)
    copies = sa.select(*each, count).group_by(*each).subquery("copies")
    variants = sa.func.count().over(partition_by=[copies.c.referral_id, copies.c.status])
    distinct = sa.select(copies, variants.label("variants")).subquery("told")
    id_ = distinct.c.referral_id
    conflict = sa.case((sa.and_(distinct.c.variants > 1, id_ != ""), id_), else_="")
    marked = sa.select(
        *(distinct.c[name] for name in KEY[:-1]),
        conflict.label("referral_id"),
        distinct.c.referrals,
        distinct.c.counted,
        sa.case((id_ == "", distinct.c.counted), else_=1).label("kept"),
    ).subquery("marked")
    each = [marked.c[name] for name in (*KEY, "referrals")]
    return sa.select(*each, sa.func.sum(marked.c.counted), sa.func.sum(marked.c.kept)).group_by(
        *each
    )


def _day(text: Text) -> Text:
    """Return a day's text without its time, where it is written in one of the usual ways, so that
    a day is one group; other ways are told apart outside the database."""
    lengths = {"____-__-__%": 10, "__/__/____%": 10, "_/__/____%": 9, "__/_/____%": 9}
    lengths |= {"_/_/____%": 8, "__.__.____%": 10}
    cases = [(text.like(form), sa.func.substr(text, 1, size)) for form, size in lengths.items()]
    return sa.case(*cases, else_=sa.func.substr(text, 1, 40))


def _plain_status(status: Text) -> Text:
    """A status in small letters, hyphens, underscores and runs of space one space each."""
    plain: Text = sa.func.lower(status)
    for sign in "-_":
        plain = sa.func.replace(plain, sign, " ")
    for _ in range(_SPACE_RUNS):
        plain = sa.func.replace(plain, "  ", " ")
    return sa.func.trim(plain)


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
    if given.startswith(duckdb_files.PREFIX):
        with (
            duckdb_files.connected(given) as duck,
            _interrupted(duck.interrupt, _LIMIT.get()),
        ):
            yield cast(sa.Connection, duck)
        return
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
            with _statement_limit(connection):
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


@contextmanager
def statements_within(seconds: float) -> Iterator[None]:
    """While entered, the calling thread's statements end after so long, by the database itself:
    nobody else could end them once their reader has been given up."""
    before = _LIMIT.set(seconds)
    try:
        yield
    finally:
        _LIMIT.reset(before)


@contextmanager
def _statement_limit(connection: sa.Connection) -> Iterator[None]:
    """Tells the database the limit. One that is none of these runs on when it is given up."""
    seconds, name = _LIMIT.get(), connection.dialect.name
    if seconds is None:
        yield
    elif name == "sqlite":
        raw = connection.connection.dbapi_connection
        with _interrupted(raw.interrupt, seconds):  # type: ignore[union-attr]
            yield
    else:
        mysql = f"max_execution_time = {seconds * 1000:.0f}"
        if getattr(connection.dialect, "is_mariadb", False):
            mysql = f"max_statement_time = {seconds:.3f}"
        settings = {
            "postgresql": f"SET statement_timeout = {seconds * 1000:.0f}",
            "mysql": f"SET SESSION {mysql}",
            "mariadb": f"SET SESSION {mysql}",
        }
        if setting := settings.get(name):
            connection.exec_driver_sql(setting).close()
        yield


@contextmanager
def _interrupted(interrupt: Callable[[], None], seconds: float | None) -> Iterator[None]:
    """Interrupts a database in this process after so long; None: never."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
