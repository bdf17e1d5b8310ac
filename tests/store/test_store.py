"""What the store promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tests.builders.contacts import add_snooze, add_touch

from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.errors import StoreError
from quietdrop.domain.mail import Mail, MessageState, Settled
from quietdrop.store import Store
from quietdrop.store.tables import metadata

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
LEASE = timedelta(minutes=10)
OPEN = CheckIn("P1", "Lakeside", "ann@example.com", Kind.DRIFT, DAY, baseline_per_week=3.0)
MAIL = Mail("ann@example.com", DAY, "digest", "check-ins", "Hello", "<1@example.com>", b"\x00mime")


@pytest.fixture
def store(store_url: str) -> Store:
    return Store.open(store_url)


def test_the_migrations_make_the_tables_that_the_code_expects(store_url: str) -> None:
    Store.open(store_url)
    engine = sa.create_engine(store_url, poolclass=sa.NullPool)
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_a_practice_has_at_most_one_open_check_in(store: Store) -> None:
    with store.begin() as conn:
        store.checkins.save(conn, OPEN)
    with pytest.raises(StoreError, match="open check-in already"), store.begin() as conn:
        store.checkins.save(conn, OPEN)
    [kept] = store.checkins.open()
    assert replace(kept, id=None) == OPEN
    with store.begin() as conn:
        store.checkins.save(
            conn, replace(kept, state=State.CLOSED, resolved_on=DAY, outcome="moved")
        )
        store.checkins.save(conn, OPEN)
    assert [c.state for c in store.checkins.all()] == ["closed", "open"]


def owed(store: Store) -> int:
    run_id = store.runs.begin(DAY, True, NOW)
    with store.begin() as conn:
        assert store.outbox.owe(conn, run_id, MAIL, NOW)
        assert not store.outbox.owe(conn, run_id, MAIL, NOW)
    [message] = store.outbox.due(NOW)
    return message


def test_a_message_is_owed_once_and_claimed_by_one(store: Store, store_url: str) -> None:
    message = owed(store)
    other = Store.open(store_url)
    first = store.outbox.claim(message, NOW, LEASE)
    assert first is not None
    assert first.mime == MAIL.mime
    assert other.outbox.claim(message, NOW, LEASE) is None
    assert store.outbox.record_outcome(first, Settled(MessageState.SENT, None, ""), NOW)
    assert store.outbox.due(NOW + timedelta(days=9)) == []


def test_a_sender_that_died_leaves_a_message_of_unknown_fate_sent_once_more(
    store: Store,
) -> None:
    message = owed(store)
    assert store.outbox.claim(message, NOW, LEASE) is not None
    assert store.outbox.due(NOW + LEASE) == [message]
    assert store.outbox.messages()[0].state == "unknown"
    assert store.outbox.claim(message, NOW + LEASE, LEASE) is not None
    assert store.outbox.due(NOW + 2 * LEASE) == []
    assert (store.outbox.messages()[0].state, store.outbox.messages()[0].doubts) == ("unknown", 2)


def test_a_temporary_refusal_waits_for_its_next_try(store: Store) -> None:
    message = owed(store)
    claimed = store.outbox.claim(message, NOW, LEASE)
    assert claimed is not None
    again = NOW + timedelta(minutes=15)
    store.outbox.record_outcome(claimed, Settled(MessageState.PENDING, again, "451 later"), NOW)
    assert store.outbox.due(again - timedelta(seconds=1)) == []
    assert store.outbox.due(again) == [message]


def test_a_lease_is_held_by_one_and_taken_over_after_its_end(store: Store, store_url: str) -> None:
    other = Store.open(store_url)
    assert store.claims.take("run", "a", NOW, LEASE)
    assert not other.claims.take("run", "b", NOW + LEASE - timedelta(seconds=1), LEASE)
    assert other.claims.take("run", "b", NOW + LEASE, LEASE)
    with store.begin() as conn:
        assert not store.claims.give_back(conn, "run", "a")
    assert not store.claims.take("run", "a", NOW + LEASE, LEASE)


def test_snoozes_touches_and_heartbeats_come_back_as_they_went(store: Store) -> None:
    snooze = Snooze("P1", DAY, DAY + timedelta(days=7), "vacation")
    touch = Touch(DAY, "P1", "ann@example.com", "visit", "Dana")
    add_snooze(store, snooze)
    add_touch(store, touch, "never read back")
    store.heartbeats.beat("serve", NOW)
    assert store.snoozes.all() == [snooze]
    assert store.touches.all() == [touch]
    assert store.heartbeats.last("serve") == NOW


def test_a_store_of_a_newer_release_is_left_alone(empty_url: str) -> None:
    Store.open(empty_url)
    engine = sa.create_engine(empty_url, poolclass=sa.NullPool)
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer"):
        Store.open(empty_url)


def test_the_store_file_is_its_owners_only(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/store.db")
    assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600


def test_within_one_view_all_reads_see_one_state(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    with store.one_view():
        assert store.touches.all() == []
        add_touch(store, Touch(date(2026, 7, 6), "P1"))
        assert store.touches.all() == []
    assert len(store.touches.all()) == 1


def test_a_view_of_one_store_is_not_one_of_another(tmp_path: Path) -> None:
    one, other = (Store.open(f"sqlite:///{tmp_path}/{name}.db") for name in ("a", "b"))
    add_touch(other, Touch(date(2026, 7, 6), "P1"))
    with one.one_view():
        assert one.touches.all() == []
        assert len(other.touches.all()) == 1


def test_the_last_contact_is_the_latest_touch_that_was_one(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    assert store.touches.last_contact("P1") is None
    add_touch(store, Touch(date(2026, 7, 6), "P1", kind="visit"))
    add_touch(store, Touch(date(2026, 7, 7), "P1", kind="no contact"))
    add_touch(store, Touch(date(2026, 7, 8), "P2", kind="call"))
    assert store.touches.last_contact("P1") == Touch(date(2026, 7, 6), "P1", kind="visit")
