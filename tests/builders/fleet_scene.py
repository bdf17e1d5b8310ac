"""A fleet of small clinics: each with its own folder, config and store, and one mail server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from quietdrop.store import Store
from quietdrop.store.tables import metadata

MONDAY = date(2026, 7, 6)
LIAISONS = 6
MESSAGES = LIAISONS + 1  # the manager's summary
WEEKS, STOPPED_WEEKS = 60, 8
PRACTICES, STOPPED = 24, 2
ROWS = 3 * (WEEKS * PRACTICES - STOPPED_WEEKS * STOPPED)
SOURCE = Path(__file__).parents[2] / "src"

CONFIG = """\
[source]
referrals = "referrals.csv"
practices = "practices.csv"
[digest]
managers = ["manager@{name}.example"]
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "quietdrop@{name}.example"
"""


def write_clinic(folder: Path, port: int = 25) -> Path:
    """Write a clinic of six liaisons with 24 practices, two of which have stopped; return its
    config."""
    folder.mkdir()
    practices, referrals = ["practice_id,practice_name,liaison_email"], ["referred_on,practice_id"]
    for number in range(PRACTICES):
        liaison = f"liaison{number % LIAISONS}@{folder.name}.example"
        practices.append(f"P{number},Practice {number} of {folder.name},{liaison}")
        weeks = WEEKS - (STOPPED_WEEKS if number < STOPPED else 0)
        for week in range(weeks):
            start = MONDAY - timedelta(weeks=WEEKS - week)
            referrals += [f"{start + timedelta(days=day)},P{number}" for day in (0, 2, 4)]
    (folder / "practices.csv").write_text("\n".join(practices) + "\n", encoding="utf-8")
    (folder / "referrals.csv").write_text("\n".join(referrals) + "\n", encoding="utf-8")
    config = folder / "quietdrop.toml"
    config.write_text(CONFIG.format(name=folder.name, port=port), encoding="utf-8")
    return config


def write_fleet(folder: Path, *names: str, port: int = 25, more: str = "") -> Path:
    """Write clinics of these names, and the fleet file that lists them; return its path."""
    lines = ["[fleet]", "minutes = 5", more]
    for name in names:
        write_clinic(folder / name, port)
        lines += ["[[clinic]]", f'name = "{name}"', f'config = "{name}/quietdrop.toml"']
    path = folder / "fleet.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def start(*words: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Begin `quietdrop` in a process, as cron would."""
    return subprocess.Popen(
        [sys.executable, "-m", "quietdrop", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)} | (env or {}),
    )


def children(pid: int) -> list[int]:
    """The processes that one has begun."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def store_of(folder: Path) -> Store:
    """A clinic's store."""
    return Store.open(f"sqlite:///{folder / 'quietdrop.db'}")


def let_time_pass(folder: Path) -> None:
    """As if ten minutes had passed: nobody waits any more for a sender that has died, or for the
    time of a next try that it wrote down in its last moment."""
    table, past = metadata.tables["message"], datetime(2020, 1, 1, tzinfo=UTC)
    with store_of(folder).begin() as conn:
        sending = sa.update(table).where(table.c.state == "sending")
        conn.execute(sending.values(claimed_until=past))
        waiting = sa.update(table).where(table.c.state == "pending", table.c.next_try.is_not(None))
        conn.execute(waiting.values(next_try=past))


def undelivered(folder: Path, copies: Counter[str]) -> list[tuple[str, int]]:
    """The messages of a clinic's week of which the mail server has not exactly one copy."""
    messages = store_of(folder).outbox.messages(MONDAY)
    assert len(messages) == MESSAGES
    return [
        (message.recipient, copies[message.message_id])
        for message in messages
        if copies[message.message_id] != 1
    ]


def unaccounted(folder: Path, copies: Counter[str]) -> list[tuple[str, int]]:
    """The messages of a clinic that was killed at any moment that did not arrive, or that arrived
    more often than the sender's doubts explain: each death in the middle may cost one copy more."""
    messages = store_of(folder).outbox.messages(MONDAY)
    assert len(messages) == MESSAGES
    return [
        (message.recipient, copies[message.message_id])
        for message in messages
        if not 1 <= copies[message.message_id] <= 1 + message.doubts
    ]
