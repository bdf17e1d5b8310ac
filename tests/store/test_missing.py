"""A store whose file is removed under a running process is an error, never a new store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.builders.contacts import add_touch

from quietdrop.domain.checkin import Touch
from quietdrop.domain.errors import StoreError
from quietdrop.store import Store

MONDAY = date(2026, 7, 6)
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


def seen_in_a_view(store: Store) -> list[Touch]:
    with store.one_view():
        return store.touches.all()


def test_a_view_shows_the_file_that_is_there_now(tmp_path: Path) -> None:
    """A view's connection is kept for the next one, but not beyond its file."""
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    add_touch(other, Touch(MONDAY, "P1"))
    assert seen_in_a_view(store) == []
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"store.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "other.db").replace(tmp_path / "store.db")
    assert seen_in_a_view(store) == [Touch(MONDAY, "P1")]


def test_a_view_of_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    assert seen_in_a_view(store) == []
    (tmp_path / "store.db").unlink()
    with pytest.raises(StoreError, match=r"store\.db: the store's file is gone"):
        seen_in_a_view(store)
    assert not (tmp_path / "store.db").exists()


def test_the_next_view_sees_what_was_written_since(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    store = Store.open(url)
    assert seen_in_a_view(store) == []
    add_touch(Store.open(url), Touch(MONDAY, "P1"))
    assert seen_in_a_view(store) == [Touch(MONDAY, "P1")]
