"""From which probability on practices are listed, where that follows from a promise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

ONE_IN_TEN = 1.28  # standard deviations of a normal distribution that one in ten lie beyond
# The year that follows may have so many times the false check-ins of the past: of practices that
# send as regularly as a clock it had up to 1.25 times, on simulated networks (decision 20).
WORSE_YEAR = 1.25


@dataclass(frozen=True)
class AlertCard:
    """How many false check-ins each threshold would have brought in the network's own past.

    Attributes:
        learned_on: The date as of which the past was looked at.
        weeks: How many weekly dates of it.
        practice_years: How long practices were judged in them, all together.
        thresholds: Probabilities, ascending.
        false: The expected number of false check-ins at each of them.
    """

    learned_on: date
    weeks: int
    practice_years: float
    thresholds: tuple[float, ...]
    false: tuple[float, ...]

    def threshold(self, years: float) -> float | None:
        """The least threshold from which on there is at most one false check-in a practice in so
        many years, even in a worse year than the past ones. None where the past cannot show it."""
        allowed = self.practice_years / (WORSE_YEAR * years)
        least = None
        for threshold, number in zip(reversed(self.thresholds), reversed(self.false), strict=True):
            if _at_most(number) > allowed:
                break
            least = threshold
        return least

    @property
    def most_years(self) -> float:
        """The most years of which the past can show a threshold."""
        return self.practice_years / (WORSE_YEAR * _at_most(min(self.false, default=0.0)))

    def for_the_store(self) -> dict[str, object]:
        """The card as JSON takes it."""
        return {
            "learned_on": self.learned_on.isoformat(),
            "weeks": self.weeks,
            "practice_years": self.practice_years,
            "thresholds": list(self.thresholds),
            "false": list(self.false),
        }


def _at_most(number: float) -> float:
    """How many there may have been by chance, where so many were: one more, and the upper end of
    what a Poisson number of that mean is in nine of ten cases."""
    return number + 1.0 + ONE_IN_TEN * math.sqrt(number + 1.0)


def card_from_store(stored: Mapping[str, Any] | None) -> AlertCard | None:
    """The card that a run left; None where it left none, or one of another release."""
    if not stored:
        return None
    try:
        return AlertCard(
            date.fromisoformat(stored["learned_on"]),
            int(stored["weeks"]),
            float(stored["practice_years"]),
            tuple(map(float, stored["thresholds"])),
            tuple(map(float, stored["false"])),
        )
    except (KeyError, TypeError, ValueError):
        return None
