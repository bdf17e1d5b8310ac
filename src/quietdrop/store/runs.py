"""Runs and the assessments that each of them made.

A run is `running` from its beginning; everything else it records comes in one transaction with its
end. A running run without a claim has died.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.domain.errors import StoreError
from quietdrop.store import tables
from quietdrop.store.database import Part, insert_all
from quietdrop.store.documents import Place
from quietdrop.store.run_summary import RunSummary, run_summary

if TYPE_CHECKING:
    import pandas as pd

DIED = "the process ended before the run did"
RACES = 10  # how often another run may take our revision number before we give up
RUN = tables.run.c
KEPT = [column for column in tables.assessment.columns if column.name != "run_id"]


class RunState(StrEnum):
    """How far a run has come."""

    RUNNING = "running"
    DONE = "done"
    HELD = "held"  # its digests wait for a manager: the feed looked broken
    FAILED = "failed"


FINISHED = (RunState.DONE, RunState.HELD)


class RunEnd(NamedTuple):
    """How a run ended."""

    state: RunState  # done or held
    fingerprint: str  # of the data and the settings: where it is the same, nothing is new
    summary: Mapping[str, object]  # as `run_summary` reads it again


@dataclass(frozen=True)
class RunRow:
    """One recorded pass of the weekly job."""

    id: int
    as_of: date
    revision: int
    live: bool
    state: RunState
    fingerprint: str
    started_at: datetime
    finished_at: datetime | None
    summary: RunSummary


class Runs(Part):
    """Recorded runs."""

    def begin(self, as_of: date, live: bool, now: datetime) -> int:
        """Records that a run began, as the date's next revision. Returns its id. StoreError.

        The caller holds the claim, so a run of the same kind that still counts as running has died
        and is marked as failed. A failed run of the same date is repeated.
        """
        for _ in range(RACES):
            try:
                with self._database.begin(but=IntegrityError) as conn:
                    return _begin(conn, as_of, live, now)
            except IntegrityError:
                continue
        raise StoreError(f"{as_of}: too many runs of this date began at once; try again.")

    def finish(self, conn: Connection, run_id: int, end: RunEnd, now: datetime) -> None:
        """Records how a run ended when `conn`'s transaction commits."""
        conn.execute(
            sa.update(tables.run).where(RUN.id == run_id).values(**end._asdict(), finished_at=now)
        )

    def fail(self, run_id: int, error: str, now: datetime) -> None:
        """Records that a run failed, and why. StoreError."""
        with self._database.begin() as conn:
            conn.execute(
                sa.update(tables.run)
                .where(RUN.id == run_id, RUN.state == RunState.RUNNING)
                .values(state=RunState.FAILED, summary={"error": error}, finished_at=now)
            )

    def withdraw(self, run_id: int) -> None:
        """Deletes a run that found nothing new. StoreError."""
        with self._database.begin() as conn:
            conn.execute(
                sa.delete(tables.run).where(RUN.id == run_id, RUN.state == RunState.RUNNING)
            )

    def state_of(self, run_id: int) -> RunState | None:
        """How far a run has come; None where there is no such run."""
        with self._database.read() as conn:
            state = conn.scalar(sa.select(RUN.state).where(RUN.id == run_id))
        return None if state is None else RunState(state)

    def last_finished(self, by: date) -> RunRow | None:
        """The latest live run up to that date that finished."""
        wanted = sa.select(tables.run).where(
            RUN.live == sa.true(), RUN.state.in_(FINISHED), RUN.as_of <= by
        )
        wanted = wanted.order_by(RUN.as_of.desc(), RUN.id.desc()).limit(1)
        return next(iter(self._runs(wanted)), None)

    def last(self, as_of: date | None = None, live: bool | None = None) -> RunRow | None:
        """The newest run in any state; only of that date or kind, if given."""
        wanted = sa.select(tables.run).order_by(RUN.id.desc()).limit(1)
        if as_of is not None:
            wanted = wanted.where(RUN.as_of == as_of)
        if live is not None:
            wanted = wanted.where(RUN.live == live)
        return next(iter(self._runs(wanted)), None)

    def live_before(self, as_of: date) -> bool:
        """Whether a live run finished before that date."""
        wanted = sa.select(tables.run).where(
            RUN.live == sa.true(), RUN.state == RunState.DONE, RUN.as_of < as_of
        )
        return bool(self._runs(wanted.limit(1)))

    def done(self, as_of: date, fingerprint: str | None = None) -> RunRow | None:
        """The date's newest finished run; the newest of that fingerprint, where given."""
        wanted = sa.select(tables.run).where(RUN.as_of == as_of, RUN.state == RunState.DONE)
        if fingerprint is not None:
            wanted = wanted.where(RUN.fingerprint == fingerprint)
        return next(iter(self._runs(wanted.order_by(RUN.revision.desc()).limit(1))), None)

    def newest(self, limit: int = 20) -> list[RunRow]:
        """The newest runs, the newest first."""
        return self._runs(sa.select(tables.run).order_by(RUN.id.desc()).limit(limit))

    def _runs(self, wanted: sa.Select[Any]) -> list[RunRow]:
        with self._database.read() as conn:
            return [self._run(row._mapping) for row in conn.execute(wanted)]

    def _run(self, row: Any) -> RunRow:
        remedy = f"To go on without it: UPDATE run SET summary = NULL WHERE id = {row['id']}."
        place = Place(self._database.url, RUN.summary, {"id": row["id"]}, remedy)
        return RunRow(
            **dict(row)
            | {"summary": place.read(row["summary"], run_summary), "state": RunState(row["state"])}
        )

    def record_assessments(self, conn: Connection, run_id: int, frame: pd.DataFrame) -> None:
        """Records one row per practice. `frame` has the columns of `assess`; missing is NULL."""
        columns = {"run_id": [run_id] * len(frame)}
        columns |= {column.name: _plain(frame[column.name], column.type) for column in KEPT}
        rows = zip(*columns.values(), strict=True)
        insert_all(conn, tables.assessment, (dict(zip(columns, row, strict=True)) for row in rows))


