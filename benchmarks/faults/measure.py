"""Injects every fault many times and writes the table in docs/reliability.md.

python -m benchmarks.faults.measure [TIMES] [--mariadb SERVER-URL] [--only WORDS]
"""

from __future__ import annotations

import argparse
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.faults import injected
from benchmarks.faults.cluster import Cluster
from benchmarks.faults.office import write_office
from benchmarks.faults.post import Post
from benchmarks.faults.trial import Count, Office

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: make faults -->\n", "<!-- end -->\n"
HEAD = (
    "| fault | how it is injected | store | times | messages lost | sent twice "
    "| sent twice, reported as `unknown` | tracebacks |\n|---|---|---|---|---|---|---|---|\n"
)

Row = tuple[str, str, str, Callable[[], Count]]


def rows(
    folder: Path, post: Post, cluster: Cluster, mariadb: str | None, times: int
) -> Iterator[Row]:
    """Each fault on each store: its name, how it is injected, the store, and what measures it."""
    config = write_office(folder, post.port)
    file = folder / "store" / "store.db"
    file.parent.mkdir()
    on = {
        "SQLite": Office(config, f"sqlite:///{file}", post),
        "PostgreSQL": Office(config, cluster.url, post),
    }
    if mariadb is not None:
        on["MariaDB"] = Office(config, mariadb, post)
    few, fewer = max(times // 10, 1), max(times // 40, 1)
    for store, office in on.items():
        yield (
            "the process is killed",
            "`kill -9` at a random moment of a run with its sending",
            store,
            partial(injected.killed, office, times),
        )
        for number, word in ((2, "two"), (4, "four")):
            yield (
                f"{word} schedulers at once",
                f"{word} processes begin the same run at the same moment",
                store,
                partial(injected.at_once, office, number, few),
            )
    office = on["SQLite"]
    once = injected.first_times
    for fault, how, rule in (
        ("the mail server refuses", "451 to everybody, twice", once("later", 2)),
        ("it drops the connection", "at the recipient, once for everybody", once("drop before", 1)),
        ("it drops after DATA", "message kept, no answer, once for 11 people",
         once("drop after", 1, "liaison1")),
        ("it stalls", "message kept, no answer for 3 s where 1 s is waited, for 11 people",
         once("stall", 1, "liaison1")),
        ("it rejects one recipient", "550 to one of fifty, for ever; the manager has a notice",
         injected.rejects_one),
    ):  # fmt: skip
        yield fault, how, "SQLite", partial(injected.misled, office, rule, fewer)
    yield (
        "no mail server for a day",
        "nobody listens; a try every 6 hours",
        "SQLite",
        partial(injected.mail_down_for_a_day, office, fewer),
    )
    yield (
        "the disk is full",
        "no file may grow beyond a random size (EFBIG)",
        "SQLite",
        partial(injected.disk_full, office, file, few),
    )
    yield (
        "the database restarts",
        "`pg_ctl restart -m immediate` at a random moment",
        "PostgreSQL",
        partial(injected.database_restarted, on["PostgreSQL"], cluster, few),
    )


@contextmanager
def own_database(server: str | None) -> Iterator[str | None]:
    """A database of our own on that server: its tables are emptied again and again."""
    if server is None:
        yield None
        return
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"quietdrop_faults_{uuid.uuid4().hex[:8]}"
    with admin.connect() as conn:
        conn.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as conn:
            conn.execute(sa.text(f"DROP DATABASE {name}"))


def main() -> None:
    """Measures, prints as it goes, and writes the table between the page's marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", nargs="?", type=int, default=200, help="How often to kill.")
    parser.add_argument("--mariadb", help="A server on which a database may be made.")
    parser.add_argument("--only", default="", help="Measure these rows, and write no page.")
    wanted = parser.parse_args()
    lines, clean = [], True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        post = stack.enter_context(Post())
        cluster = stack.enter_context(Cluster())
        mariadb = stack.enter_context(own_database(wanted.mariadb))
        for fault, how, store, measured in rows(folder, post, cluster, mariadb, wanted.times):
            if wanted.only not in f"{fault} {store}":
                continue
            began = time.perf_counter()
            count = measured()
            struck = ", ".join(f"{n} {where}" for where, n in sorted(count.struck.items()))
            how += f" ({struck})" if struck else ""
            lines.append(
                f"| {fault} | {how} | {store} | {count.trials} | {count.lost} | {count.doubled} "
                f"| {count.in_doubt} | {count.tracebacks} |\n"
            )
            clean = clean and count.clean
            print(lines[-1].strip(), f"{time.perf_counter() - began:.0f} s", flush=True)
    if not wanted.only:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        table = HEAD + "".join(lines)
        PAGE.write_text(before + BEGIN + table + END + rest.split(END)[1], encoding="utf-8")
    raise SystemExit(0 if clean else 1)


if __name__ == "__main__":
    main()
