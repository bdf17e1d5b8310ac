"""The plan of one date: which check-ins open, recover and close."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from quietdrop.checkins.unlisted import Unlisted
from quietdrop.domain.checkin import CheckIn, News


@dataclass
class Plan:
    """What this date's run changes and tells, by practice."""

    opened: list[CheckIn] = field(default_factory=list)
    worse: list[CheckIn] = field(default_factory=list)
    unanswered: list[CheckIn] = field(default_factory=list)  # complaints: told until answered
    reminded: list[CheckIn] = field(default_factory=list)  # told a second and last time
    waiting: list[CheckIn] = field(default_factory=list)  # something was done, still open
    aging: list[CheckIn] = field(default_factory=list)  # told twice, and nothing was done
    asleep: list[CheckIn] = field(default_factory=list)
    answered: list[CheckIn] = field(default_factory=list)  # closed by what a touch says
    recovered: list[CheckIn] = field(default_factory=list)
    explained: list[CheckIn] = field(default_factory=list)  # closed: the fall is no drift
    review: list[CheckIn] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)  # by liaison
    unlisted: list[CheckIn] = field(default_factory=list)  # remembered, told to nobody
    closed: set[str] = field(default_factory=set)
    handed_over: list[CheckIn] = field(default_factory=list)  # another liaison's from now on
    worth_a_look: dict[str, list[str]] = field(default_factory=dict)  # by liaison, opens nothing
    between: set[str] = field(default_factory=set)  # liaisons who have had this week's digest
    spoken_for: set[str] = field(default_factory=set)  # not to be called watched as well
    over_budget: set[str] = field(default_factory=set)
    why_not: dict[str, Unlisted] = field(default_factory=dict)  # of all that are not listed

    @property
    def listed(self) -> list[CheckIn]:
        """Those that a digest carries in full."""
        return [*self.opened, *self.worse, *self.unanswered]

    @property
    def still_open(self) -> list[CheckIn]:
        """Those that a digest names in a line; of the aging the manager is told."""
        return [*self.reminded, *self.waiting]

    def announced(self) -> list[CheckIn]:
        """Those that change because a digest tells of them."""
        weekly = [c for c in (*self.reminded, *self.recovered) if c.liaison not in self.between]
        return [*self.opened, *self.worse, *weekly]

    def ended(self) -> list[CheckIn]:
        """Those that are closed by what is known, whether or not a digest says so."""
        return [*self.answered, *self.explained]

    def unannounced(self) -> list[CheckIn]:
        """Those that change by what is known, whether or not a digest says so."""
        return [*self.handed_over, *self.ended()]

    def changed(self) -> list[CheckIn]:
        """Every check-in that is to be saved."""
        return [*self.unannounced(), *self.announced(), *self.review]

    def news(self, liaison: str) -> News:
        """What the liaison's digest tells, in numbers."""

        def theirs(checkins: Iterable[CheckIn]) -> int:
            return sum(checkin.liaison == liaison for checkin in checkins)

        if liaison in self.between:
            return News(opened=theirs(self.opened), worse=theirs(self.worse))
        return News(
            opened=theirs([*self.opened, *self.unanswered]),
            worse=theirs(self.worse),
            recovered=theirs(self.recovered),
            still_open=theirs([*self.still_open, *self.aging, *self.asleep]),
        )
