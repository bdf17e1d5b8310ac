"""A run put on record: everything it says and owes, in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.engine import Connection

from quietdrop.jobs.owed import Owed
from quietdrop.jobs.run_summary import figures
from quietdrop.messages.compose import Briefing
from quietdrop.store import RunRow, Store, run_lock
from quietdrop.store.runs import FINISHED, RunEnd


@dataclass(frozen=True)
class OpenRun:
    """A run that has begun: its row, and the claim that no other is at it."""

    run_id: int
    claim: run_lock.RunLock
    now: datetime


def record(store: Store, run: OpenRun, mark: str, briefing: Briefing, owed: Owed) -> int:
    """Records a run, and gives up what is too old. Out: how many messages it owes. RunBusy where
    the claim was lost.

    Args:
        store: Where it is recorded.
        run: The run that has begun.
        mark: What changes when the data or the settings do.
        briefing: What it says.
        owed: What it records beside that.
    """
    run_id, as_of = run.run_id, briefing.evaluation.as_of
    if store.runs.state_of(run_id) in FINISHED:  # only our word that it had worked was lost
        return sum(message.run_id == run_id for message in store.outbox.messages())
    last = store.runs.last_finished(as_of - timedelta(days=1))
    with store.begin() as conn:
        run.claim.end(conn)
        store.spellings.join(conn, owed.keys, as_of)
        store.runs.record_assessments(conn, run_id, briefing.table)
        number = sum(store.outbox.owe(conn, run_id, mail, run.now) for mail in owed.mails)
        for checkin in owed.checkins:
            store.checkins.keep(conn, checkin)
        if owed.liaisons is not None:
            store.promises.save_new(conn, briefing.intake.promises)
            store.calendar_feeds.end_others(conn, owed.liaisons)
            events = _Events(store, conn, run.now, owed.to_others)
            events.note(briefing, owed, last)
        if owed.cards:
            store.cards.save(conn, owed.cards)
            store.book.save(conn, owed.book)
            store.touches.save_listed_gifts(conn, briefing.intake.touches)
        if owed.quarter is not None:
            store.quarters.save(conn, owed.quarter)
        if owed.weekly is not None:
            store.weekly_counts.save(conn, owed.weekly, owed.prune_before or date.min)
        end = RunEnd(owed.state, mark, _summary(briefing, owed))
        store.runs.finish(conn, run_id, end, run.now)
        if owed.prune_before is not None:
            store.retention.prune(conn, owed.prune_before)
    return number


def _summary(briefing: Briefing, owed: Owed) -> dict[str, object]:
    """What the run's row says of it."""
    summary = figures(briefing) | {"decisions": dict(Counter(owed.decisions.values()))}
    summary |= {"headlines": asdict(briefing.headlines)}
    return summary | ({"settings": owed.settings} if owed.settings else {})


@dataclass(frozen=True)
class _Events:
    """Where what becomes of check-ins is noted."""

    store: Store
    conn: Connection
    now: datetime
    to_others: bool

    def note(self, briefing: Briefing, owed: Owed, last: RunRow | None) -> None:
        """What this run tells, and what ended since the last one."""
        as_of, announced = briefing.evaluation.as_of, set(owed.checkins)
        opened = [checkin for checkin in briefing.plan.opened if checkin in announced]
        worse = [checkin for checkin in briefing.plan.worse if checkin in announced]
        since = last.as_of if last else as_of
        events, conn = self.store.events, self.conn
        events.note_opened(conn, opened, as_of, self.now, owed=self.to_others)
        events.note_worsened(conn, worse, as_of, self.now, owed=self.to_others)
        events.note_closed(conn, since, self.now, owed=self.to_others)
