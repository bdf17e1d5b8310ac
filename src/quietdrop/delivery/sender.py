"""Sends what is owed: claim, send, record, one message at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from quietdrop.delivery.mailer import Mailer
from quietdrop.delivery.policy import EXPIRES_AFTER, settle, why_not_sent
from quietdrop.domain.mail import MessageState
from quietdrop.lib.progress import Progress, silent
from quietdrop.store import Store
from quietdrop.store.retry import with_retries

LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class SendReport:
    """How many messages were sent, given up, left for later, or are of unknown fate; whether the
    last mail to every manager went out; and whether other systems were reached."""

    sent: int = 0
    failed: int = 0
    retry: int = 0
    unknown: int = 0
    managers_reached: bool = True
    why: tuple[str, ...] = ()  # of what did not leave, each reason once
    others_reached: bool = True

    def __add__(self, other: SendReport) -> SendReport:
        return SendReport(
            self.sent + other.sent,
            self.failed + other.failed,
            self.retry + other.retry,
            self.unknown + other.unknown,
            self.managers_reached and other.managers_reached,
            tuple(dict.fromkeys((*self.why, *other.why))),
            self.others_reached and other.others_reached,
        )

    @property
    def went_well(self) -> bool:
        """Whether everything that was due went out."""
        left = self.failed or self.retry or self.unknown
        return self.managers_reached and self.others_reached and not left


def give_up_stale(store: Store, now: datetime) -> int:
    """Gives up messages that could not be delivered for five days. Returns how many messages."""
    return store.outbox.give_up(now - EXPIRES_AFTER, "not delivered within 5 days")


def send_owed(
    store: Store,
    mailer: Mailer,
    now: Callable[[], datetime],
    tell: Progress = silent,
) -> SendReport:
    """Tries every message that is due, once. One bad recipient never stops the others."""
    failed = give_up_stale(store, now())
    tally = dict.fromkeys(MessageState, 0) | {MessageState.FAILED: failed}
    why: dict[str, None] = {"not delivered within 5 days": None} if failed else {}
    due = store.outbox.due(now())
    for place, message_id in enumerate(due, 1):
        claimed = store.outbox.claim(message_id, now(), LEASE)
        if claimed is None:
            continue
        tell(f"Sending to {claimed.recipient}", place, len(due))
        outcome = mailer.send(claimed.recipient, claimed.mime)
        settled = settle(outcome, claimed.attempts, claimed.doubts, now(), claimed.created_at)
        with_retries(partial(store.outbox.record_outcome, claimed, settled, now()))
        tally[settled.state] += 1
        if settled.state is not MessageState.SENT:
            why[why_not_sent(outcome)] = None
    return SendReport(
        tally[MessageState.SENT],
        tally[MessageState.FAILED],
        tally[MessageState.PENDING],
        tally[MessageState.UNKNOWN],
        why=tuple(why),
    )
