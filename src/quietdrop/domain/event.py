"""What becomes of check-ins, as other systems are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EventKind(StrEnum):
    """What became of a check-in."""

    OPENED = "opened"
    WORSENED = "worsened"
    CLOSED = "closed"


class EventState(StrEnum):
    """What became of an event on its way out."""

    RECORDED = "recorded"  # there was no webhook: it never leaves
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Event:
    """One thing that became of one check-in. These fields, and no others, leave the house: no
    note, no contact, nothing of a patient.

    Attributes:
        event_id: The same each time that the event is sent; receivers know repetitions by it.
        kind: An EventKind.
        checkin_kind: drift or complaint.
        outcome: Of a closed one: the word of its answer, or "recovered"; else "".
    """

    event_id: str
    kind: EventKind
    happened_on: date
    practice_id: str
    practice_name: str
    liaison: str
    checkin_kind: str
    opened_on: date
    outcome: str = ""
    onset: date | None = None
    probability: float | None = None
    baseline_per_week: float | None = None
    remaining_share: float | None = None
    lost_per_week: float | None = None
