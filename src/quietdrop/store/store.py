"""quietdrop's own database: `store.runs`, `store.checkins`, `store.outbox` and so on."""

from __future__ import annotations

from typing import Self

from sqlalchemy.engine import URL, Engine

from quietdrop.domain.errors import StoreError
from quietdrop.store.answers import Answers
from quietdrop.store.audit import Audit
from quietdrop.store.book import Book
from quietdrop.store.calendar_feeds import CalendarFeeds
from quietdrop.store.cards import Cards
from quietdrop.store.checkins import CheckIns
from quietdrop.store.claims import Claims
from quietdrop.store.database import (
    Database,
    connect,
    file_of,
    kept_open,
    make_file,
    make_private,
    parse,
    refuse_missing,
    shown,
)
from quietdrop.store.decisions import Decisions
from quietdrop.store.events import Events
from quietdrop.store.heartbeats import Heartbeats
from quietdrop.store.links import Links
from quietdrop.store.migrate import is_current, migrate
from quietdrop.store.names import Names
from quietdrop.store.outbox import Outbox
from quietdrop.store.promises import Promises
from quietdrop.store.quarters import Quarters
from quietdrop.store.retention import Retention
from quietdrop.store.runs import Runs
from quietdrop.store.sessions import Sessions
from quietdrop.store.snoozes import Snoozes
from quietdrop.store.spellings import Spellings
from quietdrop.store.stops import Stops
from quietdrop.store.touches import Touches
from quietdrop.store.trials import Trials
from quietdrop.store.weekly_counts import KeptCounts


class Store(Database):
    """A part for each subject, over one database.

    Every method of a part is one transaction, except those that take the `conn` of `begin()`.
    Days and times are passed in: the store does not read the clock. Errors: StoreError.
    """

    def __init__(self, url: URL, engine: Engine, views: Engine | None = None) -> None:
        super().__init__(url, engine, views)
        self.runs = Runs(self)
        self.checkins = CheckIns(self)
        self.touches = Touches(self)
        self.snoozes = Snoozes(self)
        self.promises = Promises(self)
        self.answers = Answers(self)
        self.events = Events(self)
        self.outbox = Outbox(self)
        self.cards = Cards(self)
        self.stops = Stops(self)
        self.book = Book(self)
        self.names = Names(self)
        self.quarters = Quarters(self)
        self.weekly_counts = KeptCounts(self)
        self.decisions = Decisions(self)
        self.spellings = Spellings(self)
        self.links = Links(self)
        self.sessions = Sessions(self)
        self.calendar_feeds = CalendarFeeds(self)
        self.audit = Audit(self)
        self.trials = Trials(self)
        self.claims = Claims(self)
        self.heartbeats = Heartbeats(self)
        self.retention = Retention(self)

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """The store at a SQLAlchemy URL, its tables made or brought up to date.

        StoreError where it cannot be reached or read, is of a newer release, or, with
        `create=False`, is a file that does not exist. Errors never show the password.
        """
        parsed = parse(url)
        path = file_of(parsed)
        if path is not None and not path.exists():
            if not create:
                raise StoreError(f"{path}: there is no store yet; `quietdrop run` creates it.")
            make_file(path)
        if path is not None:
            make_private(path)
        engine = connect(parsed)
        views = None
        if path is not None:
            views = kept_open(engine, path)
            refuse_missing(engine, path)
            refuse_missing(views, path)
        store = cls(parsed, engine, views)
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
