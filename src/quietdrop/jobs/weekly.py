"""The weekly job, top to bottom: remember, brief, owe, record. Sending comes after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from quietdrop.config import Settings
from quietdrop.delivery.sender import give_up_stale
from quietdrop.domain.errors import QuietdropError, StoreError
from quietdrop.ingest.rejects import write_rejects
from quietdrop.jobs.history import remember
from quietdrop.jobs.occasion import Occasion
from quietdrop.jobs.owed import owed_by
from quietdrop.jobs.pipeline import brief
from quietdrop.jobs.recording import OpenRun, record
from quietdrop.jobs.run_summary import mark_of
from quietdrop.lib.progress import Progress, silent
from quietdrop.messages.compose import Briefing
from quietdrop.store import Store, run_lock
from quietdrop.store.retry import with_retries

__all__ = ["Occasion", "Report", "ReportState", "run"]


class ReportState(StrEnum):
    """What became of a run, as its caller reads it."""

    DONE = "done"
    HELD = "held"  # its digests wait for a manager: the feed looked broken
    UNCHANGED = "unchanged"  # the data and the settings are those of the date's last run


@dataclass(frozen=True)
class Report:
    """What one run did. `held` gives the reasons for which the digests were held back."""

    as_of: date
    state: ReportState
    briefing: Briefing | None
    owed: int = 0
    held: list[str] = field(default_factory=list)
    run_id: int | None = None


def run(settings: Settings, store: Store, on: Occasion, tell: Progress = silent) -> Report:
    """The weekly job, once.

    The same as-of date again sends nothing twice: where nothing changed nothing happens, else
    a new revision of the assessments is recorded. RunBusy where another process is at it.
    """
    with _begun(store, on) as this_run:
        give_up_stale(store, on.now)
        history = remember(store, settings, on.as_of)
        briefing = brief(settings, history, on.as_of, on.today, tell)
        write_rejects(settings.source.rejects, briefing.intake.rejects)
        faults = [] if on.force else briefing.evaluation.faults
        mark = mark_of(settings, briefing, on.live)
        if store.runs.done(on.as_of, mark) is not None and not faults:
            store.runs.withdraw(this_run.run_id)
            return Report(on.as_of, ReportState.UNCHANGED, briefing, run_id=this_run.run_id)
        owed = owed_by(settings, store, briefing, on, faults)
        number = with_retries(lambda: record(store, this_run, mark, briefing, owed))
    return Report(on.as_of, ReportState(owed.state), briefing, number, owed.faults, this_run.run_id)


@contextmanager
def _begun(store: Store, on: Occasion) -> Iterator[OpenRun]:
    """A run that no other process is at; whatever ends it early is recorded."""
    name = run_lock.LIVE_RUN if on.live else f"run for {on.as_of}"
    with run_lock.held(store, name, on.now) as claim:
        run_id = store.runs.begin(on.as_of, on.live, on.now)
        try:
            yield OpenRun(run_id, claim, on.now)
        except Exception as error:
            why = str(error) if isinstance(error, QuietdropError) else type(error).__name__
            with suppress(StoreError):
                store.runs.fail(run_id, why, on.now)
            raise
