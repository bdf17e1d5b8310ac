"""What one setting told over the dates of a replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quietdrop.domain.checkin import CheckIn


@dataclass(frozen=True)
class DateLoad:
    """One date: check-ins that digests carried (`listed`), the new ones among them, the liaisons
    who had practices, and the practices that were known then. On a date that was `held` none are
    listed."""

    as_of: date
    listed: int
    opened: int
    liaisons: int
    practices: int
    held: bool = False


@dataclass(frozen=True)
class ListingRecord:
    """`checkins` are all that were opened, as they stood after the last date; `listed_on` the
    dates on which a digest carried a practice in full."""

    loads: tuple[DateLoad, ...]
    checkins: tuple[CheckIn, ...]
    listed_on: Mapping[str, tuple[date, ...]]

    @property
    def listed_a_liaison_and_week(self) -> float:
        """Check-ins in one liaison's digest, on average."""
        return a_liaison_and_week(self.loads)


def a_liaison_and_week(loads: tuple[DateLoad, ...]) -> float:
    """Check-ins in one liaison's digest, on average over the dates."""
    digests = sum(max(load.liaisons, 1) for load in loads)
    return sum(load.listed for load in loads) / digests if digests else 0.0