def _begin(conn: Connection, as_of: date, live: bool, now: datetime) -> int:
    same = RUN.live == sa.true() if live else sa.and_(RUN.live == sa.false(), RUN.as_of == as_of)
    conn.execute(
        sa.update(tables.run)
        .where(same, RUN.state == RunState.RUNNING)
        .values(state=RunState.FAILED, summary={"error": DIED}, finished_at=now)
    )
    failed = sa.select(RUN.id).where(same, RUN.as_of == as_of, RUN.state == RunState.FAILED)
    again = conn.scalar(failed.order_by(RUN.revision.desc()).limit(1))
    if again is not None:
        anew = {"state": RunState.RUNNING, "started_at": now, "finished_at": None, "summary": None}
        conn.execute(sa.update(tables.run).where(RUN.id == again).values(anew))
        return int(again)
    latest = sa.select(sa.func.coalesce(sa.func.max(RUN.revision), 0)).where(RUN.as_of == as_of)
    inserted = conn.execute(
        sa.insert(tables.run).values(
            as_of=as_of,
            revision=(conn.scalar(latest) or 0) + 1,
            live=live,
            state=RunState.RUNNING,
            fingerprint="",
            started_at=now,
        )
    )
    return int(inserted.inserted_primary_key[0])  # type: ignore[index]


def _plain(values: pd.Series, kind: sa.types.TypeEngine[Any]) -> list[Any]:
    """Python's own values, None where missing; whole numbers and days as such."""
    present = values.notna().tolist()
    listed = values.astype(object).tolist()
    if isinstance(kind, sa.Integer):
        listed = [
            int(v) if is_present else None for v, is_present in zip(listed, present, strict=True)
        ]
    elif isinstance(kind, sa.Date):
        listed = [v.date() if isinstance(v, datetime) else v for v in listed]
    return [v if is_present else None for v, is_present in zip(listed, present, strict=True)]
