"""One as-of date, from what was read to the plan. Records nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from quietdrop.checkins.history import History, history_as_of
from quietdrop.checkins.joining import joined
from quietdrop.checkins.planning import plan
from quietdrop.config import Settings
from quietdrop.detection.assess import Assessed
from quietdrop.detection.thresholds import Level
from quietdrop.domain.checkin import State
from quietdrop.domain.findings import Cause, Findings, Lookalike, Part, PartKind
from quietdrop.domain.intake import Intake
from quietdrop.domain.promise import with_new
from quietdrop.evaluation import feed_health, feed_rhythm
from quietdrop.evaluation.alert_levels import resolved
from quietdrop.evaluation.assignments import roster_of
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.feed_faults import feed_faults, overdue
from quietdrop.evaluation.unread_rows import doubts, known_by, uncounted, watched
from quietdrop.evaluation.vanished_rows import losses
from quietdrop.evaluation.weigh import Prepared, Weighed, weigh
from quietdrop.findings import rekeyed
from quietdrop.findings.segments import leaving
from quietdrop.findings.slow import slowly_down

NEVER = 2.0  # no probability reaches it


def evaluate(
    settings: Settings, intake: Intake, prepared: Prepared, history: History, as_of: date
) -> Evaluation:
    """From what was read to who is told. `intake` may know more than `as_of` did; the events
    that were not known then are left out here."""
    weighed = weigh(settings, intake, prepared, history, as_of)
    return with_parts(settings, decide(settings, weighed, history))


def decide(
    settings: Settings,
    weighed: Weighed,
    history: History,
    likely: Mapping[str, Lookalike] | None = None,
) -> Evaluation:
    """Who is told, by the thresholds of `settings` and what was told before.

    Args:
        settings: Of their sources, calendar and priors the evidence was weighed.
        weighed: The evidence of the date.
        history: What earlier dates told, and what was done since.
        likely: What the falls likely are, where that is known already.
    """
    settings = resolved(settings, weighed.alerts)
    intake, as_of = weighed.intake, weighed.cadence.as_of
    history = joined(history, intake.identity, as_of)
    history = replace(
        history,
        touches=(*history.touches, *intake.touches),
        promises=with_new(history.promises, intake.promises),
    )
    assessed, findings = explain(settings, weighed, history, likely)
    asked = (c.practice_id for c in history.checkins if c.state == State.OPEN)
    ids = {*weighed.cadence.ids, *asked, *history.complaints(as_of)}
    roster = roster_of(settings, intake, ids, as_of)
    to_list = _to_list(assessed, intake, history)
    of_the_date = history_as_of(history, as_of)
    planned = plan(to_list, of_the_date, findings, roster, settings.digest)
    # Of a date that is run again, also the check-ins that its first run opened change hands.
    planned.handed_over = roster.handed_over(history.checkins)
    rhythm = feed_rhythm.rhythm_of(intake, history, as_of)
    due = feed_rhythm.due_of(settings.feed, intake, rhythm, as_of)
    faults = [
        *overdue(settings.feed, intake, as_of, due),
        *feed_faults(settings, intake, history.acknowledged_on, as_of, weighed.streams),
        *feed_health.vanished(findings.losses, as_of),
        *rekeyed.faults(weighed.pairs, weighed.active, history.acknowledged_on),
    ]
    return Evaluation(
        intake=intake,
        counts=weighed.counts,
        assessed=assessed,
        streams=weighed.streams,
        history=of_the_date,
        plan=planned,
        liaison_of=roster.liaison_of,
        faults=faults,
        findings=findings,
        prefer=settings.digest.prefer,
        due_by=due,
        asked_closures=weighed.asked_closures,
        hazard=weighed.hazard,
        alerts=weighed.alerts,
        known_before=weighed.known_before,
    )


def explain(
    settings: Settings,
    weighed: Weighed,
    history: History,
    likely: Mapping[str, Lookalike] | None = None,
) -> tuple[Assessed, Findings]:
    """The assessments by the thresholds of `settings`, and what explains their falls."""
    as_of = weighed.cadence.as_of
    assessed = weighed.assessed(settings)
    unread = known_by(weighed.intake.reading.unread, as_of)
    missing = losses(history.weekly, weighed.counts, as_of)
    doubted = doubts(assessed, settings.drift, weighed.surroundings, unread, missing)
    assessed = watched(assessed, doubted)
    lookalikes = dict(weighed.lookalikes(assessed) if likely is None else likely)
    unsaid = [
        pair
        for pair in weighed.pairs
        if not (pair.old_id in lookalikes and lookalikes[pair.old_id].explains)
    ]
    lookalikes |= rekeyed.explained([p for p in unsaid if p.old_id in assessed.frame.index])
    findings = Findings(
        lookalikes=lookalikes,
        doubts=doubted,
        uncounted=uncounted(unread, missing),
        losses=missing,
        together=weighed.together,
    )
    return assessed, findings


def with_parts(settings: Settings, evaluation: Evaluation) -> Evaluation:
    """The evaluation with the parts of practices that leave, and with who goes down slowly. The
    messages tell of them; nobody is listed because of them."""
    names, findings = evaluation.intake.provider_names, evaluation.findings
    parts, taken_over = leaving(evaluation.assessed, evaluation.counts, names, settings.drift)
    likely = {**taken_over, **findings.lookalikes}
    findings = replace(
        findings,
        parts={key: part for key, part in parts.items() if not _has_moved(likely.get(key), part)},
        lookalikes=likely,
        slow=slowly_down(evaluation.assessed),
    )
    return replace(evaluation, findings=findings)


def _has_moved(like: Lookalike | None, part: Part) -> bool:
    """Whether it is known where the part that leaves goes on."""
    if like is None:
        return False
    return like.kind in (Cause.RENAMED, Cause.MERGED) or (
        like.kind == Cause.MOVED and part.kind == PartKind.PROVIDER
    )


def _to_list(assessed: Assessed, intake: Intake, history: History) -> Assessed:
    """The assessment by which check-ins open; none does where no period is new since."""
    if intake.period is None or intake.newest is None or history.newest is None:
        return assessed
    if intake.newest > history.newest:
        return assessed
    return replace(assessed, thresholds=replace(assessed.thresholds, alert=Level(NEVER)))
