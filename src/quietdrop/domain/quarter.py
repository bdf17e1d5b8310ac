"""A calendar quarter in figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Tally(NamedTuple):
    """What one practice, person, role, kind or territory sent in a quarter.

    `before` and `year` are the quarter before and the same one a year before, None where the data
    do not reach. `move` is up or down (beyond chance, beside how the network moved), new, lost,
    moved or renamed (it goes on at the practice `other`, or came from there), or "" for nothing
    that can be told from chance; `yearly` is up, down or "" against the year before.
    """

    name: str
    now: int = 0
    before: int | None = None
    year: int | None = None
    move: str = ""
    yearly: str = ""
    practice_id: str = ""
    practice: str = ""  # of a person
    role: str = ""
    liaison: str = ""
    territory: str = ""
    town: str = ""
    status: str = ""
    last: date | None = None  # the last referral
    people: int = 0  # of a role: who sent in the quarter
    other_id: str = ""
    other: str = ""


class Total(NamedTuple):
    """All referrals of one calendar quarter."""

    first: date
    referrals: int
    working_days: int
    is_whole: bool  # the data reach over all of it


@dataclass(frozen=True)
class Quarter:
    """The last complete calendar quarter, from `first` to the day before `end`.

    `totals` are this quarter and those before it, the newest first; `parts` the tallies by what
    is counted (practice, person, role, desk, service_line, payer, location, territory), the largest
    first; `moves` how many practices and persons made each move. `overall` and `overall_year` say
    of the whole network up, down, same or "" (nothing to compare with).
    """

    first: date
    end: date
    as_of: date
    begins: date  # the first day of the data
    newest: date  # and their last
    totals: tuple[Total, ...]
    overall: str
    overall_year: str
    parts: dict[str, tuple[Tally, ...]]
    moves: dict[str, dict[str, int]]
    tried: dict[str, int]  # how many of them could be compared with the quarter before
    knows_new: bool  # the data reach far enough back to say who is new
    checkins: dict[str, int]  # opened, came back, closed in the quarter
