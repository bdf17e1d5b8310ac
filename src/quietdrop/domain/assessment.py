"""What a date's counts say of one practice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """How a practice stands, as tables, pages and files have it."""

    NEW = "new"  # too little history
    STEADY = "steady"
    OCCASIONAL = "occasional"  # too few referrals to tell a drop from chance
    WATCHING = "watching"
    DRIFTING = "drifting"
    QUIET = "quiet"  # drifting, and nothing has come since
    RECOVERED = "recovered"
    CLOSED = "closed"  # gone for good


FALLING = (Status.QUIET, Status.DRIFTING, Status.WATCHING)


@dataclass(frozen=True)
class Assessment:
    """One practice's figures on a date; rates are referrals an ordinary week.

    Attributes:
        baseline_per_week: What is usual.
        observed: What came since the onset; in the last 13 weeks where there is none.
        expected: What was to be expected in the same weeks.
        drift_probability: That of a lasting drop now; None where there is too little history.
        onset: When that began most likely; with 80 % between `onset_low` and `onset_high`.
        remaining_share: The present rate over the baseline, 0 to 1.
        lost_per_week: The referrals a week that are missing, as the drift's shape has it.
        fallen_per_week: How far the last eight weeks are below the last year.
        edge: The onset lies at the far end of the weeks that are looked at.
        onset_week: The index of the first week that `observed` counts.
        dispersion: φ, the variance of a week's count over its mean.
        absence_probability: That of a short absence which is under way now.
        settled_probability: That of a fall before these weeks which has lasted since.
        settled_onset: When that began, from `settled_baseline` to `settled_rate`.
        honeymoon_probability: That only its first weeks were above its level.
        fading: How likely a drift, if it is one, is a slow slide.
        silent_days: Whole days since its last referral.
        batch_week: The index of the latest week of the last year with one very large batch, which
            no rate counts; −1 where there was none.
    """

    practice_id: str
    status: Status
    baseline_per_week: float
    observed: int
    expected: float
    drift_probability: float | None = None
    onset: date | None = None
    onset_low: date | None = None
    onset_high: date | None = None
    remaining_share: float | None = None
    lost_per_week: float | None = None
    fallen_per_week: float = 0.0
    edge: bool = False
    onset_week: int = 0
    dispersion: float = 1.0
    absence_probability: float = 0.0
    settled_probability: float = 0.0
    settled_onset: date | None = None
    settled_baseline: float | None = None
    settled_rate: float | None = None
    honeymoon_probability: float = 0.0
    fading: float = 0.0
    silent_days: int = 0
    batch_week: int = -1
