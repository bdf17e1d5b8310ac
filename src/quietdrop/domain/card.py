"""What the pages show of a practice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import Touch
from quietdrop.domain.figures import NOTHING_AT_STAKE, Stakes


class Share(NamedTuple):
    """A provider's or a service line's part of a practice's referrals."""

    name: str
    recent: int  # in the last 13 weeks
    usual: float  # in 13 weeks of the year before


@dataclass(frozen=True, slots=True)  # there is one of each practice
class Card:
    """What the pages show of a practice, as the last run knew it. No patient and no note."""

    practice_id: str
    name: str
    liaison: str
    territory: str
    status: Status
    as_of: date
    sentence: str
    town: str = ""
    phone: str = ""
    address: str = ""
    town_key: str = ""  # the same for practices of one town
    postcode: str = ""
    hours: str = ""  # when they see people
    preferred_contact: str = ""  # how they like to be reached
    tier: str = ""
    seen_on: date | None = None  # the last contact that the run knew of
    revisit_on: date | None = None  # from then on it has not been seen for long
    good_news: str = ""
    weeks: tuple[int, ...] = ()  # referrals a week, oldest first, at most 52
    expected: tuple[float, ...] = ()  # what a steady practice would have sent in the same weeks
    onset_index: int | None = None
    onset_label: str = ""
    who: str = ""
    what: str = ""
    staff: str = ""  # whom to ask for at the desk
    our_side: str = ""
    opening: str = ""
    bring: str = ""
    providers: tuple[Share, ...] = ()
    lines: tuple[Share, ...] = ()
    touches: tuple[Touch, ...] = ()  # the source's own, the oldest first
    not_listed: str = ""  # why not, where it is not
    would_change: tuple[str, ...] = ()  # what would list it, or take it off the list
    alike_id: str = ""  # the practice that goes on in its place, as it seems
    alike_name: str = ""
    alike_why: str = ""
    stakes: Stakes = NOTHING_AT_STAKE  # the line of figures; empty where nothing has fallen
