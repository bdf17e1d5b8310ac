"""One as-of date judged and decided, from what was read to the digests; nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from quietdrop import ingest
from quietdrop.checkins.joining import joined
from quietdrop.checkins.plan import Memory, Plan, as_of_memory, plan
from quietdrop.config import Settings
from quietdrop.detection.aggregates import BY_REFERRAL, Stream, watch
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.circumstances import circumstances
from quietdrop.detection.weekly_counts import EPOCH, Events, events, weekly
from quietdrop.domain.digest import Digest, Summary
from quietdrop.domain.directory import Circumstances, Intake, Lookalike, Part
from quietdrop.domain.errors import SourceError
from quietdrop.domain.outcomes import unresolved
from quietdrop.domain.reports import Quarter
from quietdrop.evaluation import feed_health
from quietdrop.evaluation.assignments import covered_by, unlisted_liaisons, with_covers
from quietdrop.evaluation.evaluation import Decided
from quietdrop.evaluation.unread_rows import doubts, known_by, uncounted, watched
from quietdrop.evaluation.vanished_rows import losses
from quietdrop.findings import rekeyed
from quietdrop.findings.explanations import lookalikes
from quietdrop.findings.provider_flows import known_on
from quietdrop.findings.segments import leaving
from quietdrop.lib.holidays import public_holidays
from quietdrop.lib.urls import masked
from quietdrop.messages import digest
from quietdrop.messages.sections import with_sections
from quietdrop.messages.uncounted import data_lines, with_doubts, with_gone
from quietdrop.messages.wording import summary
from quietdrop.messages.wording.phrasebook import Phrase, phrase_book
from quietdrop.messages.wording.quarter import facts
from quietdrop.reporting.quarter import has_just_ended, quarter

NEVER = 2.0  # no probability reaches it
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """The counts as events: of every practice, and of the large streams that cut across them."""

    practices: Events
    across: Mapping[str, Events]


@dataclass(frozen=True)
class Judged:
    """A decided date in words, with nothing recorded yet."""

    decided: Decided
    table: pd.DataFrame
    digests: list[Digest]
    summaries: list[Summary]
    ended: Quarter | None = None  # the last quarter, where the summaries tell of it

    @property
    def intake(self) -> Intake:
        return self.decided.intake

    @property
    def assessed(self) -> Assessed:
        return self.decided.assessed

    @property
    def plan(self) -> Plan:
        return self.decided.plan


def prepare(counts: pd.DataFrame) -> Prepared:
    """The counts of an Intake as events, once for any number of as-of dates."""
    across = {kind: events(counts, kind) for kind in BY_REFERRAL if kind in counts}
    return Prepared(events(counts), across)


def judge(settings: Settings, memory: Memory, as_of: date, today: date, tell: Progress) -> Judged:
    """Everything up to the digests, recording nothing.

    `memory` is what was told before; `today` says which dates lie in the future. Errors:
    SourceError where nothing usable was read.
    """
    tell("Reading referrals")
    intake = ingest.read(settings.source, as_of, today, memory.register)
    if intake.counts.empty:
        raise SourceError(
            f"{masked(settings.source.referrals)}: no usable referral before {as_of}; "
            f"{intake.rows_read} rows read, rejected: {intake.rejected()}"
        )
    tell("Judging every practice")
    decided = decide(settings, intake, prepare(intake.counts), memory, as_of)
    tell("Writing digests")
    return tell_of(settings, decided)


def decide(
    settings: Settings, intake: Intake, prepared: Prepared, memory: Memory, as_of: date
) -> Decided:
    """From what was read to who is told. `intake` may know more than `as_of` did; the events
    that were not known then are left out here."""
    memory = joined(memory, intake.identity, as_of)
    cadence = weekly(prepared.practices, as_of)
    place = settings.calendar
    holidays = public_holidays(place.country, place.subdivision, cadence.week_start(0), as_of)
    surroundings = circumstances(
        cadence, prepared.practices, intake.counts, intake.closures, holidays, memory.seen
    )
    if intake.period is not None:  # a period comes whole: no week of it is late
        surroundings = replace(surroundings, arrived=None)
    assessed = assess(cadence, settings.drift, surroundings)
    counts = known_on(intake.counts, as_of)
    unread = known_by(intake.reading.unread, as_of)
    missing = losses(memory.weekly, counts, as_of)
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
    memory = replace(memory, touches=(*memory.touches, *intake.touches))
    budgets = {
        email: liaison.budget
        for email, liaison in intake.liaisons.items()
        if liaison.budget is not None
    }
    asked = (c.practice_id for c in memory.checkins if c.state == "open")
    complained = unresolved(memory.touches, as_of)
    liaison_of, budgets = with_covers(
        assignments(settings, intake, {*cadence.ids, *asked, *complained}),
        budgets,
        settings.digest.budget,
        covered_by(intake.liaisons, as_of),
    )
    decided = plan(
        assessed,
        intake.practices,
        memory,
        alert_probability=_alert(settings, intake, memory),
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
        *feed_faults(settings, intake, as_of, streams, memory.acknowledged_on),
        *feed_health.vanished(missing, as_of),
        *rekeyed.faults(pairs, active, memory.acknowledged_on),
    ]
    return Decided(
        intake,
        counts,
        assessed,
        streams,
        as_of_memory(memory, as_of),
        decided,
        liaison_of,
        faults,
        parts,
        likely,
        doubted,
        missing,
        settings.drift.alert_probability,
        settings.digest.prefer,
    )


def _alert(settings: Settings, intake: Intake, memory: Memory) -> float:
    """From which probability on check-ins open; none does where no period is new since."""
    if intake.period is None or intake.newest is None or memory.newest is None:
        return settings.drift.alert_probability
    return settings.drift.alert_probability if intake.newest > memory.newest else NEVER


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
    found = lookalikes(assessed, counts, intake.practices, names, surroundings.open_share)
    likely = taken_over | found
    return {k: part for k, part in parts.items() if not _has_moved(likely.get(k), part)}, likely


def _has_moved(like: Lookalike | None, part: Part) -> bool:
    """Whether it is known where the part that leaves goes on."""
    if like is None:
        return False
    return like.kind in ("renamed", "merged") or (like.kind == "moved" and part.kind == "provider")


def tell_of(settings: Settings, decided: Decided) -> Judged:
    """The decisions in words: the table, a digest a liaison, a summary a manager."""
    frame = table_of(decided)
    recipients = sorted({email for email in decided.liaison_of.values() if email})
    book = book_of(settings)
    digests = [
        with_sections(decided, with_gone(digest.digest(decided, frame, recipient), decided), book)
        for recipient in recipients
    ]
    between = decided.plan.between
    digests = [
        digest.since_the_digest(decided, each) if each.recipient in between else each
        for each in digests
    ]
    just_ended = has_just_ended(decided.assessed.cadence.as_of)
    ended = last_quarter(settings, decided, frame) if just_ended else None
    news = tuple(facts(ended)) if ended else ()
    unassigned = tuple(
        (email, summary.needs_a_home(number))
        for email, number in without_a_liaison(
            settings, decided.intake, decided.assessed.cadence.as_of
        )
    )
    summaries = [
        replace(
            digest.summary(decided, frame, manager, recipients),
            quarter=news,
            data=data_lines(decided),
            unlisted_liaisons=unassigned,
        )
        for manager in settings.digest.managers
    ]
    return Judged(decided, frame, digests, summaries, ended)


def book_of(settings: Settings) -> dict[str, Phrase]:
    """The phrase book, with the words that the config's own one puts in place of ours."""
    return phrase_book(Path(settings.digest.phrases) if settings.digest.phrases else None)


