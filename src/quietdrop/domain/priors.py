"""What is believed of a stream before any count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Priors:
    """How often drifts and absences begin, and for how long the past counts.

    Attributes:
        window_weeks: The newest weeks, in which an onset is looked for.
        hazard: The chance that a stream's drift begins in a given week.
        absence_hazard: The same of a short absence; None: absences are as frequent as drifts.
        discount: By what a week's referrals and exposure weigh less with each week of age.
    """

    window_weeks: int
    hazard: float
    absence_hazard: float | None
    discount: float
