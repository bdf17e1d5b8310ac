"""What the commands that replay the past read for it."""

from __future__ import annotations

from datetime import date

from quietdrop.cli.app import recall
from quietdrop.cli.app import today as today_in
from quietdrop.cli.screen import progress
from quietdrop.config import Settings
from quietdrop.jobs import past
from quietdrop.jobs.past import Read


def read_past(of: Settings, first: date, last: date) -> Read:
    """Reads the sources and the store for the dates from `first` on, every 7th day to `last`."""
    today = today_in(of)
    history = recall(of, today)
    with progress() as tell:
        return past.read_past(of, history, (first, last), today, tell)
