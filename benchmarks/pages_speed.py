"""How long a page takes, in a network far larger than most: `python -m benchmarks.pages_speed`."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from quietdrop.config import load
from quietdrop.domain.assessment import Status
from quietdrop.domain.card import Card, Share
from quietdrop.domain.checkin import CheckIn, CheckInKey, Kind, State, Touch
from quietdrop.domain.quarter import Quarter, Tally, Total
from quietdrop.messages.links import Grant, Links, MailLinks
from quietdrop.store import Store
from quietdrop.web import Desk, create_app

PRACTICES, LIAISONS, OPEN, CLOSED, TOUCHES = 10_000, 100, 1_000, 20_000, 100_000
MONDAY = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 9, tzinfo=UTC)
TRIES = 5


def liaison(practice: int) -> str:
    return f"liaison{practice % LIAISONS}@example.com"


def fill(store: Store) -> float:
    """Cards, check-ins and touches. Out: the seconds that the cards took, as in each run."""
    cards = [
        Card(
            f"P{i}",
            f"Practice {i}",
            liaison(i),
            f"Territory {i % 50}",
            Status.STEADY,
            MONDAY,
            "Usually 3 a week; 36 in the last 13 weeks, where 39 were expected.",
            weeks=(3,) * 52,
            expected=(3.12,) * 52,
            providers=tuple(Share(f"Dr. {j}", 9, 9.5) for j in range(4)),
        )
        for i in range(PRACTICES)
    ]
    start = time.perf_counter()
    with store.begin() as conn:
        store.cards.save(conn, cards)
    taken = time.perf_counter() - start
    with store.begin() as conn:
        for i in range(OPEN):
            store.checkins.save(
                conn, CheckIn(f"P{i}", f"Practice {i}", liaison(i), Kind.DRIFT, MONDAY)
            )
        for i in range(CLOSED):
            day = MONDAY - timedelta(weeks=1 + i % 150)
            who = f"P{i % PRACTICES}"
            store.checkins.save(
                conn,
                CheckIn(
                    who, who, liaison(i), Kind.DRIFT, day, state=State.RECOVERED, resolved_on=day
                ),
            )
        for i in range(TOUCHES):
            touch = Touch(MONDAY - timedelta(days=i % 900), f"P{i % PRACTICES}", liaison(i))
            store.touches.save(conn, touch)
    return taken


def of_quarter() -> Quarter:
    """A tally of each practice, and of two people at each; one in ten of them moved."""

    def sent(name: str, i: int, **more: str) -> Tally:
        move = "up" if i % 10 == 0 else ""
        return Tally(name, 40, 39, 41, move=move, practice_id=f"P{i}", **more)  # type: ignore[arg-type]

    first = date(2026, 4, 1)
    practices = tuple(sent(f"Practice {i}", i, liaison=liaison(i)) for i in range(PRACTICES))
    people = tuple(
        sent(f"Dr. {i}", i, practice=f"Practice {i}", role="MD")
        for i in range(PRACTICES)
        for _ in range(2)
    )
    return Quarter(
        first=first,
        end=date(2026, 7, 1),
        as_of=MONDAY,
        begins=first,
        newest=MONDAY,
        totals=(Total(first, 40 * PRACTICES, 64, True),),
        overall="",
        overall_year="",
        parts={"practice": practices, "person": people},
        moves={"practice": {"up": PRACTICES // 10}, "person": {"up": PRACTICES // 5}},
        tried={},
        knows_new=True,
        checkins={"opened": 0, "came back": 0, "closed": 0},
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "q.toml"
        config.write_text(
            '[source]\nreferrals = "r.csv"\n[digest]\nmanagers = ["mo@example.com"]\n'
        )
        settings = load(config, {})
        store = Store.open(f"sqlite:///{folder}/store.db")
        print(f"cards of {PRACTICES} practices: {fill(store):.1f} s a run")
        start = time.perf_counter()
        with store.begin() as conn:
            store.quarters.save(conn, of_quarter())
        print(f"the quarter, stored: {time.perf_counter() - start:.1f} s a run")
        links = Links("http://desk", "k" * 32)
        desk = Desk(
            settings=lambda: settings,
            store=store,
            links=links,
            clock=lambda: NOW,
            release=lambda _: None,
            post=lambda *_: None,
            nonce=lambda: "",
            accept_rekeyed=lambda *_: None,
        )
        client = create_app(desk).test_client()
        until = NOW + timedelta(days=1)
        mail = MailLinks(links, until)
        my_list = mail.my_list(liaison(1))
        manager = links.url("manager", links.token(Grant("manager", "mo@example.com", until)))
        practice = links.reference("practice", "P1")
        pages = {
            "check-in": mail.answer(CheckInKey("P1", liaison(1), MONDAY), "visit"),
            "my list": my_list,
            "story": f"{my_list}/practice/{practice}",
            "coverage": manager,
            "territory": f"{manager}/territory/{links.reference('territory', 'Territory 1')}",
            "what came back": f"{manager}/back",
            "the quarter": f"{manager}/quarter",
            "its practices as CSV": f"{manager}/quarter/practices.csv",
            "story, for a manager": f"{manager}/practice/{practice}",
        }
        for name, url in pages.items():
            start = time.perf_counter()
            for _ in range(TRIES):
                answered = client.get(url.removeprefix("http://desk"))
                assert answered.status_code == 200, name
            taken = (time.perf_counter() - start) / TRIES
            print(f"{name}: {taken * 1000:.0f} ms, {len(answered.data) // 1000} kB")


if __name__ == "__main__":
    main()
