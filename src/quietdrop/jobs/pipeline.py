"""Sources to digests for one date. Records nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from quietdrop import ingest
from quietdrop.checkins.history import History
from quietdrop.config import Settings
from quietdrop.domain.errors import SourceError
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.weigh import prepare
from quietdrop.lib.urls import masked
from quietdrop.messages.compose import Briefing, compose

Progress = Callable[[str], None]


def brief(
    settings: Settings, history: History, as_of: date, today: date, tell: Progress
) -> Briefing:
    """Everything up to the digests, recording nothing.

    `history` is what was told before; `today` says which dates lie in the future. Errors:
    SourceError where nothing usable was read.
    """
    tell("Reading referrals")
    intake = ingest.read(settings.source, as_of, today, history.register)
    if intake.counts.empty:
        raise SourceError(
            f"{masked(settings.source.referrals)}: no usable referral before {as_of}; "
            f"{intake.rows_read} rows read, rejected: {intake.rejected()}"
        )
    tell("Judging every practice")
    evaluation = evaluate(settings, intake, prepare(intake.counts), history, as_of)
    tell("Writing digests")
    return compose(settings, evaluation)
