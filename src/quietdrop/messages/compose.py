"""An evaluation in words: the table, a digest a liaison, a summary a manager."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pandas as pd

from quietdrop.checkins.plan import Plan
from quietdrop.config import Settings
from quietdrop.config.remembered import changes_since
from quietdrop.detection.assess import Assessed
from quietdrop.domain.days import EPOCH
from quietdrop.domain.digest import Digest, Summary
from quietdrop.domain.headlines import NO_HEADLINES, Headlines
from quietdrop.domain.intake import Intake
from quietdrop.domain.quarter import Quarter
from quietdrop.evaluation.assignments import without_a_liaison
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.visit_plan import NOTHING_PLANNED, VisitPlan, visit_plan
from quietdrop.lib.holidays import public_holidays
from quietdrop.messages import assessment_table, digest
from quietdrop.messages import summary as summary_module
from quietdrop.messages.sections import with_sections
from quietdrop.messages.track_record import track_record
from quietdrop.messages.uncounted import closure_questions, data_lines, with_doubts, with_gone
from quietdrop.messages.visits import aging, with_visits
from quietdrop.messages.wording import summary
from quietdrop.messages.wording.phrasebook import Phrase, phrase_book
from quietdrop.messages.wording.quarter import facts
from quietdrop.messages.wording.settings import changed
from quietdrop.reporting import oversight
from quietdrop.reporting.headlines import headlines
from quietdrop.reporting.quarter import has_just_ended, quarter


@dataclass(frozen=True)
class Briefing:
    """A decided date in words, with nothing recorded yet."""

    evaluation: Evaluation
    table: pd.DataFrame
    digests: list[Digest]
    summaries: list[Summary]
    ended: Quarter | None = None  # the last quarter, where the summaries tell of it
    visits: VisitPlan = NOTHING_PLANNED
    headlines: Headlines = NO_HEADLINES  # the week's, for the overview

    def good_news(self) -> dict[str, str]:
        """What the digests tell with pleasure, by practice."""
        lines = (
            line for each in self.digests for line in (*each.came_back, *each.thanks, *each.growing)
        )
        return {line.practice_id: line.text for line in lines if line.practice_id}

    @property
    def intake(self) -> Intake:
        return self.evaluation.intake

    @property
    def assessed(self) -> Assessed:
        return self.evaluation.assessed

    @property
    def plan(self) -> Plan:
        return self.evaluation.plan


def compose(settings: Settings, evaluation: Evaluation) -> Briefing:
    """The decisions in words: the table, a digest a liaison, a summary a manager."""
    frame = table_of(evaluation)
    recipients = sorted({email for email in evaluation.liaison_of.values() if email})
    theirs = dict(iter(frame.groupby("liaison", sort=False)))
    nobody = frame.iloc[:0]
    book = book_of(settings)
    how_right = track_record(oversight.judged(evaluation))
    visits = visit_plan(evaluation, settings)
    digests = [
        with_sections(
            evaluation,
            with_gone(
                digest.digest(evaluation, theirs.get(recipient, nobody), recipient, how_right),
                evaluation,
            ),
            book,
        )
        for recipient in recipients
    ]
    most = settings.visits.most_listed
    digests = [with_visits(evaluation, each, visits, most) for each in digests]
    between = evaluation.plan.between
    digests = [
        digest.since_the_digest(evaluation, each) if each.recipient in between else each
        for each in digests
    ]
    history = evaluation.history
    just_ended = has_just_ended(evaluation.as_of)
    ended = last_quarter(settings, evaluation, frame) if just_ended else None
    news = tuple(facts(ended)) if ended else ()
    unassigned = tuple(
        (email, summary.needs_a_home(number))
        for email, number in without_a_liaison(settings, evaluation.intake, evaluation.as_of)
    )
    left = headlines(evaluation, frame)
    summaries = [
        replace(
            summary_module.summary(evaluation, frame, manager, recipients),
            numbers=summary_module.numbers_of(evaluation, left),
            track_record=how_right,
            closures=closure_questions(evaluation),
            quarter=news,
            data=data_lines(evaluation),
            unlisted_liaisons=unassigned,
            promises=aging(evaluation),
            settings=tuple(map(changed, changes_since(history.settings, settings))),
            settings_since=history.settings_of,
        )
        for manager in settings.digest.managers
    ]
    return Briefing(evaluation, frame, digests, summaries, ended, visits, left)


def book_of(settings: Settings) -> dict[str, Phrase]:
    """The phrase book, with the words that the config's own one puts in place of ours."""
    return phrase_book(Path(settings.digest.phrases) if settings.digest.phrases else None)


def table_of(evaluation: Evaluation) -> pd.DataFrame:
    """Every practice's assessment in the contract's columns."""
    return with_doubts(assessment_table.table(evaluation), evaluation)


def last_quarter(settings: Settings, evaluation: Evaluation, table: pd.DataFrame) -> Quarter | None:
    """The last calendar quarter that was over by then; None where the data begin after it.
    `table` is that of the date."""
    place, counts = settings.calendar, evaluation.counts
    first = EPOCH + timedelta(days=int(counts["day"].min()))
    as_of = evaluation.as_of
    return quarter(
        evaluation, table, public_holidays(place.country, place.subdivision, first, as_of)
    )
