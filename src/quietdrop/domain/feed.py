"""How often a feed is added to, and so when more is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from quietdrop.lib.periods import Period, last_day, next_due

LEAST_ALLOWED = 10  # days: of a feed that is added to daily; a week of vacation and its weekends
GRACE = 3  # days that an addition may be late; a weekly run then notices within ten


@dataclass(frozen=True)
class Rhythm:
    """How old the newest referral usually becomes before the next addition, in days.

    `entry`: as the rows are dated or recorded; `refresh`: as earlier runs saw the source change;
    None where too little is known. `month_end`: nothing is known of refreshes, and the source ends
    with a month, as monthly exports do.
    """

    entry: int | None = None
    refresh: int | None = None
    month_end: bool = False

    @property
    def days(self) -> int:
        """The longest usual wait; 0 where none is known."""
        return max(self.entry or 0, self.refresh or 0)


def due_by(
    newest: date,
    rhythm: Rhythm,
    *,
    max_age_days: int | None = None,
    period: Period | None = None,
) -> date:
    """The last day on which the addition after `newest` would be in time. `max_age_days` wins over
    the rhythm; counts by `period` are due when the next period is over."""
    if max_age_days is not None or period is not None:
        days = LEAST_ALLOWED if max_age_days is None else max_age_days
        return next_due(newest, period) + timedelta(days=days)
    if rhythm.month_end:
        return last_day(newest + timedelta(days=5), "month") + timedelta(days=LEAST_ALLOWED)
    return newest + timedelta(days=max(LEAST_ALLOWED, rhythm.days + GRACE))
