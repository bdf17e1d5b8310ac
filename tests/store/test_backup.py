"""A backup taken while the store is in use, put back: nothing is sent twice."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

from quietdrop.model import Mail, Settled
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
MAIL = Mail("ann@example.com", DAY, "digest", "first", "Hello", "<1@example.com>", b"mime")


def test_a_restored_store_owes_nothing_that_was_sent_before(tmp_path: Path) -> None:
    file = tmp_path / "quietdrop.db"
    store = Store.open(f"sqlite:///{file}")
    run_id = store.begin_run(DAY, True, NOW)
    with store.begin() as conn:
        store.owe(conn, run_id, MAIL, NOW)
    claimed = store.claim_message(1, NOW, NOW - NOW)
    assert claimed is not None
    store.record_outcome(claimed, Settled("sent", None, ""), NOW)
    with store.read(), sqlite3.connect(file) as live, sqlite3.connect(tmp_path / "b.db") as copy:
        live.backup(copy)
    live.close()
    copy.close()
    for path in tmp_path.glob("quietdrop.db*"):
        path.unlink()
    (tmp_path / "b.db").rename(file)
    restored = Store.open(f"sqlite:///{file}")
    assert restored.due_messages(NOW) == []
    with restored.begin() as conn:
        assert not restored.owe(conn, run_id, MAIL, NOW)
