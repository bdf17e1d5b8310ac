"""What would change the answer for one practice: list it, or take it off the list again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from quietdrop.checkins.lifecycle import RECOVERY_SHARE, RECOVERY_WEEKS
from quietdrop.checkins.priority import priority
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.config import Settings
from quietdrop.detection.what_if import referrals_to_clear, stream_of, weeks_of_silence
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.evaluation.evaluation import Evaluation


class ChangeKind(StrEnum):
    """What would have to happen; a program reads these words."""

    silence = "weeks without a referral"  # `number` more weeks; None: no number of them
    threshold = "threshold"  # an alert_probability of `share` or lower
    referrals = "referrals"  # `number` more in the newest week; None: no number of them
    recovery = "recovery"  # `number` more in the last weeks, not before `day`
    history = "history"  # `number` more weeks, and `referrals` more of them
    snooze_ends = "end of the snooze"  # on `day`
    other_explanation = "other explanation"  # without it the odds are `share`
    rows_read = "rows read"
    budget = "budget"  # `number` more places
    holdout = "holdout"
    deeper_fall = "deeper fall"
    reopened = "reopened"
    complaint_answered = "complaint answered"
    first_referral = "first referral"


@dataclass(frozen=True)
class Change:
    """One thing that would change the answer, with the numbers that belong to it."""

    kind: ChangeKind
    number: int | None = None
    day: date | None = None
    share: float | None = None
    referrals: int = 0
    is_own: bool = False  # whether an [[override]] has the threshold


_FIXED = {
    WhyNot.closed: ChangeKind.reopened,
    WhyNot.acquired: ChangeKind.reopened,
    WhyNot.uncounted: ChangeKind.rows_read,
    WhyNot.held_out: ChangeKind.holdout,
    WhyNot.recovered: ChangeKind.deeper_fall,
    WhyNot.answered: ChangeKind.deeper_fall,
    WhyNot.old_news: ChangeKind.deeper_fall,
    WhyNot.left_before: ChangeKind.deeper_fall,
    WhyNot.not_read: ChangeKind.first_referral,
}


def what_would_change(
    settings: Settings, evaluation: Evaluation, practice_id: str, reason: Unlisted | None
) -> tuple[Change, ...]:
    """Return what would change whether a practice is listed, found by judging it again.

    Args:
        settings: Those that the evaluation was made with.
        evaluation: The date.
        practice_id: The practice's key.
        reason: Why it is not listed; None where it is.
    """
    if reason is None or reason.why is WhyNot.open_already:
        return _to_clear(settings, evaluation, practice_id)
    match reason.why:
        case WhyNot.below_threshold:
            return _to_list(settings, evaluation, practice_id)
        case WhyNot.too_new:
            return (_to_judge(settings, evaluation, practice_id),)
        case WhyNot.snoozed:
            return (Change(ChangeKind.snooze_ends, day=reason.day),)
        case WhyNot.explained:
            odds = evaluation.assessed.of(practice_id).drift_probability
            return (Change(ChangeKind.other_explanation, share=odds),)
        case WhyNot.over_budget:
            return (Change(ChangeKind.budget, _place_in_line(evaluation, practice_id)),)
    return (Change(_FIXED[reason.why]),)


def _to_list(settings: Settings, evaluation: Evaluation, practice_id: str) -> tuple[Change, ...]:
    priors = settings.drift.priors
    assessment = evaluation.assessed.of(practice_id)
    stream = stream_of(evaluation.assessed, practice_id)
    levels = evaluation.assessed.thresholds
    weeks = weeks_of_silence(stream, priors, levels.alert.of(practice_id))
    changes = [Change(ChangeKind.silence, weeks)]
    odds = math.floor(100 * (assessment.drift_probability or 0.0)) / 100
    if odds >= levels.watch.of(practice_id) and not assessment.edge:
        is_own = practice_id in levels.alert.overrides
        changes.append(Change(ChangeKind.threshold, share=odds, is_own=is_own))
    return tuple(changes)


def _to_clear(settings: Settings, evaluation: Evaluation, practice_id: str) -> tuple[Change, ...]:
    """What takes it off the list: of a new check-in the odds decide, of an older one what its
    frozen baseline asks for."""
    as_of = evaluation.as_of
    checkin = open_checkin(evaluation, practice_id)
    if checkin is None or checkin.kind == Kind.COMPLAINT:
        return (Change(ChangeKind.complaint_answered),)
    if practice_id not in evaluation.assessed.frame.index:
        return (Change(ChangeKind.first_referral),)
    if checkin.opened_on < as_of:
        return (_to_recover(evaluation, checkin),)
    stream = stream_of(evaluation.assessed, practice_id)
    alert = evaluation.assessed.thresholds.alert.of(practice_id)
    more = referrals_to_clear(stream, settings.drift.priors, alert)
    return (Change(ChangeKind.referrals, more),)


def _to_recover(evaluation: Evaluation, checkin: CheckIn) -> Change:
    came, chances = evaluation.assessed.newest(checkin.practice_id, RECOVERY_WEEKS)
    enough = RECOVERY_SHARE * (checkin.baseline_per_week or 0.0) * chances
    begun = checkin.onset or checkin.opened_on
    return Change(
        ChangeKind.recovery,
        max(math.ceil(enough - came), 0),
        begun + timedelta(weeks=RECOVERY_WEEKS),
    )


def _to_judge(settings: Settings, evaluation: Evaluation, practice_id: str) -> Change:
    """How much more history it takes to be judged at all."""
    cadence = evaluation.assessed.cadence
    row = evaluation.assessed.row(practice_id)
    weeks = math.ceil(settings.drift.min_weeks - float(cadence.live[row].sum()))
    least = evaluation.assessed.thresholds.min_referrals.of(practice_id)
    referrals = math.ceil(least - 1 - float(cadence.counts[row].sum()))
    return Change(ChangeKind.history, max(weeks, 0), referrals=max(referrals, 0))


def _place_in_line(evaluation: Evaluation, practice_id: str) -> int:
    """Its place among those that its liaison's budget leaves out, from 1."""
    liaison = evaluation.liaison_of.get(practice_id, "")
    frame = evaluation.assessed.frame
    stake = priority(frame, evaluation.ranking)
    by_key = dict(zip(map(str, frame.index), stake.tolist(), strict=True))
    mine = [
        key for key in evaluation.plan.over_budget if evaluation.liaison_of.get(key, "") == liaison
    ]
    return sorted(mine, key=lambda key: (-by_key.get(key, 0.0), key)).index(practice_id) + 1


def open_checkin(evaluation: Evaluation, practice_id: str) -> CheckIn | None:
    """Return the practice's open check-in, as this date opens it or of an earlier date."""
    plan, before = evaluation.plan, evaluation.history.checkins
    earlier = (checkin for checkin in before if checkin.state == State.OPEN)
    for checkin in (*plan.opened, *plan.worse, *plan.unanswered, *earlier):
        if checkin.practice_id == practice_id:
            return checkin
    return None
