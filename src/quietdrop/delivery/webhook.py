"""Events to another system: claim, sign, post, record, one at a time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from quietdrop.delivery.policy import EXPIRES_AFTER, next_try
from quietdrop.delivery.sender import LEASE
from quietdrop.domain.event import Event, EventState
from quietdrop.lib.web_post import ATTEMPT_SECONDS, Reply, post
from quietdrop.messages.event_body import Format, event_body
from quietdrop.store import Store
from quietdrop.store.retry import with_retries

KEY_VARIABLE = "QUIETDROP_WEBHOOK_KEY"
SHORTEST_KEY = 32  # characters
ABOUT_THE_EVENT = (400, 413, 422)  # the receiver will never take this one; it may take the others
EXPIRED = "not delivered within 5 days"


@dataclass(frozen=True)
class Receiver:
    """Where events go. `key` signs them; a chat, which checks no signature, needs none."""

    url: str
    form: Format
    key: str
    context: ssl.SSLContext | None = None
    seconds: float = ATTEMPT_SECONDS

    def send(self, event: Event, now: datetime) -> Reply:
        """One attempt. The headers are those of https://www.standardwebhooks.com/."""
        body, at = event_body(event, self.form), str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "quietdrop",
            "Webhook-Id": event.event_id,
            "Webhook-Timestamp": at,
        }
        if self.key:
            headers["Webhook-Signature"] = signature(self.key, event.event_id, at, body)
        return post(self.url, body, headers, self.context, self.seconds)


def signature(key: str, event_id: str, timestamp: str, body: bytes) -> str:
    """ "v1," and the base64 of the HMAC-SHA256 over id, timestamp and body, dots between them."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key.encode(), signed, hashlib.sha256)).decode()


@dataclass(frozen=True)
class EventReport:
    """How many events were sent, given up, or left for later, and why."""

    sent: int = 0
    failed: int = 0
    retry: int = 0
    why: tuple[str, ...] = ()


def send_events(store: Store, receiver: Receiver, now: Callable[[], datetime]) -> EventReport:
    """Tries the events that are due, once each. A failure that would hit all of them ends the
    attempt; the others wait."""
    tally = dict.fromkeys(EventState, 0)
    tally[EventState.FAILED] = store.events.give_up(now() - EXPIRES_AFTER, EXPIRED)
    why = {EXPIRED: None} if tally[EventState.FAILED] else {}
    for number in store.events.due(now()):
        claimed = store.events.claim(number, now(), LEASE)
        if claimed is None:
            continue
        reply = receiver.send(claimed.event, now())
        state, error = _judged(reply)
        again = next_try(claimed.attempts, now()) if state is EventState.PENDING else None
        with_retries(
            partial(store.events.settle, claimed, state, now(), next_try=again, error=error)
        )
        tally[state] += 1
        if error:
            why[error] = None
        if state is EventState.PENDING:
            break
    return EventReport(
        tally[EventState.SENT], tally[EventState.FAILED], tally[EventState.PENDING], tuple(why)
    )


def _judged(reply: Reply) -> tuple[EventState, str]:
    """What becomes of an event, and why it was not taken."""
    if reply.is_good:
        return EventState.SENT, ""
    if reply.code is None:
        return EventState.PENDING, f"the receiver cannot be reached: {reply.why}"
    if reply.code in ABOUT_THE_EVENT:
        return EventState.FAILED, f"the receiver refused it for good ({reply.code})"
    if 300 <= reply.code <= 399:
        return EventState.PENDING, f"the receiver redirects, which is not followed ({reply.code})"
    return EventState.PENDING, f"the receiver answered {reply.code}"
