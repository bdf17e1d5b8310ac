"""A desk with two liaisons, a manager, a few practices, and a clock that tests can move."""

from __future__ import annotations

import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from quietdrop.config import Settings, load
from quietdrop.domain.assessment import Status
from quietdrop.domain.card import Card, Share
from quietdrop.domain.checkin import CheckIn, CheckInKey, Kind
from quietdrop.messages.links import Grant, Links, MailLinks
from quietdrop.messages.render import Rendered
from quietdrop.store import Store
from quietdrop.store.tables import metadata
from quietdrop.web import Desk, create_app

ANN, BEA, MANAGER = "ann@example.com", "bea@example.com", "mo@example.com"
MONDAY = date(2026, 7, 6)
KEY = "a key of thirty-two letters or so"


@dataclass
class Office:
    """What a test does with the pages, and what they did."""

    store: Store
    settings: Settings
    url: str
    now: datetime = datetime(2026, 7, 7, 9, tzinfo=UTC)
    released: list[date] = field(default_factory=list)
    posted: list[tuple[str, Rendered]] = field(default_factory=list)
    rejoined: list[tuple[date, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.links = Links(self.url, KEY)
        numbers = itertools.count()
        self.desk = Desk(
            settings=lambda: self.settings,
            store=self.store,
            links=self.links,
            clock=lambda: self.now,
            release=self.released.append,
            post=lambda recipient, mail: self.posted.append((recipient, mail)),
            nonce=lambda: str(next(numbers)),
            accept_rekeyed=lambda as_of, who: self.rejoined.append((as_of, who)),
        )
        self.serve(self.desk)

    def serve(self, desk: Desk, app: Flask | None = None) -> None:
        """Makes the pages anew, with a client that has no cookie, as a proxy would serve them."""
        self.desk = desk
        self.app = app or create_app(desk)
        self.app.config["APPLICATION_ROOT"] = urlsplit(self.url).path or "/"
        self.client: FlaskClient = self.app.test_client()

    @property
    def mail(self) -> MailLinks:
        """The links of a digest of that Monday."""
        return MailLinks(self.links, datetime(2026, 7, 6, 7, tzinfo=UTC) + timedelta(days=21))

    def answer(self, practice: str, action: str = "visit", liaison: str = ANN) -> str:
        return self.path(self.mail.answer(CheckInKey(practice, liaison, MONDAY), action))

    def path(self, url: str) -> str:
        return url.removeprefix(self.url)

    def sign_in_link(self, who: str = MANAGER, rest: str = "") -> str:
        """What the mail to sign in carries; another one each time."""
        ends, nonce = self.now + timedelta(hours=12), self.desk.nonce()
        token = self.links.token(Grant("manager", who, ends, nonce=nonce))
        return self.path(self.links.url("manager", token, rest))

    def sign_in(self, who: str = MANAGER) -> str:
        """Signs the client in by a mailed link. Returns where that leads."""
        if self.client.get("/desk").status_code != 200:
            link = self.sign_in_link(who)
            entered = self.client.post(link, data={"form": form_of(self.client.get(link).text)})
            assert entered.status_code == 303
        return "/desk"

    def tables(self) -> dict[str, list[Any]]:
        """Everything that the store holds."""
        with self.store.read() as conn:
            return {
                name: [tuple(row) for row in conn.execute(sa.select(table))]
                for name, table in metadata.tables.items()
            }


def form_of(page: str) -> str:
    """What ties a page's form to the page."""
    [form] = set(re.findall(r'name="form" value="([^"]+)"', page))
    return str(form)


def card(practice_id: str, name: str, liaison: str, **more: Any) -> Card:
    return Card(
        practice_id=practice_id,
        name=name,
        liaison=liaison,
        territory="North",
        status=Status.DRIFTING,
        as_of=MONDAY,
        sentence="Usually 3 a week; 4 since May 18, where 20 were expected.",
        town="Brookfield",
        phone="(555) 010-2030",
        weeks=(3,) * 44 + (1, 0) * 4,
        expected=(3.0,) * 52,
        onset_index=44,
        onset_label="about May 18",
        opening="What is working with us, and what is not?",
        providers=(Share("Dr. Alvarez", 1, 14.0), Share("NP Lee", 8, 7.5)),
        lines=(Share("Spine", 0, 6.0),),
        **more,
    )


def opened(practice_id: str, name: str, liaison: str, kind: Kind = Kind.DRIFT) -> CheckIn:
    onset = date(2026, 5, 18)
    return CheckIn(practice_id, name, liaison, kind, MONDAY, onset=onset, notified_on=MONDAY)


def filled(store: Store) -> None:
    """Ann has a drifting practice, one that complained and one that is well; Bea has another."""
    cards = [
        card("P1", "Lakeside Family Medicine", ANN),
        card("P2", "<script>alert(1)</script> & Sons", ANN),
        card("P3", "Harbor Clinic", ANN),
        card("P9", "Willow Clinic", BEA),
    ]
    with store.begin() as conn:
        store.cards.save(conn, cards)
        store.checkins.save(conn, opened("P1", "Lakeside Family Medicine", ANN))
        store.checkins.save(conn, opened("P2", cards[1].name, ANN, Kind.COMPLAINT))
        store.checkins.save(conn, opened("P9", "Willow Clinic", BEA))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "quietdrop.toml"
    path.write_text(
        f'[source]\nreferrals = "referrals.csv"\n[digest]\nmanagers = ["{MANAGER}"]\n'
        '[web]\nbase_url = "https://desk.example/qd"\n'
    )
    return load(path, {})


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of every desk, made once: running all migrations takes longer than most tests."""
    folder = tmp_path_factory.mktemp("office")
    filled(Store.open(f"sqlite:///{folder}/store.db"))
    whole = folder / "whole.db"  # without the files that SQLite keeps beside an open store
    with closing(sqlite3.connect(folder / "store.db")) as conn:
        conn.execute("VACUUM INTO ?", (str(whole),))
    return whole


@pytest.fixture
def office(settings: Settings, tmp_path: Path, filled_store: Path) -> Office:
    shutil.copy(filled_store, tmp_path / "store.db")
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    return Office(store, settings, "https://desk.example/qd")


@pytest.fixture
def unchanged(office: Office) -> Iterator[Callable[[], None]]:
    """A check that nothing in the store has changed since the test began."""
    before = office.tables()

    def check() -> None:
        assert office.tables() == before

    yield check
    check()
