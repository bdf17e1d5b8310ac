"""Check-ins, touches and snoozes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a check-in asks about."""

    DRIFT = "drift"
    COMPLAINT = "complaint"


class State(StrEnum):
    """How far a check-in has come."""

    OPEN = "open"
    RECOVERED = "recovered"
    CLOSED = "closed"
    REVIEW = "review"  # found by the first run, too old to be asked about
    LEFT_OUT = "left out"  # over the budget: remembered, listed nowhere
    HELD_OUT = "held out"  # left unlisted by chance, to show what a check-in is worth


NO_CONTACT = "no contact"  # a touch of this kind is none: a reason was known without asking


@dataclass(frozen=True)
class Touch:
    """A visit, call, lunch or note. The free-text note is never read into memory here."""

    touched_on: date
    practice_id: str
    liaison: str = ""
    kind: str = "visit"
    whom: str = ""
    outcome: str = ""
    resolved_on: date | None = None
    snooze_until: date | None = None
    cost_cents: int | None = None  # what was brought, in hundredths of the currency
    recipient: str = ""  # for whom it was; empty: for the whole team


class CheckInKey(NamedTuple):
    """Which check-in is meant: a practice has at most one that is open."""

    practice_id: str
    liaison: str
    opened_on: date


@dataclass(frozen=True)
class CheckIn:
    """The one open item that a practice can have, frozen at its opening."""

    practice_id: str
    practice_name: str
    liaison: str
    kind: Kind
    opened_on: date
    onset: date | None = None
    onset_low: date | None = None
    onset_high: date | None = None
    probability: float | None = None
    baseline_per_week: float | None = None
    remaining_share: float | None = None
    lost_per_week: float | None = None
    expected: float | None = None
    observed: int | None = None
    state: State = State.OPEN
    resolved_on: date | None = None
    outcome: str = ""
    notified_on: date | None = None
    reminded_on: date | None = None
    id: int | None = None

    @property
    def key(self) -> CheckInKey:
        """What a link to it is made of."""
        return CheckInKey(self.practice_id, self.liaison, self.opened_on)


@dataclass(frozen=True)
class Snooze:
    """Hides a practice until the day before `until`; closes nothing."""

    practice_id: str
    from_on: date
    until: date
    reason: str = ""


class News(NamedTuple):
    """How many of one liaison's check-ins are in each part of her digest."""

    opened: int = 0
    worse: int = 0
    recovered: int = 0
    still_open: int = 0
