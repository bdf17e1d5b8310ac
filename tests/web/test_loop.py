"""The whole loop: digest in an inbox, a tap, a form, and the next run's digest reflects it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.web.office import KEY, Office

from quietdrop import run as job
from quietdrop.config import Settings, load
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.links import Links
from quietdrop.mailer import YagmailMailer
from quietdrop.sender import send_owed
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
        job.run(self.settings, self.store, day, now, today=day, live=True, links=links)
        assert self.settings.mail is not None
        mail = self.settings.mail
        mailer = YagmailMailer(mail.host, mail.port, "none", None, mail.from_, None)
        send_owed(self.store, mailer, lambda: now)
        came = sorted(set(self.inbox.folder.glob("*.html")) - before)
        return {path.stem.split("-", 1)[1]: path.read_text(encoding="utf-8") for path in came}


@pytest.fixture
def loop(network: Network, tmp_path: Path) -> Iterator[Loop]:
    with Inbox(tmp_path / "inbox") as inbox:
        config = write_network(network, tmp_path / "network", smtp_port=inbox.port)
        settings = load(config, os.environ)
        yield Loop(settings, Store.open(settings.store.url), inbox)


def links_of(page: str, label: str = "Checked in") -> list[str]:
    return re.findall(rf'href="({BASE}/c/[^"]+)"[^>]*>{label}<', page)


def test_what_is_answered_is_gone_from_the_next_digest_and_the_rest_is_reminded_of(
    loop: Loop,
) -> None:
    first = loop.monday(LAST - WEEK)
    office = Office(loop.store, loop.settings, BASE, now=NOW - timedelta(days=5))
    opened = {c.practice_id: c for c in loop.store.open_checkins()}
    name, page = next((name, page) for name, page in first.items() if links_of(page))
    path = office.path(links_of(page)[0])
    form = re.findall(r'name="form" value="([^"]+)"', office.client.get(path).text)[0]
    told = office.client.post(path, data={"form": form, "outcome": "retired", "whom": "Dana"})
    assert told.status_code == 200
    [answered] = set(opened) - {c.practice_id for c in loop.store.open_checkins()}
    second = loop.monday(LAST)
    assert opened[answered].practice_name in page
    assert opened[answered].practice_name not in second.get(name, "")
    reminded = [c for c in loop.store.open_checkins() if c.reminded_on == LAST]
    assert reminded
    for checkin in reminded:
        digest = second[checkin.liaison.replace(".", "-")]
        assert checkin.practice_name in digest[digest.index("Still open (") :]


def test_a_scanner_that_opens_every_link_of_a_digest_changes_nothing(loop: Loop) -> None:
    pages = loop.monday(LAST)
    urls = {url for page in pages.values() for url in re.findall(rf'href="({BASE}[^"]+)"', page)}
    assert len(urls) > 6
    office = Office(loop.store, loop.settings, BASE, now=NOW + timedelta(hours=1))
    before = office.tables()
    for _ in range(10):
        for url in urls:
            assert office.client.get(office.path(url)).status_code == 200
            assert office.client.head(office.path(url)).status_code == 200
    assert office.tables() == before


def test_the_pages_hold_no_patient_and_are_there_for_every_practice(loop: Loop) -> None:
    loop.monday(LAST)
    office = Office(loop.store, loop.settings, BASE, now=NOW)
    token = office.links.token("manager", loop.settings.digest.managers[0], NOW + WEEK)
    assert "PATIENT-" not in str(office.tables()["card"])
    ids = loop.store.practice_ids()
    assert len(ids) == 151
    for practice_id in ids[:20]:
        reference = office.links.reference("practice", practice_id)
        assert office.client.get(f"/m/{token}/practice/{reference}").status_code == 200
