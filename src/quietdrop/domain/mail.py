"""A message, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class MessageState(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have arrived


class MailKind(StrEnum):
    """What a message is. The word is part of what keeps a message from being owed twice, so the
    kind of a complaint's second and later note has its number behind the word."""

    DIGEST = "digest"
    SUMMARY = "summary"
    HELD = "held"
    NOTICE = "notice"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Mail:
    """One rendered message, ready for the outbox."""

    recipient: str
    period: date
    kind: str  # a MailKind, of further notes of a complaint with a number
    reason: str
    subject: str
    message_id: str
    mime: bytes


@dataclass(frozen=True)
class Undelivered:
    """A message that managers are told of: not delivered, late, or of unknown fate."""

    recipient: str
    period: date
    kind: str  # a MailKind
    state: MessageState  # failed, sent (late) or unknown
    error: str
    sent_on: date | None


class Settled(NamedTuple):
    """What a message becomes after an attempt; `next_try` is None where none follows."""

    state: MessageState
    next_try: datetime | None
    error: str
    to_report: bool = False  # whether the managers are to be told
