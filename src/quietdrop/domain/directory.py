"""Practices, people and liaisons, as the directory describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quietdrop.lib.folding import folded

LONGEST_TERRITORY = 255  # characters; what an indexed column of the store holds


class Prefer(StrEnum):
    """What stands first in a digest: the surest falls, or those that cost most referrals."""

    SURE = "sure"
    VOLUME = "volume"


@dataclass(frozen=True)
class Practice:
    """A referring office, as the directory describes it. Empty strings mean "not known"."""

    practice_id: str
    name: str
    liaison: str = ""
    territory: str = ""
    town: str = ""
    phone: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    address: str = ""
    health_system: str = ""
    tier: str = ""
    hours: str = ""  # when they see people
    preferred_contact: str = ""  # how they like to be reached
    specialty: str = ""
    value: int | None = None  # of a referral, in hundredths of whatever unit all practices share


class LeftBy(StrEnum):
    """What NPPES says of a provider who is no longer where the directory has her."""

    DEACTIVATED = "deactivated"
    MOVED = "moved"


@dataclass(frozen=True)
class Person:
    """Somebody at a practice: a provider, or who picks the specialist."""

    practice_id: str
    npi: str
    name: str = ""
    role: str = ""
    left_on: date | None = None
    preferred_contact: str = ""
    left_by: LeftBy | None = None  # how NPPES has it; None where the directory says so
    now_in: str = ""  # the town in which NPPES lists her since


@dataclass(frozen=True)
class Closure:
    """Days on which we ourselves were closed, both included; everywhere where `location` is ""."""

    closed_from: date
    closed_to: date
    location: str = ""


@dataclass(frozen=True)
class Liaison:
    """Who looks after practices. `budget` is None where the config's own applies."""

    email: str
    name: str = ""
    manager: str = ""
    budget: int | None = None
    away_from: date | None = None
    away_to: date | None = None
    cover: str = ""
    service_lines: tuple[str, ...] = ()  # that she speaks for; none named: all

    def speaks_for(self, line: str) -> bool:
        """Whether she is told of a service line."""
        return not self.service_lines or folded(line) in map(folded, self.service_lines)


@dataclass(frozen=True)
class Announcement:
    """Something to tell practices, from `shown_from` to `shown_until`, both included; only those
    of a territory, service line or practice, where one is named."""

    text: str
    shown_from: date | None = None
    shown_until: date | None = None
    territory: str = ""
    service_line: str = ""
    practice_id: str = ""
