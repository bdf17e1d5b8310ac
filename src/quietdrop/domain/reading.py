"""What a reading says about itself: what was left aside, and what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd


class NotRead(NamedTuple):
    """A file, or a part of one, that was left aside, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Reading:
    """What was left aside or is doubtful in one reading of the source.

    `unread` holds the rejected rows whose practice is known: practice_id (str), day (int64, days
    since 1970-01-01, −1 where not known) and rows (int64); one row a practice and day.
    `overlapping` names the files that deliver each other's rows, a group at a time, and `statuses`
    counts rows by a status that often means "not a referral".
    """

    not_read: tuple[NotRead, ...] = ()
    overlapping: tuple[tuple[str, ...], ...] = ()
    statuses: dict[str, int] = field(default_factory=dict)
    unread: pd.DataFrame = field(default_factory=pd.DataFrame)
