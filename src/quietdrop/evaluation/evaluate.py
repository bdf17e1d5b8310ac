"""One as-of date, from what was read to the plan. Records nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from quietdrop.checkins.history import History, history_as_of
from quietdrop.checkins.joining import joined
from quietdrop.checkins.plan import plan
from quietdrop.checkins.touches import unresolved
from quietdrop.config import Settings
from quietdrop.detection.aggregates import BY_REFERRAL, Stream, watch
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.circumstances import circumstances
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.weekly_counts import Events, events, weekly
from quietdrop.domain.findings import Lookalike, Part
from quietdrop.domain.intake import Intake, known_on
from quietdrop.evaluation import feed_health
from quietdrop.evaluation.assignments import assign_covers, assignments, covered_by
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.unread_rows import doubts, known_by, uncounted, watched
from quietdrop.evaluation.vanished_rows import losses
from quietdrop.findings import rekeyed
from quietdrop.findings.explanations import lookalikes
from quietdrop.findings.segments import leaving
from quietdrop.lib.holidays import public_holidays

NEVER = 2.0  # no probability reaches it


@dataclass(frozen=True)
class Prepared:
    """The counts as events: of every practice, and of the large streams that cut across them."""

    practices: Events
    across: Mapping[str, Events]


def prepare(counts: pd.DataFrame) -> Prepared:
    """The counts of an Intake as events, once for any number of as-of dates."""
    across = {kind: events(counts, kind) for kind in BY_REFERRAL if kind in counts}
    return Prepared(events(counts), across)


def evaluate(
    settings: Settings, intake: Intake, prepared: Prepared, history: History, as_of: date
) -> Evaluation:
    """From what was read to who is told. `intake` may know more than `as_of` did; the events
    that were not known then are left out here."""
    history = joined(history, intake.identity, as_of)
    cadence = weekly(prepared.practices, as_of)
    place = settings.calendar
    holidays = public_holidays(place.country, place.subdivision, cadence.week_start(0), as_of)
    surroundings = circumstances(
        cadence, prepared.practices, intake.counts, intake.closures, holidays, history.seen
    )
    if intake.period is not None:  # a period comes whole: no week of it is late
        surroundings = replace(surroundings, arrived=None)
    assessed = assess(cadence, settings.drift, surroundings)
    counts = known_on(intake.counts, as_of)
    unread = known_by(intake.reading.unread, as_of)
    missing = losses(history.weekly, counts, as_of)
    doubted = doubts(assessed, settings.drift, surroundings, unread, missing)
    assessed = watched(assessed, doubted)
    streams = watch(
        cadence,
        assessed.pool,
        prepared.across,
        intake.practices,
        settings.drift,
        intake.closures,
    )
    parts, likely = _what_else(settings, intake, assessed, counts, surroundings)
    pairs, active = rekeyed.rekeyed(counts, intake.practices, as_of)
    unsaid = [p for p in pairs if not (p.old_id in likely and likely[p.old_id].explains)]
    likely |= rekeyed.explained([p for p in unsaid if p.old_id in assessed.frame.index])
    history = replace(history, touches=(*history.touches, *intake.touches))
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
        assessed,
        intake.practices,
        history,
        alert_probability=_alert(settings, intake, history),
        budgets=budgets,
        default_budget=settings.digest.budget,
        liaison_of=liaison_of,
        prefer=settings.digest.prefer,
        explained={key: like.kind for key, like in likely.items() if like.explains},
        uncounted=uncounted(unread, missing),
        doubted=doubted,
        holdout_share=settings.digest.holdout_share,
        holdout_seed=settings.digest.holdout_seed,
    )
    faults = [
        *feed_faults(settings, intake, as_of, streams, history.acknowledged_on),
        *feed_health.vanished(missing, as_of),
        *rekeyed.faults(pairs, active, history.acknowledged_on),
    ]
    return Evaluation(
        intake,
        counts,
        assessed,
        streams,
        history_as_of(history, as_of),
        planned,
        liaison_of,
        faults,
        parts,
        likely,
        doubted,
        missing,
        settings.drift.alert_probability,
        settings.digest.prefer,
    )


def _what_else(
    settings: Settings,
    intake: Intake,
    assessed: Assessed,
    counts: pd.DataFrame,
    surroundings: Circumstances,
) -> tuple[dict[str, Part], dict[str, Lookalike]]:
    """By practice, the part of it that leaves, and what looks like a drift and likely is none."""
    names = intake.provider_names
    parts, taken_over = leaving(assessed, counts, names, settings.drift)
    explained = lookalikes(assessed, counts, intake.practices, names, surroundings.open_share)
    likely = taken_over | explained
    return {k: part for k, part in parts.items() if not _has_moved(likely.get(k), part)}, likely


def _has_moved(like: Lookalike | None, part: Part) -> bool:
    """Whether it is known where the part that leaves goes on."""
    if like is None:
        return False
    return like.kind in ("renamed", "merged") or (like.kind == "moved" and part.kind == "provider")


def feed_faults(
    settings: Settings,
    intake: Intake,
    as_of: date,
    streams: Iterable[Stream] = (),
    acknowledged: date | None = None,
) -> list[str]:
    """Why the feed looks broken; empty where it does not."""
    return [
        *feed_health.stale(intake.newest, as_of, settings.feed.max_age_days, intake.period),
        *feed_health.too_many_rejects(intake, settings.feed.max_reject_share),
        *feed_health.fallen(streams, as_of, acknowledged),
        *feed_health.silent_sources(intake.by_source, as_of, acknowledged),
    ]


def _alert(settings: Settings, intake: Intake, history: History) -> float:
    """From which probability on check-ins open; none does where no period is new since."""
    if intake.period is None or intake.newest is None or history.newest is None:
        return settings.drift.alert_probability
    return settings.drift.alert_probability if intake.newest > history.newest else NEVER
