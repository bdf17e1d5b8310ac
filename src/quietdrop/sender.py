"""Sends what is owed: claim, send, record, one message at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from quietdrop.mailer import Mailer, Outcome
from quietdrop.outbox import expired, settle
from quietdrop.store import Store

LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class SendReport:
    """How many messages were sent, given up, left for later, or are of unknown fate."""

    sent: int = 0
    failed: int = 0
    retry: int = 0
    unknown: int = 0


def send_owed(
    store: Store,
    mailer: Mailer,
    now: Callable[[], datetime],
    tell: Callable[[str], None] = lambda _: None,
) -> SendReport:
    """Tries every message that is due, once. One bad recipient never stops the others."""
    tally = {"sent": 0, "failed": 0, "pending": 0, "unknown": 0}
    for message_id in store.due_messages(now()):
        claimed = store.claim_message(message_id, now(), LEASE)
        if claimed is None:
            continue
        tell(f"Sending to {claimed.recipient}")
        if expired(claimed.created_at, now()):
            outcome = Outcome("refused", None, "not delivered within 5 days", permanent=True)
        else:
            outcome = mailer.send(claimed.recipient, claimed.mime)
        done = settle(outcome, claimed.attempts, claimed.doubts, now(), claimed.created_at)
        store.record_outcome(claimed, done, now())
        tally[done.state] += 1
    return SendReport(tally["sent"], tally["failed"], tally["pending"], tally["unknown"])
