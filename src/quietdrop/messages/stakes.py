"""Figures of a practice -> the line that stands under its name. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from quietdrop.domain.assessment import FALLING, Assessment, Status
from quietdrop.domain.checkin import CheckIn, Touch
from quietdrop.domain.figures import NOTHING_AT_STAKE, Stakes
from quietdrop.domain.outcomes import is_complaint
from quietdrop.messages.wording import sentences, stakes


def stakes_of(assessment: Assessment, as_of: date) -> Stakes:
    """The line of a practice that may be falling; an empty one of any other.

    Args:
        assessment: The practice's; of an open check-in that since its own onset.
        as_of: The day of the assessment.
    """
    fall = _fall(assessment)
    if fall is None:
        return NOTHING_AT_STAKE
    return Stakes(stakes.figures_of(fall, as_of), brief=stakes.brief(fall))


def stakes_of_complaint(
    assessment: Assessment | None, checkin: CheckIn, touches: Iterable[Touch], as_of: date
) -> Stakes:
    """The line of a complaint: its age, and how the practice stands beside it.

    Args:
        assessment: As for `stakes_of`; None of a practice of which no referral has been read.
        touches: The practice's own, the complaint's among them where somebody recorded it.
    """
    days = [t.touched_on for t in touches if is_complaint(t) and t.touched_on <= as_of]
    logged_on = max(days, default=checkin.opened_on)
    tag = stakes.complaint_tag((as_of - logged_on).days)
    complained = sentences.complaint(logged_on, "", as_of)
    fall = _fall(assessment) if assessment else None
    if fall is not None:
        also = f"{complained} {stakes.brief(fall)}"
        return Stakes(stakes.figures_of(fall, as_of), tag, also)
    usual = assessment.baseline_per_week if assessment else 0.0
    return Stakes(stakes.as_ever(usual), tag, complained)


def _fall(of: Assessment) -> stakes.Fall | None:
    if of.status not in FALLING or of.onset is None:
        return None
    return stakes.Fall(
        baseline_per_week=of.baseline_per_week,
        observed=of.observed,
        expected=of.expected,
        onset=of.onset,
        onset_low=of.onset_low,
        onset_high=of.onset_high,
        probability=of.drift_probability or 0.5,
        remaining_share=of.remaining_share,
        edge=of.edge,
        fading=of.fading,
        silent_days=of.silent_days,
        is_watched=of.status is Status.WATCHING,
    )
