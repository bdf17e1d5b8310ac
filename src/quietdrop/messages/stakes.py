"""Figures of a practice -> the line that stands under its name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from quietdrop.domain.checkin import CheckIn, Touch
from quietdrop.domain.figures import NOTHING_AT_STAKE, Stakes
from quietdrop.domain.outcomes import is_complaint
from quietdrop.messages.wording import sentences, stakes

FALLING = ("watching", "drifting", "quiet")  # statuses whose line tells of a fall


def stakes_of(figures: Mapping[str, Any], as_of: date) -> Stakes:
    """The line of a practice that may be falling; an empty one of any other.

    Args:
        figures: of the practice's assessment, by column; of an open check-in those since its
            own onset.
        as_of: the day of the assessment.
    """
    fall = _fall(figures)
    if fall is None:
        return NOTHING_AT_STAKE
    return Stakes(stakes.figures_of(fall, as_of), brief=stakes.brief(fall))


def stakes_of_complaint(
    figures: Mapping[str, Any] | None, checkin: CheckIn, touches: Iterable[Touch], as_of: date
) -> Stakes:
    """The line of a complaint: its age, and how the practice stands beside it.

    Args:
        figures: as of `stakes_of`; None of a practice of which no referral has been read.
        touches: the practice's own, the complaint's among them where somebody recorded it.
    """
    days = [t.touched_on for t in touches if is_complaint(t) and t.touched_on <= as_of]
    logged_on = max(days, default=checkin.opened_on)
    tag = stakes.complaint_tag((as_of - logged_on).days)
    complained = sentences.complaint(logged_on, "", as_of)
    fall = _fall(figures) if figures else None
    if fall is not None:
        also = f"{complained} {stakes.brief(fall)}"
        return Stakes(stakes.figures_of(fall, as_of), tag, also)
    usual = float(figures["baseline_per_week"] or 0.0) if figures else 0.0
    return Stakes(stakes.as_ever(usual), tag, complained)


def _fall(figures: Mapping[str, Any]) -> stakes.Fall | None:
    if figures["status"] not in FALLING or figures["onset"] is None:
        return None
    return stakes.Fall(
        baseline_per_week=figures["baseline_per_week"],
        observed=figures["observed"],
        expected=figures["expected"],
        onset=figures["onset"],
        onset_low=figures["onset_low"],
        onset_high=figures["onset_high"],
        probability=figures["drift_probability"] or 0.5,
        remaining_share=figures["remaining_share"],
        edge=bool(figures["edge"]),
        fading=float(figures["fading"] or 0.0),
        silent_days=int(figures["silent_days"] or 0),
        is_watched=figures["status"] == "watching",
    )
