"""One as-of date, from what was read to the plan. Records nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from quietdrop.checkins.history import History, history_as_of
from quietdrop.checkins.joining import joined
from quietdrop.checkins.plan import plan
from quietdrop.checkins.touches import unresolved
from quietdrop.config import Settings
from quietdrop.detection.assess import Assessed
from quietdrop.detection.thresholds import Level
from quietdrop.domain.findings import Lookalike, Part
from quietdrop.domain.intake import Intake
from quietdrop.domain.promise import with_new
from quietdrop.evaluation import feed_health, feed_rhythm
from quietdrop.evaluation.assignments import assign_covers, assignments, covered_by
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
    intake, cadence, as_of = weighed.intake, weighed.cadence, weighed.cadence.as_of
    history = joined(history, intake.identity, as_of)
    assessed = weighed.assessed(settings)
    unread = known_by(intake.reading.unread, as_of)
    missing = losses(history.weekly, weighed.counts, as_of)
    doubted = doubts(assessed, settings.drift, weighed.surroundings, unread, missing)
    assessed = watched(assessed, doubted)
    explained = dict(weighed.lookalikes(assessed) if likely is None else likely)
    pairs = weighed.pairs
    unsaid = [p for p in pairs if not (p.old_id in explained and explained[p.old_id].explains)]
    explained |= rekeyed.explained([p for p in unsaid if p.old_id in assessed.frame.index])
    history = replace(
        history,
        touches=(*history.touches, *intake.touches),
        promises=with_new(history.promises, intake.promises),
    )
    budgets = {
        email: liaison.budget
        for email, liaison in intake.liaisons.items()
        if liaison.budget is not None
    }
    asked = (c.practice_id for c in history.checkins if c.state == "open")
    complained = unresolved(history.touches, as_of)
    liaison_of, budgets = assign_covers(
        assignments(settings, intake, {*cadence.ids, *asked, *complained}),
        budgets,
        settings.digest.budget,
        covered_by(intake.liaisons, as_of),
    )
    planned = plan(
        _to_list(assessed, intake, history),
        intake.practices,
        history,
        budgets=budgets,
        default_budget=settings.digest.budget,
        liaison_of=liaison_of,
        prefer=settings.digest.prefer,
        explained={key: like.kind for key, like in explained.items() if like.explains},
        uncounted=uncounted(unread, missing),
        doubted=doubted,
        holdout_share=settings.digest.holdout_share,
        holdout_seed=settings.digest.holdout_seed,
    )
    rhythm = feed_rhythm.rhythm_of(intake, history, as_of)
    due = feed_rhythm.due_of(settings.feed, intake, rhythm, as_of)
    faults = [
        *overdue(settings.feed, intake, as_of, due),
        *feed_faults(settings, intake, history.acknowledged_on, as_of, weighed.streams),
        *feed_health.vanished(missing, as_of),
        *rekeyed.faults(pairs, weighed.active, history.acknowledged_on),
    ]
    return Evaluation(
        intake,
        weighed.counts,
        assessed,
        weighed.streams,
        history_as_of(history, as_of),
        planned,
        liaison_of,
        faults,
        {},
        explained,
        doubted,
        missing,
        settings.digest.prefer,
        due,
        weighed.asked_closures,
        weighed.together,
        weighed.hazard,
        weighed.known,
    )


def with_parts(settings: Settings, evaluation: Evaluation) -> Evaluation:
    """The evaluation with the parts of practices that leave, and with who goes down slowly. The
    messages tell of them; nobody is listed because of them."""
    names, explained = evaluation.intake.provider_names, evaluation.lookalikes
    parts, taken_over = leaving(evaluation.assessed, evaluation.counts, names, settings.drift)
    likely = taken_over | explained
    return replace(
        evaluation,
        parts={k: part for k, part in parts.items() if not _has_moved(likely.get(k), part)},
        lookalikes=likely,
        slow=slowly_down(evaluation.assessed),
    )


def _has_moved(like: Lookalike | None, part: Part) -> bool:
    """Whether it is known where the part that leaves goes on."""
    if like is None:
        return False
    return like.kind in ("renamed", "merged") or (like.kind == "moved" and part.kind == "provider")


def _to_list(assessed: Assessed, intake: Intake, history: History) -> Assessed:
    """The assessment by which check-ins open; none does where no period is new since."""
    if intake.period is None or intake.newest is None or history.newest is None:
        return assessed
    if intake.newest > history.newest:
        return assessed
    return replace(assessed, thresholds=replace(assessed.thresholds, alert=Level(NEVER)))
