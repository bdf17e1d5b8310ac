"""The connection: one transaction at a time, and errors that never show a password."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from contextvars import ContextVar
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from quietdrop.domain.errors import StoreAway, StoreError
from quietdrop.lib import safe_files
from quietdrop.lib.foreign import in_our_words
from quietdrop.lib.urls import with_driver

BUSY_SECONDS = 60
ROWS_AT_ONCE = 2000  # of an insert: a few megabytes
IDS_A_QUERY = 500  # every database accepts this many values in one statement
KEPT_CONNECTIONS = 4  # as many as threads that make pages; each holds three open files


class Database:
    """A database that is up to date. No connection outlives its transaction, except those of
    `views`, a second engine through which views read."""

    def __init__(self, url: URL, engine: Engine, views: Engine | None = None) -> None:
        self.url = url
        self._engine = engine
        self._views = views or engine
        self._writer = engine.execution_options(quietdrop_writes=True)
        weakref.finalize(self, self._views.dispose)

    @contextmanager
    def begin(self, *, but: type[DBAPIError] | tuple[()] = ()) -> Iterator[Connection]:
        """One transaction for writing: all of it or, after any error, nothing.

        Args:
            but: An error of the driver that is passed on as it is.

        Raises:
            StoreError: for every other error of the driver.
        """
        with telling(self.url, but=but), self._writer.begin() as conn:
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading one consistent state. StoreError."""
        view = _view.get()
        with telling(self.url):
            if view is not None and view.engine is self._views:
                yield view.connection()
            else:
                with self._engine.connect() as conn:
                    yield conn

    def empty_log(self) -> None:
        """Has SQLite move its write-ahead log into the file, and overwrite it: pages as they were
        before the last changes stand there for as long as a view's connection is open."""
        if file_of(self.url) is None:
            return
        with telling(self.url), closing(self._engine.raw_connection()) as conn:
            conn.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def one_view(self) -> Iterator[None]:
        """While entered, all that is read here comes from one connection and shows one state;
        what is written meanwhile is not seen. Nothing is opened before the first read."""
        with ExitStack() as stack:
            token = _view.set(_View(self._views, stack))
            stack.callback(_view.reset, token)
            yield


class Part:
    """One subject of the store: its tables and what is asked of them."""

    def __init__(self, database: Database) -> None:
        self._database = database


class _View:
    """The connection that several reads share, once one of them has opened it."""

    def __init__(self, engine: Engine, stack: ExitStack) -> None:
        self.engine, self._stack = engine, stack
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._stack.enter_context(self.engine.connect())
        return self._connection


_view: ContextVar[_View | None] = ContextVar("the view of the reads here", default=None)


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids, each once and in order, as many at a time as one query may name."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), IDS_A_QUERY):
        yield ordered[start : start + IDS_A_QUERY]


def insert_all(conn: Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts the rows, so many at a time: all statements of a large network would take more
    memory than its rows."""
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        conn.execute(sa.insert(table), some)


@contextmanager
def telling(url: URL, *, but: type[DBAPIError] | tuple[()] = ()) -> Iterator[None]:
    """Turns the driver's errors, `but` those, into a StoreError that names the store."""
    try:
        yield
    except but:
        raise
    except DBAPIError as error:
        a_server = url.get_backend_name() != "sqlite"
        away = a_server and isinstance(error, (OperationalError, InterfaceError))
        kind = StoreAway if away else StoreError
        raise kind(f"{shown(url)}: {in_our_words(error)}") from None


def shown(url: URL) -> str:
    """The URL as it may be printed: no password, no options (they may hold one)."""
    return url.set(query={}).render_as_string(hide_password=True)


def parse(url: str) -> URL:
    """The parsed URL. StoreError if it is not one; its text may hold a password and is not
    shown."""
    try:
        return with_driver(make_url(url))
    except (ArgumentError, ValueError):
        raise StoreError("[store] url is not a database URL; try sqlite:///quietdrop.db.") from None


def file_of(url: URL) -> Path | None:
    """The SQLite file that the URL names; None for a server or for memory."""
    name = url.database or ""
    in_memory = not name or name == ":memory:" or name.startswith("file:")
    return None if url.get_backend_name() != "sqlite" or in_memory else Path(name)


def make_file(path: Path) -> None:
    """Creates an empty file that only its owner may read. StoreError if that fails."""
    try:
        safe_files.create(path)
    except FileExistsError:
        return  # another process was faster
    except OSError as error:
        raise StoreError(f"{path}: the store cannot be made here: {in_our_words(error)}.") from None


def make_private(path: Path) -> None:
    """Removes everyone else's permissions on the store's file and the files SQLite keeps beside it.
    UnsafePath if one of them is a link: SQLite would write through it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        try:
            safe_files.make_private(path.with_name(path.name + suffix))
        except OSError as error:
            raise StoreError(f"{path}: the store cannot be opened: {error.strerror}.") from None


def connect(url: URL) -> Engine:
    """An engine for the URL. StoreError where its driver is missing."""
    backend = url.get_backend_name()
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if backend == "sqlite":
        options["connect_args"] = {"timeout": BUSY_SECONDS}
        if file_of(url) is None:
            options["poolclass"] = StaticPool
    else:
        options["isolation_level"] = "READ COMMITTED"
    try:
        engine = sa.create_engine(url, **options)
    except (NoSuchModuleError, ImportError):
        raise StoreError(
            f"{shown(url)}: no driver for {url.drivername} is installed; for PostgreSQL: "
            "pip install 'quietdrop[postgres]', for MariaDB: 'quietdrop[mariadb]'."
        ) from None
    if backend == "sqlite":
        event.listen(engine, "connect", _keep_wal, once=True)  # the file remembers it
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def refuse_missing(engine: Engine, path: Path) -> None:
    """From now on a missing file is a StoreError; SQLite would silently create an empty one."""

    def look(*_: object) -> None:
        if not path.exists():
            raise StoreError(
                f"{path}: the store's file is gone. Put it back, or a backup of it; to begin a new "
                "store, stop `quietdrop serve` and start it again."
            )

    event.listen(engine, "do_connect", look)


def kept_open(engine: Engine, path: Path) -> Engine:
    """An engine for the same file that keeps its connections for the next transaction: opening
    one and reading its tables' definitions costs more than a page's queries. A connection whose
    file was replaced or removed since is closed, so nothing is read from the old one."""

    def remember(dialect: object, record: Any, *_: object) -> None:
        del dialect
        record.info["file"] = _identity(path)

    def compare(connection: object, record: Any, _: object) -> None:
        del connection
        if record.info["file"] != _identity(path):
            raise DisconnectionError

    kept = sa.create_engine(
        engine.url,
        poolclass=QueuePool,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=-1,  # how many pages are made at once is limited elsewhere
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(kept, "connect", _prepare_sqlite)
    event.listen(kept, "begin", _begin_sqlite)
    event.listen(kept, "do_connect", remember)
    event.listen(kept, "checkout", compare)
    return kept


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has this path now; None where there is none."""
    try:
        at = path.stat()
    except FileNotFoundError:
        return None
    return at.st_dev, at.st_ino


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Enforces foreign keys, and waits while the file is busy."""
    del record
    connection.isolation_level = None  # transactions begin where we say so
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _keep_wal(connection: Any, record: object) -> None:
    """Lets readers work beside one writer."""
    del record
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "journal_mode=WAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(conn: Connection) -> None:
    """A writer takes the lock at once: SQLite may refuse it to a transaction that has already
    read."""
    writes = conn.get_execution_options().get("quietdrop_writes", False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
