"""quietdrop's own database, as one thing with small methods."""

from __future__ import annotations

from typing import Self

from quietdrop.domain.errors import StoreError
from quietdrop.store.answers import Answers
from quietdrop.store.audit import Audit
from quietdrop.store.book import Book
from quietdrop.store.calendar_feeds import CalendarFeeds
from quietdrop.store.cards import Pages
from quietdrop.store.checkins import CheckIns
from quietdrop.store.database import (
    connect,
    file_of,
    make_file,
    make_private,
    parse,
    refuse_missing,
    shown,
)
from quietdrop.store.decisions import Decisions
from quietdrop.store.events import Events
from quietdrop.store.leases import Claims
from quietdrop.store.link_limits import LinkLimits
from quietdrop.store.migrate import is_current, migrate
from quietdrop.store.outbox import Messages
from quietdrop.store.promises import Promises
from quietdrop.store.quarters import Quarters
from quietdrop.store.retention import Retention
from quietdrop.store.runs import Runs
from quietdrop.store.sessions import Sessions
from quietdrop.store.stops import Stops
from quietdrop.store.trials import Trials
from quietdrop.store.weekly import Weekly


class Store(
    Runs,
    CheckIns,
    Answers,
    Promises,
    Messages,
    Events,
    Pages,
    Stops,
    Book,
    Quarters,
    LinkLimits,
    CalendarFeeds,
    Sessions,
    Audit,
    Trials,
    Weekly,
    Decisions,
    Claims,
    Retention,
):
    """Every method is one transaction, but those that take the `conn` of `begin()`.

    Days and moments are handed in: the store reads no clock. Errors: StoreError.
    """

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """The store at a SQLAlchemy URL, its tables made or brought up to date.

        StoreError where it cannot be reached or read, is of a newer release, or, with
        `create=False`, is a file that does not exist. No error shows the password.
        """
        parsed = parse(url)
        path = file_of(parsed)
        if path is not None and not path.exists():
            if not create:
                raise StoreError(f"{path}: there is no store yet; `quietdrop run` makes it.")
            make_file(path)
        if path is not None:
            make_private(path)
        engine = connect(parsed)
        if path is not None:
            refuse_missing(engine, path)
        store = cls(parsed, engine)
        with store.read() as conn:
            if is_current(conn):
                return store
        with store.begin() as conn:
            migrate(conn, shown(parsed))
        return store

    @staticmethod
    def exists(url: str) -> bool:
        """Whether a SQLite store has been made. False for a server: ask it by opening it."""
        path = file_of(parse(url))
        return path is not None and path.exists()
