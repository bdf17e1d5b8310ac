"""The book of business: every practice as one row of figures, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quietdrop.domain.assessment import Status

PAGE_ROWS = 25


@dataclass(frozen=True, slots=True)  # there is one of each practice
class BookRow:
    """A practice as the last run saw it.

    Rates are referrals a week; `recent` came in the last 13 weeks, in which `recent_usual` were
    to be expected. `odds` is the probability of a lasting fall, None where there is too little
    history; `stake` the referrals a week below the usual, 0 where nothing seems to be falling.
    """

    practice_id: str
    name: str
    liaison: str
    status: Status
    liaison_name: str = ""
    town: str = ""
    territory: str = ""
    health_system: str = ""
    specialty: str = ""
    people: tuple[str, ...] = ()  # who can be searched for
    lines: tuple[str, ...] = ()  # service lines of the last year
    usual: float = 0.0
    recent: int = 0
    recent_usual: float = 0.0
    stake: float = 0.0
    odds: float | None = None
    last_referral_on: date | None = None
    last_touch_on: date | None = None
    last_touch_kind: str = ""
    weeks: tuple[int, ...] = ()  # the oldest first, at most 52
    onset_index: int | None = None  # the place in `weeks` where the drop likely began


class Sort(StrEnum):
    """By what the book can be sorted."""

    NAME = "name"
    STATUS = "status"
    STAKE = "stake"
    USUAL = "usual"
    RECENT = "recent"
    ODDS = "odds"
    REFERRAL = "referral"
    TOUCH = "touch"
    LIAISON = "liaison"
    TERRITORY = "territory"


NOT_STEADY = "not steady"  # as a status to filter by: any of these
NOBODY = "nobody"  # as a liaison to filter by: practices without one


@dataclass(frozen=True)
class BookQuery:
    """Which rows, in which order. An empty text leaves nothing out."""

    text: str = ""
    status: str = ""
    liaison: str = ""
    territory: str = ""
    line: str = ""
    system: str = ""
    specialty: str = ""
    sort: Sort = Sort.STAKE
    descending: bool = True
    page: int = 1


@dataclass(frozen=True)
class BookChoices:
    """What can be filtered by, each in order; liaisons as address and name."""

    liaisons: tuple[tuple[str, str], ...] = ()
    territories: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()


@dataclass(frozen=True)
class TerritoryLoad:
    """What a territory has: the practices of each liaison, the most first; `name` is empty for the
    practices without a territory."""

    name: str
    by_liaison: tuple[tuple[str, int], ...]

    @property
    def practices(self) -> int:
        """How many practices it has."""
        return sum(number for _, number in self.by_liaison)


@dataclass(frozen=True)
class Load:
    """What one liaison has: practices, those that are not steady, open check-ins."""

    liaison: str
    name: str
    practices: int
    falling: int
    open: int


@dataclass(frozen=True)
class BookPage:
    """A page of `last` pages: `total` practices are asked for, of the `whole` book."""

    rows: tuple[BookRow, ...]
    page: int
    last: int
    total: int
    whole: int
    choices: BookChoices
