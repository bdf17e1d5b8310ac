"""When a message is tried again, and when it is given up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from quietdrop.mailer import Outcome
from quietdrop.model import Settled

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=12)
EXPIRES_AFTER = timedelta(days=5)


def next_try(attempts: int, now: datetime) -> datetime:
    """After the first attempt 15 minutes, then twice as long each time, at most 12 hours."""
    doublings: int = 2 ** min(attempts - 1, 10)
    return now + min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def expired(created_at: datetime, now: datetime) -> bool:
    """A weekly list is stale after five days."""
    return now - created_at >= EXPIRES_AFTER


def settle(
    outcome: Outcome, attempts: int, doubts: int, now: datetime, created_at: datetime
) -> Settled:
    """What becomes of a message. One of unknown fate is sent once more, and then no more."""
    told = " ".join(part for part in (str(outcome.code or ""), outcome.detail) if part)
    if outcome.kind == "accepted":
        return Settled("sent", None, "")
    if outcome.kind == "unknown":
        return Settled("unknown", next_try(attempts, now) if doubts == 0 else None, told)
    if outcome.permanent or expired(created_at, now):
        return Settled("failed", None, told)
    return Settled("pending", next_try(attempts, now), told)
