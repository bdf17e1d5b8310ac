"""When a practice was last seen, and from when on it has not been seen for long. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from quietdrop.checkins.history import History
from quietdrop.detection.tiers import of_tier
from quietdrop.domain.checkin import NO_CONTACT, Touch
from quietdrop.domain.outcomes import OUTCOMES, named


def is_contact(touch: Touch) -> bool:
    """Whether somebody there was spoken with or written to by us: a complaint comes from them."""
    by_us = touch.kind not in (NO_CONTACT, "complaint")
    return by_us and named(touch.outcome) != OUTCOMES["could not reach"]


def last_contacts(touches: Iterable[Touch]) -> dict[str, date]:
    """By practice, the day of its last contact."""
    last: dict[str, date] = {}
    for touch in touches:
        if is_contact(touch):
            last[touch.practice_id] = max(touch.touched_on, last.get(touch.practice_id, date.min))
    return last


def records_began(history: History, as_of: date) -> date:
    """The first day of which anything is on record: who was not seen since then may have been
    seen before it."""
    days = [touch.touched_on for touch in history.touches]
    days += [checkin.opened_on for checkin in history.checkins]
    return min(days, default=as_of)


def weeks_between(tiers: Mapping[str, str], every_weeks: Mapping[str, int]) -> dict[str, int]:
    """The weeks between two contacts of each practice, as its tier has them; of other tiers nobody
    is missed."""
    return {
        practice_id: weeks
        for practice_id, tier in tiers.items()
        if (weeks := of_tier(every_weeks, tier)) is not None
    }


def revisit_days(
    weeks_of: Mapping[str, int], last: Mapping[str, date], began: Mapping[str, date]
) -> dict[str, date]:
    """By practice, the day from which on it has not been seen for long.

    Args:
        weeks_of: The weeks between two contacts of each practice that is to be seen at all.
        last: The last contact of each practice that has one.
        began: Of a practice that has none, from when on it could have had one.
    """
    days = {}
    for practice_id, weeks in weeks_of.items():
        since = last.get(practice_id) or began.get(practice_id)
        if since is not None:
            days[practice_id] = since + timedelta(weeks=weeks)
    return days
