"""When, and how, the weekly job is run: all that its caller decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from quietdrop.messages.links import Links


@dataclass(frozen=True)
class Occasion:
    """One run of the weekly job.

    Attributes:
        as_of: The date; what was known on its morning counts.
        now: The time.
        today: The local date: what lies behind it was entered wrongly.
        live: Check-ins open and mail is owed; else the assessments are only recorded.
        force: Digests go out although the feed looks broken.
        links: How mails lead to the pages; None where there are none.
    """

    as_of: date
    now: datetime
    today: date
    live: bool
    force: bool = False
    links: Links | None = None
