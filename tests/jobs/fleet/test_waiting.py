"""What a clinic's round that has no slot sends all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.mail import Mail, MessageState
from quietdrop.jobs.fleet.waiting import is_anything_to_send
from quietdrop.store import Store
from quietdrop.store.tables import metadata

MONDAY = date(2026, 7, 6)
SEVEN = datetime(2026, 7, 6, 7, tzinfo=UTC)
DIGEST = Mail("ann@clinic.example", MONDAY, "digest", "first", "Hello", "<1@clinic.example>", b"")
COMPLAINT = CheckIn("P1", "Lakeside", "ann@clinic.example", Kind.COMPLAINT, MONDAY)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'quietdrop.db'}")


def waits(store: Store, now: datetime = SEVEN) -> bool:
    return is_anything_to_send(store, now, tells_others=False)


def owe(store: Store, mail: Mail = DIGEST, **columns: object) -> None:
    run_id = store.runs.begin(MONDAY, True, SEVEN)
    with store.begin() as conn:
        assert store.outbox.owe(conn, run_id, mail, SEVEN)
        conn.execute(sa.update(metadata.tables["message"]).values(columns or {"attempts": 0}))


def test_nothing_waits_in_an_empty_store(store: Store) -> None:
    assert not waits(store)


def test_a_message_waits_from_its_next_try_on(store: Store) -> None:
    later = SEVEN + timedelta(minutes=30)
    owe(store, next_try=later)
    assert not waits(store, later - timedelta(seconds=1))
    assert waits(store, later)


def test_a_message_that_was_sent_waits_no_longer(store: Store) -> None:
    owe(store, state=MessageState.SENT, next_try=None)
    assert not waits(store)


def test_the_message_of_a_dead_sender_waits_once_its_claim_has_ended(store: Store) -> None:
    ends = SEVEN + timedelta(minutes=10)
    owe(store, state=MessageState.SENDING, claimed_until=ends)
    assert not waits(store, ends - timedelta(seconds=1))
    assert waits(store, ends)


def test_a_failure_waits_until_managers_are_notified_of_it(store: Store) -> None:
    owe(store, state=MessageState.FAILED, next_try=None, to_report=True)
    assert waits(store)


def test_managers_who_cannot_be_mailed_are_said_in_each_round(store: Store) -> None:
    owe(store, replace(DIGEST, kind="summary"), state=MessageState.FAILED, attempts=1)
    assert waits(store)


def test_a_complaint_waits_until_it_is_announced(store: Store) -> None:
    with store.begin() as conn:
        store.checkins.save(conn, COMPLAINT)
    assert waits(store)
    [kept] = store.checkins.unannounced_complaints()
    with store.begin() as conn:
        assert store.checkins.announce(conn, replace(kept, notified_on=MONDAY))
    assert not waits(store)


def test_an_event_waits_where_another_system_receives_events(store: Store) -> None:
    with store.begin() as conn:
        complaint = replace(COMPLAINT, notified_on=MONDAY)
        store.checkins.save(conn, complaint)
        store.events.note_opened(conn, [complaint], MONDAY, SEVEN, owed=True)
    assert not waits(store)
    assert is_anything_to_send(store, SEVEN, tells_others=True)
