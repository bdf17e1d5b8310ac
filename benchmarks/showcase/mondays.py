"""The showcase's Mondays: the weekly job as it runs, with what liaisons did in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.showcase.network import ANN, LAST, MANAGER, write
from quietdrop.config import load
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.inbox import Inbox
from quietdrop.domain.checkin import Touch
from quietdrop.jobs import weekly as job
from quietdrop.jobs.record_touch import record
from quietdrop.lib.progress import silent
from quietdrop.messages.links import Links
from quietdrop.store import Store

MONDAYS = 14
BASE = "https://quietdrop.practice.example"
KEY = "the showcase's key: never use it for anything else"
CONFIG = f"""\
[source]
referrals = "referrals.csv"
practices = "practices.csv"
people = "people.csv"
liaisons = "liaisons.csv"
touches = "touches.csv"
news = "news.csv"

[digest]
managers = ["{MANAGER}"]

[web]
base_url = "{BASE}"

[mail]
host = "127.0.0.1"
port = {{port}}
security = "none"
from = "quietdrop@practice.example"
"""


def last_monday(folder: Path) -> dict[str, Path]:
    """Makes the network in `folder` and runs every Monday. Out: the HTML of the last one's mails,
    by recipient; the text of each lies beside it, as .txt."""
    pages: dict[str, Path] = {}
    with Inbox(folder / "inbox") as inbox:
        settings = load(write(folder, CONFIG.format(port=inbox.port)), {})
        store = Store.open(settings.store.url)
        sender = "quietdrop@practice.example"
        mailer = YagmailMailer(MailServer("127.0.0.1", inbox.port, "none", sender))
        links = Links(BASE, KEY)
        for back in range(MONDAYS - 1, -1, -1):
            day = LAST - timedelta(weeks=back)
            now = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
            before = set(inbox.folder.glob("*.html"))
            job.run(settings, store, job.Occasion(day, now, day, live=True, links=links))
            send_owed(store, mailer, partial(_at, now), silent)
            pages = {
                path.stem.split("-", 1)[1].split("@")[0]: path
                for path in sorted(set(inbox.folder.glob("*.html")) - before)
            }
            _answer(store, day)
    return pages


def _at(now: datetime) -> datetime:
    return now


def _answer(store: Store, day: date) -> None:
    """What Ann does in a week: she calls whoever is new on her list, and reaches nobody. Of the
    last week's she has not got to any."""
    if day >= LAST - timedelta(weeks=1):
        return
    with store.begin() as conn:
        for checkin in store.checkins.open():
            if checkin.liaison == ANN and checkin.notified_on == day:
                called = Touch(
                    day + timedelta(days=2), checkin.practice_id, ANN, "call", "", "could not reach"
                )
                record(store, conn, called)
