"""What somebody on our side has promised a practice, until it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_PROMISE = 120  # characters: a line of a phone's calendar, and no room for a case history
LONGEST_WAIT = timedelta(days=366)
AGES_AFTER = timedelta(days=7)  # past its day a promise is a manager's matter, too


@dataclass(frozen=True)
class Promise:
    """A next step with a day and an owner.

    `owner` is who does it, an e-mail address or a department; `liaison` is who promised it.
    """

    practice_id: str
    what: str
    made_on: date
    due_on: date
    owner: str = ""
    liaison: str = ""
    kept_on: date | None = None
    id: int | None = None

    @property
    def key(self) -> tuple[str, str, date, date, str]:
        """What a table that names it again says, too."""
        return self.practice_id, self.what, self.made_on, self.due_on, self.owner

    def days_late(self, today: date) -> int:
        """How many days ago it was due; 0 where it is not late, or kept."""
        return 0 if self.kept_on else max((today - self.due_on).days, 0)

    def is_aging(self, today: date) -> bool:
        """Whether it has been late for so long that managers are told."""
        return self.kept_on is None and today - self.due_on >= AGES_AFTER


def with_new(recorded: tuple[Promise, ...], listed: Iterable[Promise]) -> tuple[Promise, ...]:
    """The recorded promises, and those of a table that are not among them yet."""
    recorded_keys = {promise.key for promise in recorded}
    return (*recorded, *(promise for promise in listed if promise.key not in recorded_keys))
