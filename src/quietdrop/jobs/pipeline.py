"""Sources to digests for one date. Records nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from quietdrop import ingest
from quietdrop.checkins.history import History
from quietdrop.config import Settings
from quietdrop.domain.errors import SourceError
from quietdrop.domain.words import as_categories
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.weigh import prepare
from quietdrop.lib.progress import Progress
from quietdrop.lib.reader import decimal, full_day
from quietdrop.lib.urls import masked
from quietdrop.messages.compose import Briefing, compose


def brief(
    settings: Settings, history: History, as_of: date, today: date, tell: Progress
) -> Briefing:
    """Everything up to the digests, recording nothing.

    `history` is what was told before; `today` says which dates lie in the future. Errors:
    SourceError where nothing usable was read.
    """
    tell("Reading referrals")
    intake = ingest.read(settings.source, as_of, today, history.register, tell)
    if intake.counts.empty:
        raise SourceError(
            f"{masked(settings.source.referrals)}: no usable referral before {full_day(as_of)}; "
            f"{decimal(intake.rows_read)} rows read, rejected: {intake.rejected()}"
        )
    intake = replace(intake, counts=as_categories(intake.counts))
    practices = int(intake.counts["practice_id"].nunique())
    tell(f"Judging {decimal(practices)} practices")
    evaluation = evaluate(settings, intake, prepare(intake.counts), history, as_of)
    tell("Writing digests")
    return compose(settings, evaluation)
