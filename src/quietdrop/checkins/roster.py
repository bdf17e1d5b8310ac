"""Who looks after which practice, and how many check-ins a week each liaison has room for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from quietdrop.domain.checkin import CheckIn, State
from quietdrop.domain.directory import Practice


@dataclass(frozen=True)
class Roster:
    """Who looks after what on a date.

    `practices` is the directory; `liaison_of` names each practice's liaison ("" for none);
    `budgets` are those of liaisons who have one of their own.
    """

    practices: Mapping[str, Practice] = field(default_factory=dict)
    liaison_of: Mapping[str, str] = field(default_factory=dict)
    budgets: Mapping[str, int] = field(default_factory=dict)

    def budgets_of(self, liaisons: Iterable[str], default: int) -> dict[str, int]:
        """The budget of each of these liaisons."""
        return {who: self.budgets.get(who, default) for who in liaisons}

    def addressed(self, checkin: CheckIn) -> CheckIn:
        """The check-in with its practice's name and liaison as the directory has them now: an open
        one goes to whoever looks after the practice today."""
        practice = self.practices.get(checkin.practice_id)
        return replace(
            checkin,
            practice_name=practice.name if practice else checkin.practice_name,
            liaison=self.liaison_of.get(checkin.practice_id) or checkin.liaison,
        )

    def handed_over(self, checkins: Iterable[CheckIn]) -> list[CheckIn]:
        """The open check-ins of practices that somebody else looks after now, or covers."""
        still = [c for c in checkins if c.state == State.OPEN]
        now = [self.addressed(c) for c in still]
        return [new for old, new in zip(still, now, strict=True) if new.liaison != old.liaison]
