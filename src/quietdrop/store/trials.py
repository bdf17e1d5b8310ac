"""Rehearsals and proposals that managers ask for: one at a time, kept for thirty days."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.trial import Trial, TrialState
from quietdrop.lib.process_identity import parse_identity
from quietdrop.store import tables
from quietdrop.store.audit import add_line
from quietdrop.store.database import Part

TRIAL = tables.trial.c
KEPT = timedelta(days=30)
STARTING = timedelta(minutes=1)  # in which a process names itself
THE_ONE = 1  # value of `slot` while running; it is unique, and none after that
LOST = "quietdrop was started again"
SHORT = [column for column in tables.trial.c if column.name != "report"]


class Trials(Part):
    """Beginning, watching and ending rehearsals."""

    def begin(
        self,
        who: str,
        changes: Mapping[str, str],
        now: datetime,
        worker: str = "",
        budget: float | None = None,
    ) -> int | None:
        """Keeps a new rehearsal or proposal as running.

        Args:
            who: Who asks for it.
            changes: The settings to rehearse; a proposal has none.
            now: The time.
            worker: The process that begins it, until the one that does it has named itself.
            budget: Of a proposal, the most check-ins a liaison and week.

        Returns:
            Its id; None where one is running already.
        """
        values = {
            "asked_by": who,
            "asked_at": now,
            "changes": json.dumps(dict(changes)),
            "budget": budget,
            "state": TrialState.running,
            "slot": THE_ONE,
            "worker": worker,
            "weeks_done": 0,
            "weeks": 0,
            "detail": "",
        }
        try:
            with self._database.begin(but=IntegrityError) as conn:
                conn.execute(sa.delete(tables.trial).where(TRIAL.asked_at < now - KEPT))
                inserted = conn.execute(sa.insert(tables.trial).values(values))
                detail = ", ".join(f"{key} = {value}" for key, value in changes.items())
                if budget is not None:
                    detail = f"a proposal for a budget of {budget:g}"
                add_line(conn, Actor(who, now).did(AuditAction.TRIED, "", detail))
        except IntegrityError:
            return None
        key = inserted.inserted_primary_key
        return None if key is None else int(key[0])

    def get(self, number: int, now: datetime) -> Trial | None:
        """One rehearsal with its report; None where there is none, or it is too old."""
        wanted = sa.select(tables.trial).where(TRIAL.id == number, TRIAL.asked_at >= now - KEPT)
        with self._database.read() as conn:
            row = conn.execute(wanted).one_or_none()
        return None if row is None else _trial(row._asdict(), now)

    def newest(self, now: datetime, most: int) -> list[Trial]:
        """The newest rehearsals without their reports."""
        wanted = sa.select(*SHORT).where(TRIAL.asked_at >= now - KEPT)
        with self._database.read() as conn:
            rows = conn.execute(wanted.order_by(TRIAL.id.desc()).limit(most)).all()
        return [_trial(row._asdict(), now) for row in rows]

    def name_worker(self, number: int, worker: str) -> bool:
        """Records which process runs it. Returns whether it is still wanted."""
        return self._change_running(number, {"worker": worker})

    def move(self, number: int, done: int, weeks: int) -> bool:
        """Records its progress. Returns whether it is still wanted."""
        return self._change_running(number, {"weeks_done": done, "weeks": weeks})

    def end(
        self, number: int, state: TrialState, detail: str = "", report: str | None = None
    ) -> bool:
        """Ends a running rehearsal; a finished one stays as it is. Returns whether it was
        running."""
        kept = None if report is None else zlib.compress(report.encode())
        values = {"state": state, "slot": None, "detail": detail, "report": kept}
        return self._change_running(number, values)

    def cancel_lost(self, now: datetime) -> int:
        """Marks rehearsals as cancelled whose process is gone. Returns how many."""
        wanted = sa.select(TRIAL.id, TRIAL.worker, TRIAL.asked_at).where(
            TRIAL.state == TrialState.running
        )
        with self._database.read() as conn:
            rows = conn.execute(wanted).all()
        lost = [row.id for row in rows if _is_lost(row.worker, row.asked_at, now)]
        return sum(self.end(number, TrialState.cancelled, LOST) for number in lost)

    def _change_running(self, number: int, values: Mapping[str, object]) -> bool:
        wanted = TRIAL.id == number, TRIAL.state == TrialState.running
        with self._database.begin() as conn:
            changed = conn.execute(sa.update(tables.trial).where(*wanted).values(values))
        return changed.rowcount == 1


def _is_lost(worker: str, asked_at: datetime, now: datetime) -> bool:
    """Whether the process of a running rehearsal is gone, as far as can be known."""
    process = parse_identity(worker)
    return process.is_dead if process else asked_at < now - STARTING


def _trial(row: Mapping[str, Any], now: datetime) -> Trial:
    """A lost rehearsal reads as cancelled even before it is marked so."""
    values = {name: row[name] for name in Trial.__dataclass_fields__ if name in row}
    report = values.get("report")
    values["changes"] = json.loads(row["changes"])
    values["state"] = TrialState(row["state"])
    if values["state"] is TrialState.running and _is_lost(row["worker"], row["asked_at"], now):
        values |= {"state": TrialState.cancelled, "detail": LOST}
    values["report"] = None if report is None else zlib.decompress(report).decode()
    return Trial(**values)
