"""The demo's network, its weekly mail and its pages: the whole loop in one fixture."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.builders.office import KEY

from quietdrop.config import Settings, load
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.jobs import weekly as job
from quietdrop.messages.links import Links
from quietdrop.store import Store

LAST = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
WEEK = timedelta(days=7)
BASE = "https://desk.example"


@dataclass
class Loop:
    """The demo's network, its weekly mail and its pages."""

    settings: Settings
    store: Store
    inbox: Inbox

    def monday(self, day: date) -> dict[str, str]:
        """Runs the job; the HTML of each mail that came, by what its name begins with."""
        before = set(self.inbox.folder.glob("*.html"))
        now = NOW + (day - LAST)
        links = Links(BASE, KEY)
        job.run(self.settings, self.store, job.Occasion(day, now, day, live=True, links=links))
        assert self.settings.mail is not None
        mail = self.settings.mail
        mailer = YagmailMailer(MailServer(mail.host, mail.port, "none", mail.from_))
        send_owed(self.store, mailer, lambda: now)
        came = sorted(set(self.inbox.folder.glob("*.html")) - before)
        return {path.stem.split("-", 1)[1]: path.read_text(encoding="utf-8") for path in came}


@pytest.fixture
def loop(network: Network, tmp_path: Path) -> Iterator[Loop]:
    with Inbox(tmp_path / "inbox") as inbox:
        config = write_network(network, tmp_path / "network", smtp_port=inbox.port)
        settings = load(config, os.environ)
        yield Loop(settings, Store.open(settings.store.url), inbox)
