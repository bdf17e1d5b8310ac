"""One as-of date judged and decided, from what was read to the digests; nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from quietdrop import feed, ingest, telling
from quietdrop.assess import Assessed, assess
from quietdrop.cadence import EPOCH, Events, events, weekly
from quietdrop.chances import circumstances
from quietdrop.checkins import Memory, Plan, as_of_memory, plan
from quietdrop.config import Settings
from quietdrop.cover import covered_by, with_covers
from quietdrop.decided import Decided
from quietdrop.digest import quarter_words, section_words, words
from quietdrop.errors import SourceError
from quietdrop.flows import known_on
from quietdrop.lookalikes import lookalikes
from quietdrop.model import Circumstances, Intake, Lookalike, Part
from quietdrop.parts import leaving
from quietdrop.phrases import Phrase, phrase_book
from quietdrop.public_holidays import public_holidays
from quietdrop.quarter import has_just_ended, quarter
from quietdrop.reports import Quarter
from quietdrop.sections import with_sections
from quietdrop.streams import BY_REFERRAL, Stream, watch
from quietdrop.told import Digest, Summary
from quietdrop.urls import masked

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
    intake = ingest.read(settings.source, as_of, today)
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
    cadence = weekly(prepared.practices, as_of)
    place = settings.calendar
    holidays = public_holidays(place.country, place.subdivision, cadence.week_start(0), as_of)
    surroundings = circumstances(
        cadence, prepared.practices, intake.counts, intake.closures, holidays, memory.seen
    )
    assessed = assess(cadence, settings.drift, surroundings)
    streams = watch(
        cadence,
        assessed.pool,
        prepared.across,
        intake.practices,
        settings.drift,
        intake.closures,
    )
    counts = known_on(intake.counts, as_of)
    parts, likely = _what_else(settings, intake, assessed, counts, surroundings)
    memory = replace(memory, touches=(*memory.touches, *intake.touches))
    budgets = {
        email: liaison.budget
        for email, liaison in intake.liaisons.items()
        if liaison.budget is not None
    }
    liaison_of, budgets = with_covers(
        assignments(settings, intake, cadence.ids),
        budgets,
        settings.digest.budget,
        covered_by(intake.liaisons, as_of),
    )
    decided = plan(
        assessed,
        intake.practices,
        memory,
        alert_probability=settings.drift.alert_probability,
        budgets=budgets,
        default_budget=settings.digest.budget,
        liaison_of=liaison_of,
        prefer=settings.digest.prefer,
        explained={key: like.kind for key, like in likely.items() if like.explains},
        holdout_share=settings.digest.holdout_share,
        holdout_seed=settings.digest.holdout_seed,
    )
    faults = feed_faults(settings, intake, as_of, streams, memory.acknowledged_on)
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
        with_sections(
            decided, telling.digest(decided, frame, recipient, words), book, section_words
        )
        for recipient in recipients
    ]
    just_ended = has_just_ended(decided.assessed.cadence.as_of)
    ended = last_quarter(settings, decided, frame) if just_ended else None
    news = tuple(quarter_words.facts(ended)) if ended else ()
    summaries = [
        replace(telling.summary(decided, frame, manager, recipients, words), quarter=news)
        for manager in settings.digest.managers
    ]
    return Judged(decided, frame, digests, summaries, ended)


def book_of(settings: Settings) -> dict[str, Phrase]:
    """The phrase book, with the words that the config's own one puts in place of ours."""
    return phrase_book(Path(settings.digest.phrases) if settings.digest.phrases else None)


def table_of(decided: Decided) -> pd.DataFrame:
    """Every practice's assessment in the contract's columns."""
    return telling.table(decided, words)


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


def feed_faults(
    settings: Settings,
    intake: Intake,
    as_of: date,
    streams: Iterable[Stream] = (),
    acknowledged: date | None = None,
) -> list[str]:
    """Why the feed looks broken; empty where it does not."""
    return [
        *feed.stale(intake.newest, as_of, settings.feed.max_age_days),
        *feed.too_many_rejects(intake, settings.feed.max_reject_share),
        *feed.fallen(streams, as_of, acknowledged),
        *feed.silent_sources(intake.by_source, as_of, acknowledged),
    ]
