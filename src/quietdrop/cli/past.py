"""What the commands that replay the past read for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quietdrop import ingest
from quietdrop.cli.app import recall
from quietdrop.cli.app import today as today_in
from quietdrop.cli.screen import progress
from quietdrop.config import Settings
from quietdrop.domain.checkin import Touch
from quietdrop.jobs.replay import Replay, mondays


@dataclass(frozen=True)
class Read:
    """What is replayed, and what the store knows to have been done."""

    replay: Replay
    touches: tuple[Touch, ...]


def read_past(of: Settings, first: date, last: date) -> Read:
    """Reads the sources and the store for the dates from `first` on, every 7th day to `last`."""
    today = today_in(of)
    history = recall(of, today)
    with progress() as tell:
        intake = ingest.as_spelled(of.source, today, today, history.register, tell)
    return Read(Replay(intake, tuple(mondays(first, last)), history.register), history.touches)
