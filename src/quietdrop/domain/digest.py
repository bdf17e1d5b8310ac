"""A liaison's digest and a manager's summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import CheckIn, CheckInKey
from quietdrop.domain.figures import NOTHING_AT_STAKE, Stakes
from quietdrop.domain.headlines import Number
from quietdrop.domain.reports import Coverage, Ledger, ReliabilityBin


@dataclass(frozen=True)
class Item:
    """One practice as a digest shows it."""

    practice_id: str
    name: str
    town: str
    phone: str
    sentence: str
    weeks: tuple[float, ...] = ()  # referrals a week, oldest first, at most 52
    expected: tuple[float, ...] = ()  # what a steady practice would have sent in the same weeks
    onset_index: int | None = None  # of `weeks`: the one in which the drift likely began
    onset_label: str = ""  # "about May 18"
    who: str = ""
    others: str = ""  # with how many it fell, where it did not fall alone
    what: str = ""
    last_touch: str = ""
    opening: str = ""
    bring: str = ""
    our_side: str = ""
    staff: str = ""  # whom to ask for at the desk
    is_complaint: bool = False
    checkin: CheckInKey | None = None
    stakes: Stakes = NOTHING_AT_STAKE


class Line(NamedTuple):
    """One practice in a line, with the check-in that is meant, if one is."""

    name: str
    text: str
    checkin: CheckInKey | None = None
    practice_id: str = ""  # where a page is to show the line beside its practice

    @property
    def is_sentence(self) -> bool:
        """Whether the name is a sentence of its own, such as a piece of news."""
        return self.name.endswith((".", "!", "?"))

    @property
    def joint(self) -> str:
        """What stands between the name and the text."""
        if self.is_sentence:
            return " "
        return ", " if self.text[:1].islower() else ": "

    @property
    def whole(self) -> str:
        """The name and the text as one line."""
        return (
            self.joint.join((self.name, self.text))
            if self.name and self.text
            else (self.name or self.text)
        )


@dataclass(frozen=True)
class Digest:
    """All that one liaison's email says for one as-of date."""

    recipient: str
    recipient_name: str
    as_of: date
    territory: str
    items: tuple[Item, ...]
    still_open: tuple[Line, ...]
    came_back: tuple[Line, ...]
    watching: tuple[str, ...]
    left_out: int
    data_through: date | None
    rejected_rows: int
    leaving: tuple[Line, ...] = ()  # a part leaves while the total holds
    lookalikes: tuple[Line, ...] = ()  # looks like a drop and likely is none
    thanks: tuple[Line, ...] = ()
    growing: tuple[Line, ...] = ()
    news: tuple[Line, ...] = ()
    cover_for: str = ""  # "Ann Whitaker, who is away until August 3"
    older: int = 0  # open check-ins that this mail does not name: reminded of before, unanswered
    hidden: int = 0  # open check-ins that are hidden until a day
    worth_a_look: tuple[Line, ...] = ()  # much at stake and less sure: no check-in is opened
    promised: tuple[Line, ...] = ()  # next steps until they are kept
    unseen: tuple[Line, ...] = ()  # not seen for long, and nothing else is told of them
    slow: tuple[Line, ...] = ()  # slowly fewer, and nothing plainer is told of them
    track_record: str = ""  # "of the last 20 at 4 in 5, 17 were down"

    @property
    def open_before(self) -> int:
        """How many check-ins of earlier weeks are open, named here or not."""
        return len(self.still_open) + self.older + self.hidden


@dataclass(frozen=True)
class Complaint:
    """A complaint that was logged between runs, as its mail tells it."""

    checkin: CheckIn
    town: str = ""
    phone: str = ""
    liaison_name: str = ""
    logged_on: date | None = None
    whom: str = ""  # who there complained


class AtStake(NamedTuple):
    """A practice that seems to be falling, and how much is at stake there."""

    name: str
    liaison: str
    status: Status
    per_week: float  # referrals below the usual
    probability: float | None


class Alike(NamedTuple):
    """What looks like a drop and likely is none, by what it likely is."""

    words: str  # "look renamed"
    number: int
    names: tuple[str, ...]  # the first of them


class Waiting(NamedTuple):
    """What waits for a manager: whom it is about, what there is to say, and which practice's page
    shows it."""

    name: str
    text: str = ""
    practice_id: str = ""


@dataclass(frozen=True)
class Summary:
    """The manager's page for one as-of date: numbers, liaisons, what needs her, the data."""

    recipient: str
    as_of: date
    practices: int
    by_status: tuple[tuple[str, int], ...]
    coverage: tuple[Coverage, ...]
    came_back: tuple[Line, ...]
    review: tuple[tuple[str, str], ...]  # falls of long ago that no digest has told
    data_through: date | None
    rows_read: int
    reject_reasons: tuple[tuple[str, int], ...]
    notes: tuple[tuple[str, int], ...] = ()
    lookalikes: tuple[Alike, ...] = ()
    aliases: tuple[Waiting, ...] = ()  # practice, the line that proposes an alias
    ledger: Ledger | None = None
    said: tuple[ReliabilityBin, ...] = ()
    held_out: int = 0
    fallen: tuple[tuple[str, str], ...] = ()  # what fell as a whole: its name, how far
    slow: tuple[Waiting, ...] = ()  # who slowly sends less
    quarter: tuple[str, ...] = ()  # the main facts of one that has just ended
    first_run: bool = False
    data: tuple[str, ...] = ()  # sentences: what was not counted, and whom that keeps off the list
    promises: tuple[Waiting, ...] = ()  # practice, what is late by a week or more
    unlisted_liaisons: tuple[tuple[str, str], ...] = ()  # address, what needs a home
    settings: tuple[tuple[str, str], ...] = ()  # name, from what to what
    settings_since: date | None = None  # the last summary's date
    numbers: tuple[Number, ...] = ()  # the week's
    at_stake: tuple[AtStake, ...] = ()  # the most first
    without_liaison: tuple[Waiting, ...] = ()  # practices
    unwanted: tuple[Waiting, ...] = ()  # practice, which liaison says that it is not hers
    closures: tuple[str, ...] = ()  # questions: what looks like a closure of ours
    track_record: str = ""  # "of the last 20 at 4 in 5, 17 were down"
