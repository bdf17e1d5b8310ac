"""A backup taken while the store is in use, put back: nothing is sent twice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from quietdrop.domain.mail import Mail, MessageState, Settled
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
MAIL = Mail("ann@example.com", DAY, "digest", "first", "Hello", "<1@example.com>", b"mime")


def with_one_sent(url: str) -> int:
    """Fills a store with a message that was sent. Out: its run's id."""
    store = Store.open(url)
    run_id = store.runs.begin(DAY, True, NOW)
    with store.begin() as conn:
        store.outbox.owe(conn, run_id, MAIL, NOW)
    claimed = store.outbox.claim(1, NOW, NOW - NOW)
    assert claimed is not None
    store.outbox.record_outcome(claimed, Settled(MessageState.SENT, None, ""), NOW)
    return run_id


def assert_nothing_is_sent_twice(url: str, run_id: int) -> None:
    restored = Store.open(url)
    assert [message.state for message in restored.outbox.messages()] == ["sent"]
    assert restored.outbox.due(NOW) == []
    with restored.begin() as conn:
        assert not restored.outbox.owe(conn, run_id, MAIL, NOW)


def tool(name: str) -> str:
    """A database's own program; skipped where it is not installed, but never in CI."""
    program = shutil.which(name)
    if program is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed")
    return program or name


def test_a_restored_file_owes_nothing_that_was_sent_before(tmp_path: Path) -> None:
    file = tmp_path / "quietdrop.db"
    run_id = with_one_sent(f"sqlite:///{file}")
    with (
        Store.open(f"sqlite:///{file}").read(),
        sqlite3.connect(file) as live,
        sqlite3.connect(tmp_path / "b.db") as copy,
    ):
        live.backup(copy)
    live.close()
    copy.close()
    for path in tmp_path.glob("quietdrop.db*"):
        path.unlink()
    (tmp_path / "b.db").rename(file)
    assert_nothing_is_sent_twice(f"sqlite:///{file}", run_id)


def test_a_postgresql_dump_put_back_owes_nothing_that_was_sent(
    postgres_url: str, tmp_path: Path
) -> None:
    run_id = with_one_sent(postgres_url)
    libpq = (
        make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    dump = tmp_path / "backup.dump"
    subprocess.run(
        [tool("pg_dump"), "--format=custom", f"--file={dump}", f"--dbname={libpq}"], check=True
    )
    with Store.open(postgres_url).begin() as conn:
        conn.exec_driver_sql("DROP TABLE message")
    restore = [tool("pg_restore"), "--clean", "--if-exists", f"--dbname={libpq}", str(dump)]
    subprocess.run(restore, check=True)
    assert_nothing_is_sent_twice(postgres_url, run_id)


def test_a_mariadb_dump_put_back_owes_nothing_that_was_sent(
    mariadb_url: str, tmp_path: Path
) -> None:
    run_id = with_one_sent(mariadb_url)
    url = make_url(mariadb_url)
    where = [f"--host={url.host}", f"--port={url.port or 3306}", f"--user={url.username}"]
    env = os.environ | {"MYSQL_PWD": str(url.password or "")}
    dump = tmp_path / "backup.sql"
    with dump.open("wb") as file:
        words = [tool("mariadb-dump"), *where, "--single-transaction", str(url.database)]
        subprocess.run(words, stdout=file, env=env, check=True)
    with Store.open(mariadb_url).begin() as conn:
        conn.exec_driver_sql("DROP TABLE message")
    with dump.open("rb") as file:
        words = [tool("mariadb"), *where, str(url.database)]
        subprocess.run(words, stdin=file, env=env, check=True)
    assert_nothing_is_sent_twice(mariadb_url, run_id)
