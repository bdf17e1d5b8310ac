"""Referrals by practice and calendar week, as a run leaves them for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MONDAY = date(1969, 12, 29)  # the first day of week 0; a week begins on Monday
COLUMNS = ("practice_id", "name", "seen_on", "week", "referrals")


def week_of(day: date) -> int:
    """Return the number of the calendar week that a day is in."""
    return (day - MONDAY).days // 7


def week_start(week: int) -> date:
    """Return the Monday of a week."""
    return MONDAY + timedelta(weeks=week)


def table_of(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Return rows of COLUMNS as a table."""
    import pandas as pd  # only where counts are read: `status` opens the store without them

    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class WeeklyCounts:
    """What the source had when earlier runs read it.

    `frame` has one row a practice and week with a referral: practice_id, name, seen_on (the
    as-of date of the run that last saw it so), week and referrals. `source` is a mark of the
    settings under which it was read: counts under others are not comparable.
    """

    source: str
    frame: pd.DataFrame = field(default_factory=lambda: table_of([]))


@dataclass(frozen=True)
class Loss:
    """Referrals of one practice that the source had and has no longer.

    `weeks` are its referrals that are missing by calendar week, `had` what it had in the weeks
    that the source still covers, `has` what it has now in all.
    """

    practice_id: str
    name: str
    seen_on: date
    weeks: dict[int, int]
    had: int
    has: int

    @property
    def referrals(self) -> int:
        """How many are missing."""
        return sum(self.weeks.values())

    @property
    def is_whole(self) -> bool:
        """Whether the source has nothing of the practice any more."""
        return self.has == 0


@dataclass(frozen=True)
class Losses:
    """What vanished from the source, by practice; `had` is all that was there in the same weeks."""

    by_practice: dict[str, Loss] = field(default_factory=dict)
    had: int = 0

    @property
    def referrals(self) -> int:
        """How many are missing in all."""
        return sum(loss.referrals for loss in self.by_practice.values())
