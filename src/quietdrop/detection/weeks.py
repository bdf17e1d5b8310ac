"""The weeks that are looked at, as days of the calendar."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from quietdrop.domain.arrays import FloatArray


@dataclass(frozen=True)
class Weeks:
    """Weeks of 7 days, the first from `start` on.

    `profile` is the share of all referrals that falls on each of a week's 7 days, from its first.
    """

    start: date
    number: int
    profile: FloatArray

    def working_share(self, holidays: Collection[date]) -> FloatArray:
        """The share of each week's referrals whose usual day is no public holiday, 0 to 1."""
        days = [self.start + timedelta(days=offset) for offset in range(7 * self.number)]
        working = np.array([day not in holidays for day in days], dtype=float)
        return np.asarray(working.reshape(self.number, 7) @ self.profile, dtype=float)
