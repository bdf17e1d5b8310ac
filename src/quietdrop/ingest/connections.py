"""Connections to source databases: read-only and time-limited."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from quietdrop.domain.errors import SourceError
from quietdrop.ingest import duckdb_files
from quietdrop.lib.foreign import NO_TABLE, in_our_words
from quietdrop.lib.urls import masked, with_driver, without_driver

_READ_ONLY = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
_LIMIT: ContextVar[float | None] = ContextVar("seconds a statement may take", default=None)


@contextmanager
def connected(given: str, asked: str = "") -> Iterator[sa.Connection]:
    """Opens a connection to a URL for a table or "query". Raises SourceError, without the password
    and without the database's words, which may quote a row."""
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
    except NoSuchModuleError:
        raise SourceError(f"{masked(given)}: {without_driver(given)}") from None
    except (SQLAlchemyError, UnicodeError) as error:
        raise SourceError(f"{masked(given)}: {_failed(error, asked)}") from None
    except ImportError:
        raise SourceError(f"{masked(given)}: {without_driver(given)}") from None


def _failed(error: SQLAlchemyError | UnicodeError, asked: str) -> str:
    """Returns in our words what failed in the database."""
    words = in_our_words(error)
    if asked and asked != "query" and words.startswith(NO_TABLE):
        return words.replace(NO_TABLE, f"{NO_TABLE}: {asked}", 1)
    return f"{asked}: {words}" if asked else words


@contextmanager
def statements_within(seconds: float) -> Iterator[None]:
    """While entered, the database itself ends the calling thread's statements after so long: nobody
    else could once their reader has been abandoned."""
    before = _LIMIT.set(seconds)
    try:
        yield
    finally:
        _LIMIT.reset(before)


@contextmanager
def _statement_limit(connection: sa.Connection) -> Iterator[None]:
    """Tells the database the limit. Any other database keeps running an abandoned statement."""
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
