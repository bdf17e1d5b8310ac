"""Runs and the assessments that each of them made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.errors import StoreError
from quietdrop.store import tables
from quietdrop.store.database import Database, telling

RACES = 10  # how many others may take our revision number before we give up
RUN = tables.run.c
KEPT = [column for column in tables.assessment.columns if column.name != "run_id"]


@dataclass(frozen=True)
class RunRow:
    """One recorded pass of the weekly job."""

    id: int
    as_of: date
    revision: int
    live: bool
    state: str  # running | done | held | failed
    fingerprint: str
    started_at: datetime
    finished_at: datetime | None
    summary: dict[str, Any] | None


class Runs(Database):
    """What the store knows of runs."""

    def begin_run(self, as_of: date, live: bool, fingerprint: str, now: datetime) -> int:
        """Records that a run began, as the date's next revision. Out: its id. StoreError."""
        following = (
            sa.select(sa.func.coalesce(sa.func.max(RUN.revision), 0) + 1)
            .where(RUN.as_of == as_of)
            .scalar_subquery()
        )
        for _ in range(RACES):
            try:
                with telling(self.url, but=IntegrityError), self._writer.begin() as conn:
                    made = conn.execute(
                        sa.insert(tables.run).values(
                            as_of=as_of,
                            revision=conn.scalar(sa.select(following)),
                            live=live,
                            state="running",
                            fingerprint=fingerprint,
                            started_at=now,
                        )
                    )
                    return int(made.inserted_primary_key[0])  # type: ignore[index]
            except IntegrityError:
                continue
        raise StoreError(f"{as_of}: too many runs of this date began at once; try again.")

    def finish_run(self, run_id: int, state: str, summary: dict[str, Any], now: datetime) -> None:
        """Records how a run ended: done, held or failed. StoreError."""
        with self.begin() as conn:
            conn.execute(
                sa.update(tables.run)
                .where(RUN.id == run_id)
                .values(state=state, summary=summary, finished_at=now)
            )

    def last_run(self, as_of: date | None = None, live: bool | None = None) -> RunRow | None:
        """The newest run, whatever became of it; of that date or kind only, where given."""
        wanted = sa.select(tables.run).order_by(RUN.id.desc()).limit(1)
        if as_of is not None:
            wanted = wanted.where(RUN.as_of == as_of)
        if live is not None:
            wanted = wanted.where(RUN.live == live)
        return next(iter(self._runs(wanted)), None)

    def live_run_before(self, as_of: date) -> bool:
        """Whether a finished run that could send came before that date."""
        wanted = sa.select(tables.run).where(
            RUN.live == sa.true(), RUN.state == "done", RUN.as_of < as_of
        )
        return bool(self._runs(wanted.limit(1)))

    def done_run(self, as_of: date, fingerprint: str | None = None) -> RunRow | None:
        """The date's newest finished run; the newest of that fingerprint, where given."""
        wanted = sa.select(tables.run).where(RUN.as_of == as_of, RUN.state == "done")
        if fingerprint is not None:
            wanted = wanted.where(RUN.fingerprint == fingerprint)
        return next(iter(self._runs(wanted.order_by(RUN.revision.desc()).limit(1))), None)

    def runs(self, limit: int = 20) -> list[RunRow]:
        """The newest runs, the newest first."""
        return self._runs(sa.select(tables.run).order_by(RUN.id.desc()).limit(limit))

    def _runs(self, wanted: sa.Select[Any]) -> list[RunRow]:
        with self.read() as conn:
            return [RunRow(**row._mapping) for row in conn.execute(wanted)]

    def record_assessments(self, conn: Connection, run_id: int, frame: pd.DataFrame) -> None:
        """Records one row a practice. `frame` has the columns of `assess`; missing is NULL."""
        columns = {"run_id": [run_id] * len(frame)}
        columns |= {column.name: _plain(frame[column.name], column.type) for column in KEPT}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        if rows:
            conn.execute(sa.insert(tables.assessment), rows)


def _plain(values: pd.Series, kind: sa.types.TypeEngine[Any]) -> list[Any]:
    """Python's own values, None where missing; whole numbers and days as such."""
    present = values.notna().tolist()
    listed = values.astype(object).tolist()
    if isinstance(kind, sa.Integer):
        listed = [int(v) if known else None for v, known in zip(listed, present, strict=True)]
    elif isinstance(kind, sa.Date):
        listed = [v.date() if isinstance(v, datetime) else v for v in listed]
    return [v if known else None for v, known in zip(listed, present, strict=True)]
