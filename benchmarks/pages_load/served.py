"""The server's side: pages of a network of 5,000 practices on a SQLite store, until stopped.

`python -m benchmarks.pages_load.served FOLDER PORT` prints the paths as JSON, and then answers
each line on its standard input with the seconds of CPU that the process has used so far.
"""

from __future__ import annotations

import itertools
import json
import resource
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from quietdrop.config import load
from quietdrop.domain.assessment import Status
from quietdrop.domain.card import Card, Share
from quietdrop.domain.checkin import CheckIn, CheckInKey, Kind, State, Touch
from quietdrop.domain.figures import Figure, Stakes
from quietdrop.domain.promise import Promise
from quietdrop.messages.links import Links, MailLinks
from quietdrop.store import Store
from quietdrop.web import Desk, create_app, serving

PRACTICES, LIAISONS, OPEN, CLOSED, TOUCHES = 5_000, 50, 500, 5_000, 50_000
MONDAY = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 9, tzinfo=UTC)
LINE = Stakes((Figure("−2", "a week"), Figure("95 %", "sure"), Figure("May 18", before="since")))


def liaison(practice: int) -> str:
    return f"liaison{practice % LIAISONS}@example.com"


def fill(store: Store) -> None:
    """Cards, check-ins of which all that are open opened on one day, promises and touches."""
    with store.begin() as conn:
        store.cards.save(conn, map(_card, range(PRACTICES)))
        for i in range(OPEN):
            store.checkins.save(
                conn, CheckIn(f"P{i}", f"Practice {i}", liaison(i), Kind.DRIFT, MONDAY)
            )
        for i in range(CLOSED):
            day = MONDAY - timedelta(weeks=1 + i % 150)
            who = f"P{i % PRACTICES}"
            closed = CheckIn(
                who, who, liaison(i), Kind.DRIFT, day, state=State.RECOVERED, resolved_on=day
            )
            store.checkins.save(conn, closed)
        for i in range(0, PRACTICES, 11):  # prime to the liaisons: each has some
            due = MONDAY + timedelta(days=i % 21 - 10)
            promise = Promise(f"P{i}", "Call back", MONDAY, due, liaison(i), liaison(i))
            store.promises.save(conn, promise)
        for i in range(TOUCHES):
            day = MONDAY - timedelta(days=1 + i % 900)
            store.touches.save(conn, Touch(day, f"P{i % PRACTICES}", liaison(i)))


def _card(i: int) -> Card:
    return Card(
        f"P{i}",
        f"Practice {i}",
        liaison(i),
        f"Territory {i % 50}",
        Status.DRIFTING if i < OPEN else Status.STEADY,
        MONDAY,
        "Usually 3 a week; 4 since May 18, where 20 were expected.",
        town=f"Town {i % 200}",
        town_key=f"town {i % 200}",
        address=f"{i} Main Street, Town {i % 200}, NH 0{3000 + i % 200}",
        postcode=f"0{3000 + i % 200}",
        hours="Tuesdays and Thursdays at lunch",
        seen_on=MONDAY - timedelta(days=i % 200),
        revisit_on=MONDAY - timedelta(days=i % 9),
        good_news="Steady for 2 years." if i % 40 == 39 else "",
        phone="(555) 010-2030",
        weeks=(3,) * 44 + (1, 0) * 4,
        expected=(3.12,) * 52,
        onset_index=44 if i < OPEN else None,
        onset_label="about May 18" if i < OPEN else "",
        opening="What is working with us, and what is not?",
        providers=tuple(Share(f"Dr. {j}", 9, 9.5) for j in range(4)),
        stakes=LINE if i < OPEN else Stakes(),
    )


def paths(links: Links) -> dict[str, list[str]]:
    """Addresses of each kind of page, several of each so that no reader is alone."""
    mail = MailLinks(links, NOW + timedelta(days=1))
    some = range(0, OPEN, 5)
    return {
        "answer": [mail.answer(CheckInKey(f"P{i}", liaison(i), MONDAY), "visit") for i in some],
        "my week": [mail.my_list(liaison(i)) for i in range(LIAISONS)],
        "practice": [
            f"{mail.my_list(liaison(i))}/practice/{links.reference('practice', f'P{i}')}"
            for i in some
        ],
    }


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    config = folder / "q.toml"
    config.write_text('[source]\nreferrals = "r.csv"\n[digest]\nmanagers = ["mo@example.com"]\n')
    settings = load(config, {})
    store = Store.open(f"sqlite:///{folder}/store.db")
    fill(store)
    links = Links(f"http://127.0.0.1:{port}", "k" * 32)
    numbers = itertools.count()
    desk = Desk(
        settings=lambda: settings,
        store=store,
        links=links,
        clock=lambda: NOW,
        release=lambda _: None,
        post=lambda *_: None,
        nonce=lambda: str(next(numbers)),
        accept_rekeyed=lambda *_: None,
    )
    with serving(create_app(desk), f"127.0.0.1:{port}"):
        print(json.dumps(paths(links)), flush=True)
        for _ in sys.stdin:
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(used.ru_utime + used.ru_stime, flush=True)


if __name__ == "__main__":
    main()
