"""What a fleet of small clinics has sent, by its stores and its mail server."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from benchmarks.fleet.clinics import MESSAGES, MONDAY

from quietdrop.store import Store
from quietdrop.store.tables import metadata


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
