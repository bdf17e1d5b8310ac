"""What it would cost to read again only what has changed in a database: decision 23.

python -m benchmarks.speed.changed_only URL [ROUNDS]

The database has the table of `benchmarks.speed.network` as `referrals`. Each statement runs as a
run's own does; the seconds are those of the processor, here and, where the server runs on this
machine, there.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Sequence
from functools import reduce
from itertools import product
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from quietdrop.ingest.batches import batches
from quietdrop.ingest.connections import connected
from quietdrop.ingest.grouping import TEXT, grouped

COLUMNS = ("referral_id", "referred_on", "practice_id", "provider_npi", "service_line", "payer")
WITHOUT_IDS = COLUMNS[1:]
CHANGED = ("2026Q2", "2026Q3")  # the newest two quarters, a tenth of the rows
MONTHS = {"Q1": "123", "Q2": "456", "Q3": "789"}
COLLATIONS = {"mysql": "utf8mb4_nopad_bin", "mariadb": "utf8mb4_nopad_bin"}
THREADS = {
    "postgresql": "SELECT pg_backend_pid()",
    "mysql": "SELECT tid FROM information_schema.processlist WHERE id = connection_id()",
}
THREADS["mariadb"] = THREADS["mysql"]
FEED = sa.table("referrals", *map(sa.column, COLUMNS))
Text = sa.ColumnElement[str]


def text(feed: sa.FromClause, column: str) -> Text:
    return sa.func.coalesce(sa.cast(feed.c[column], TEXT), "")


def quarter(feed: sa.FromClause) -> Text:
    """A quarter such as 2026Q3, of a day that begins like 2026-07."""
    day = text(feed, "referred_on")
    month = sa.func.substr(day, 6, 2)
    cases = [
        (month.in_([f"0{digit}" for digit in digits]), name) for name, digits in MONTHS.items()
    ]
    return sa.func.substr(day, 1, 4) + sa.case(*cases, else_="Q4")


def number(dialect: str, whole: Text) -> sa.ColumnElement[Any]:
    """A text as a number that another text hardly ever has. Added up, it overflows nowhere."""
    if dialect == "postgresql":
        return sa.func.hashtextextended(whole, 0)
    if dialect == "sqlite":
        return sa.func.crc32_of(whole)
    digits = sa.func.conv(sa.func.left(sa.func.md5(whole), 15), 16, 10)
    return sa.cast(digits, sa.Numeric(20, 0))


def checksums(dialect: str, columns: Sequence[str]) -> sa.Select[Any]:
    """Practice, quarter, checksum and count, over the columns as they stand in the table."""
    parts = [part for column in columns for part in (text(FEED, column), sa.literal("\x1f"))]
    whole: Text = reduce(lambda one, other: one + other, parts)
    practice = text(FEED, "practice_id")
    if collation := COLLATIONS.get(dialect):
        practice = practice.collate(collation)
    labeled = practice.label("practice"), quarter(FEED).label("quarter")
    inner = sa.select(*labeled, whole.label("whole")).subquery("each")
    total = sa.cast(sa.func.sum(number(dialect, inner.c.whole)), TEXT).label("checksum")
    by = inner.c.practice, inner.c.quarter
    return sa.select(*by, total, sa.func.count().label("counted")).group_by(*by)


def changed(dialect: str, columns: Sequence[str]) -> sa.Select[Any]:
    """The groups of the changed quarters, and those of every row whose id another row has, too: a
    new row may bear the id of an old one."""
    wanted: sa.ColumnElement[bool] = quarter(FEED).in_(CHANGED)
    if "referral_id" in columns:
        id_: Text = sa.cast(FEED.c.referral_id, TEXT)
        for space in "\t\r\n\xa0":
            id_ = sa.func.replace(id_, space, " ")
        id_ = sa.func.coalesce(sa.func.trim(id_), "")
        if collation := COLLATIONS.get(dialect):
            id_ = id_.collate(collation)
        several = sa.select(id_).where(sa.func.char_length(id_) > 0)
        several = several.group_by(id_).having(sa.func.count() > 1)
        wanted = sa.or_(wanted, id_.in_(several))
    feed = sa.select(FEED).where(wanted).subquery("changed")
    return everything(dialect, columns, feed)


def everything(dialect: str, columns: Sequence[str], feed: sa.FromClause = FEED) -> sa.Select[Any]:
    return grouped(feed, {name: name for name in columns}, (), COLLATIONS.get(dialect))


STATEMENTS = {"everything": everything, "checksums": checksums, "two quarters": changed}


def server_of(connection: sa.Connection) -> Path | None:
    """Where this machine counts the seconds of the server's thread that works for a connection."""
    name = connection.dialect.name
    if name == "sqlite":  # which works in our own
        raw: Any = connection.connection.dbapi_connection
        raw.create_function("crc32_of", 1, lambda whole: zlib.crc32(whole.encode()))
        return None
    thread = connection.exec_driver_sql(THREADS[name]).scalar_one()
    stat = Path(f"/proc/{thread}/task/{thread}/stat")
    return stat if stat.exists() else None


def seconds(stat: Path | None) -> float:
    """The processor's seconds that a thread has used."""
    if stat is None:
        return 0.0
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    url, rounds = sys.argv[1], int((*sys.argv[2:], "3")[0])
    for _, columns, name in product(range(rounds), (COLUMNS, WITHOUT_IDS), STATEMENTS):
        with connected(url) as connection:
            statement = STATEMENTS[name](connection.dialect.name, columns)
            server = server_of(connection)
            there, here = seconds(server), time.process_time()
            groups = sum(len(batch["counted"]) for batch in batches(connection, statement))
            here, there = time.process_time() - here, seconds(server) - there
        ids = "with" if columns is COLUMNS else "without"
        print(f"| {name}, {ids} ids | {groups:,} | {there:.2f} | {here:.2f} |", flush=True)


if __name__ == "__main__":
    main()
