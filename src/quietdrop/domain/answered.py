"""An answer to a check-in as it was recorded, so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Answered:
    """What one answer changed.

    `mark` is that of the link that answered, empty for the command line. `kind_before` and
    `notified_before` are the check-in's as they were; `opened` says that the answer opened it,
    `closed` that it closed it. A check-in is named by `checkin_id`; None where there is none.
    """

    practice_id: str
    said: str
    answered_at: datetime
    mark: str = ""
    touch_id: int | None = None
    snooze_id: int | None = None
    checkin_id: int | None = None
    kind_before: str = ""
    notified_before: date | None = None
    opened: bool = False
    closed: bool = False
    undone_at: datetime | None = None
    id: int | None = None
