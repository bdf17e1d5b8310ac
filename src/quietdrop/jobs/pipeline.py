"""Sources to digests for one date. Records nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from quietdrop import ingest
from quietdrop.checkins.history import Memory
from quietdrop.config import Settings
from quietdrop.domain.errors import SourceError
from quietdrop.evaluation.evaluate import decide, prepare
from quietdrop.lib.urls import masked
from quietdrop.messages.compose import Judged, tell_of

Progress = Callable[[str], None]


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
