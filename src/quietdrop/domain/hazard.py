"""How much likelier a practice is to begin to drift, by what is known before it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Covariate(StrEnum):
    """What is known of a practice before a drop; all are 0 where nothing is."""

    WAIT = "wait"  # log of their patients' wait over everybody's, last 13 weeks
    WAIT_RISE = "wait_rise"  # log of that wait over their own of the 39 weeks before
    NOTES = "notes"  # share of notes that are missing, less everybody's, last 26 weeks
    DECLINED = "declined"  # share of referrals declined, less everybody's, last 26 weeks
    COMPLAINT = "complaint"  # 1: logged in the last 26 weeks
    STAFF_GONE = "staff_gone"  # 1: a provider or coordinator left in the last 26 weeks
    ACQUIRED = "acquired"  # 1: bought by a health system
    UNTOUCHED = "untouched"  # years since the last touch, at most 1
    NEIGHBORS = "neighbors"  # share by which others of the territory or system have fallen


class Verdict(StrEnum):
    """Whether the learned hazard is used, and why not."""

    USED = "used"
    NO_BETTER = "no better on later weeks"
    FEW_DROPS = "too few drops"
    SHORT_PAST = "too short a past"
    NOTHING_KNOWN = "nothing recorded"


@dataclass(frozen=True)
class HazardCard:
    """What was learned of the hazard of a drift, and how it did on later weeks.

    `weights` is the log hazard ratio for one unit of each covariate; `log_mean` makes the ratio 1
    on average. `drops` is the expected number of drops that it was learned from. `gain` is by how
    much, in nats, the later weeks' counts are likelier than under the constant hazard, and
    `gain_error` its standard error.
    """

    learned_on: date
    verdict: Verdict
    weights: Mapping[Covariate, float]
    log_mean: float = 0.0
    practices: int = 0
    weeks: int = 0
    drops: float = 0.0
    gain: float = 0.0
    gain_error: float = 0.0

    @property
    def is_used(self) -> bool:
        """Whether the hazard is not the constant one."""
        return self.verdict is Verdict.USED

    def for_the_store(self) -> dict[str, object]:
        """The card as JSON takes it."""
        return {
            "learned_on": self.learned_on.isoformat(),
            "verdict": str(self.verdict),
            "weights": {str(name): weight for name, weight in self.weights.items()},
            "log_mean": self.log_mean,
            "practices": self.practices,
            "weeks": self.weeks,
            "drops": self.drops,
            "gain": self.gain,
            "gain_error": self.gain_error,
        }


def card_from_store(stored: Mapping[str, Any] | None) -> HazardCard | None:
    """The card that a run left; None where it left none, or one of another release."""
    if not stored:
        return None
    try:
        return HazardCard(
            **dict(stored)
            | {
                "learned_on": date.fromisoformat(stored["learned_on"]),
                "verdict": Verdict(stored["verdict"]),
                "weights": {Covariate(name): w for name, w in stored["weights"].items()},
            }
        )
    except (KeyError, TypeError, ValueError):
        return None
