"""What would change the answer for a practice, in plain words."""

from __future__ import annotations

import shlex
from datetime import date, timedelta

from quietdrop.checkins.lifecycle import RECOVERY_SHARE, RECOVERY_WEEKS
from quietdrop.detection.what_if import MOST_WEEKS
from quietdrop.evaluation.what_if import Change, ChangeKind
from quietdrop.lib.reader import decimal
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import count, day, percent

_FIXED = {
    ChangeKind.rows_read: "If the rows that were not counted can be read, its counts decide.",
    ChangeKind.holdout: "Without [digest] holdout_share it would be listed.",
    ChangeKind.deeper_fall: "A clearly deeper fall than the one that was told would list it.",
    ChangeKind.complaint_answered: "It stays until their complaint is answered.",
    ChangeKind.first_referral: "It is judged once referrals of theirs are in the data.",
}


def what_would_change(change: Change, practice_id: str, as_of: date) -> str:
    """ "It would be listed after 2 more weeks without a referral."."""
    number = change.number
    match change.kind:
        case ChangeKind.silence if number is None:
            weeks = count(MOST_WEEKS, "more week", "more weeks")
            return f"Even {weeks} without a referral would not list it: it sends too seldom."
        case ChangeKind.silence:
            return f"It would be listed after {_weeks(number)} without a referral."
        case ChangeKind.threshold:
            odds = decimal(change.share or 0.0, 2)
            whose = "alert_probability of its [[override]]" if change.is_own else ""
            key = f"the {whose}" if whose else "[drift] alert_probability"
            return f"It would be listed today if {key} were {odds} or lower."
        case ChangeKind.referrals if number is None:
            return "No number of referrals in a single week would clear it."
        case ChangeKind.referrals:
            last = day(as_of - timedelta(days=1), as_of)
            return f"{_referrals(number)} in the week to {last} would clear it."
        case ChangeKind.recovery:
            return _recovery(change, as_of)
        case ChangeKind.history:
            return _history(change)
        case ChangeKind.snooze_ends if change.day is not None:
            return f"It is looked at again from {day(change.day, as_of)} on."
        case ChangeKind.other_explanation:
            odds = percent(change.share or 0.0)
            return f"Without that explanation its counts decide: the odds of a drop are {odds}."
        case ChangeKind.reopened:
            practice = shlex.quote(single_line(practice_id))
            return f"`quietdrop checkin {practice} --outcome reopened` takes it up again."
        case ChangeKind.budget:
            places = count(number or 1, "more place", "more places")
            return f"With {places} in its liaison's budget it would be listed."
    return _FIXED[change.kind]


def _recovery(change: Change, as_of: date) -> str:
    is_early = change.day is not None and change.day > as_of
    later = f"from {day(change.day, as_of)} on" if is_early and change.day else ""
    if not change.number:
        return f"It counts as back {later or 'with the next run'}, if it goes on as of late."
    return (
        f"{_referrals(change.number)} would bring it back{', ' if later else ''}{later}: "
        f"{RECOVERY_WEEKS} weeks at {percent(RECOVERY_SHARE)} of the usual end a check-in."
    )


def _history(change: Change) -> str:
    missing = [_weeks(change.number)] if change.number else []
    missing += [_referrals(change.referrals)] if change.referrals else []
    return f"It is judged after {' and '.join(missing) or 'its next referral'}."


def _weeks(number: int | None) -> str:
    return count(number or 0, "more week", "more weeks")


def _referrals(number: int | None) -> str:
    return count(number or 0, "more referral", "more referrals")
