"""A store whose file is removed under a running process is an error, never a new store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from quietdrop.domain.errors import StoreError
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    store = Store.open(url)
    (tmp_path / "store.db").rename(tmp_path / "away.db")
    with pytest.raises(StoreError, match=r"store\.db: the store's file is gone"):
        store.heartbeats.beat("serve", NOW)
    with pytest.raises(StoreError, match=r"store\.db: the store's file is gone"):
        store.outbox.messages()
    assert [path.name for path in tmp_path.iterdir()] == ["away.db"]
    (tmp_path / "away.db").rename(tmp_path / "store.db")
    store.heartbeats.beat("serve", NOW)
    assert store.heartbeats.last("serve") == NOW
