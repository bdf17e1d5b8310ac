"""What the managers' pages cost at 10,000 practices: `python -m benchmarks.desk_load`.

The pages run in a process of their own, which says how much CPU it has used; this one asks for
each page, one after another, with the cookie of a session.
"""

from __future__ import annotations

import itertools
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.ports import free_port
from quietdrop.config import load
from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookRow
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.session import Session, Way
from quietdrop.messages.links import Links
from quietdrop.store import Store
from quietdrop.store.runs import RunEnd, RunState
from quietdrop.web import Desk, create_app, serving
from quietdrop.web.sessions import COOKIE

PRACTICES, LIAISONS, OPEN = 10_000, 100, 500
WARM, ALONE = 20, 100  # requests a page
MONDAY, NOW = date(2026, 7, 6), datetime(2026, 7, 6, 9, tzinfo=UTC)
PAGES = {
    "overview": "/desk",
    "book": "/desk/book",
    "book, page 300 by name": "/desk/book?sort=name&page=300",
    "book, searched": "/desk/book?q=town+7",
    "book, filtered": "/desk/book?status=not+steady&territory=T3&line=Spine",
    "people": "/desk/people",
}


def fill(store: Store) -> None:
    """The book, a finished run, and open check-ins."""
    chance = random.Random(1)
    statuses = [Status.STEADY] * 17 + [Status.DRIFTING, Status.QUIET, Status.WATCHING]
    rows = [_row(number, chance.choice(statuses), chance) for number in range(PRACTICES)]
    run = store.runs.begin(MONDAY, True, NOW)
    left = {"weeks": [3000.0] * 27, "stake": [300.0] * 27, "waiting": [5.0] * 27, "falling": 900}
    with store.begin() as conn:
        store.book.save(conn, rows)
        store.runs.finish(conn, run, RunEnd(RunState.DONE, "x", {"headlines": left}), NOW)
        for row in rows[:OPEN]:
            opened = CheckIn(row.practice_id, row.name, row.liaison, Kind.DRIFT, MONDAY)
            store.checkins.save(conn, opened)


def _row(number: int, status: Status, chance: random.Random) -> BookRow:
    return BookRow(
        f"P{number}",
        f"Practice {number}",
        f"liaison{number % LIAISONS}@example.com",
        status,
        liaison_name=f"Liaison {number % LIAISONS}",
        town=f"Town {number % 200}",
        territory=f"T{number % 12}",
        health_system=f"System {number % 30}",
        people=(f"Dr. {number}",),
        lines=("Spine", "Hand"),
        usual=4 * chance.random(),
        recent=chance.randrange(60),
        recent_usual=30.0,
        stake=0.0 if status == Status.STEADY else 3 * chance.random(),
        odds=chance.random(),
        last_referral_on=MONDAY - timedelta(days=chance.randrange(60)),
        last_touch_on=MONDAY - timedelta(days=chance.randrange(300)),
        last_touch_kind="visit",
        weeks=tuple(chance.randrange(6) for _ in range(52)),
        onset_index=None if status == Status.STEADY else 44,
    )


def serve(folder: Path, port: int) -> None:
    """Serves until standard input ends; says how much CPU was used for each line of it."""
    config = folder / "q.toml"
    config.write_text('[source]\nreferrals = "r.csv"\n[digest]\nmanagers = ["mo@example.com"]\n')
    settings, store = load(config, {}), Store.open(f"sqlite:///{folder}/store.db")
    fill(store)
    links, cookie = Links(f"http://127.0.0.1:{port}", "k" * 32), "c" * 43
    mark = links.keyed_hash("session", cookie)
    session = Session(mark, "mo@example.com", Way.MAIL, NOW, NOW + timedelta(hours=12))
    with store.begin() as conn:
        store.sessions.begin(conn, session)
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
        print(json.dumps(cookie), flush=True)
        for _ in sys.stdin:
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(used.ru_utime + used.ru_stime, flush=True)


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.desk_load", folder, str(port)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            headers = {"Cookie": f"{COOKIE}={json.loads(server.stdout.readline())}"}
            for name, path in PAGES.items():
                request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
                waits, used = [], []
                for number in range(WARM + ALONE):
                    if number in (WARM, WARM + ALONE - 1):
                        print(file=server.stdin, flush=True)
                        used.append(float(server.stdout.readline()))
                    start = time.perf_counter()
                    with urllib.request.urlopen(request) as page:
                        assert page.read()
                    waits.append(time.perf_counter() - start)
                spent = 1000 * (used[1] - used[0]) / (ALONE - 1)
                middle = 1000 * statistics.median(waits[WARM:])
                print(f"{name}: {spent:.1f} ms CPU; alone p50 {middle:.1f} ms", flush=True)
            server.stdin.close()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