def table_of(decided: Decided) -> pd.DataFrame:
    """Every practice's assessment in the contract's columns."""
    return with_doubts(digest.table(decided), decided)


def last_quarter(settings: Settings, decided: Decided, table: pd.DataFrame) -> Quarter | None:
    """The last calendar quarter that was over by then; None where the data begin after it.
    `table` is that of the date."""
    place, counts = settings.calendar, decided.counts
    first = EPOCH + timedelta(days=int(counts["day"].min()))
    as_of = decided.assessed.cadence.as_of
    return quarter(decided, table, public_holidays(place.country, place.subdivision, first, as_of))


def assignments(settings: Settings, intake: Intake, ids: Iterable[str]) -> dict[str, str]:
    """Each practice's liaison: the directory's, else the default, else the first manager."""
    fallback = settings.digest.default_liaison or next(iter(settings.digest.managers), "")
    return {
        practice_id: intake.practice(practice_id).liaison or fallback
        for practice_id in {*ids, *intake.practices}
    }


def without_a_liaison(settings: Settings, intake: Intake, as_of: date) -> list[tuple[str, int]]:
    """Liaisons of the directory's practices whom the liaisons table lacks, with their number of
    practices; none where there is no such table. Whom the config names is known."""
    if settings.source.liaisons is None:
        return []
    named = {email.lower() for email in settings.digest.managers}
    named |= {(settings.digest.default_liaison or "").lower(), *intake.liaisons}
    return unlisted_liaisons(intake.practices.values(), named, as_of)


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
