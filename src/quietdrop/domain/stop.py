"""A practice as the week's plan shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import Touch
from quietdrop.domain.figures import NOTHING_AT_STAKE, Stakes


@dataclass(frozen=True)
class Stop:
    """What a liaison needs of a practice on her way there, as the last run knew it."""

    practice_id: str
    name: str
    status: Status
    as_of: date
    sentence: str = ""
    town: str = ""
    phone: str = ""
    address: str = ""
    staff: str = ""  # whom to ask for at the desk
    hours: str = ""
    preferred_contact: str = ""
    opening: str = ""
    stakes: Stakes = NOTHING_AT_STAKE
    per_week: float = 0.0  # referrals an ordinary week of the last year
    touches: tuple[Touch, ...] = ()  # the source's own
    town_key: str = ""
    postcode: str = ""
    seen_on: date | None = None


@dataclass(frozen=True)
class Neighbor:
    """A practice near to a stop, without more than its name and when it was last seen."""

    practice_id: str
    name: str
    town_key: str
    postcode: str
    seen_on: date | None
    revisit_on: date | None
