"""Snoozes: until when a practice is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.checkin import Snooze
from quietdrop.store import tables
from quietdrop.store.database import Part, batches

SNOOZE = [column for column in tables.snooze.columns if column.name not in ("id", "undone_on")]
HIDES = tables.snooze.c.undone_on.is_(None)


class Snoozes(Part):
    """The snoozes that nobody has undone."""

    def all(self) -> list[Snooze]:
        """Every snooze, the oldest first."""
        with self._database.read() as conn:
            rows = conn.execute(sa.select(*SNOOZE).where(HIDES).order_by(tables.snooze.c.id))
            return [Snooze(**row._mapping) for row in rows]

    def of(self, practice_ids: Iterable[str]) -> list[Snooze]:
        """The snoozes of these practices, each practice's oldest first."""
        wanted = sa.select(*SNOOZE).where(HIDES).order_by(tables.snooze.c.id)
        snoozes: list[Snooze] = []
        with self._database.read() as conn:
            for ids in batches(practice_ids):
                some = tables.snooze.c.practice_id.in_(ids)
                snoozes += [Snooze(**row._mapping) for row in conn.execute(wanted.where(some))]
        return snoozes

    def get(self, snooze_id: int) -> Snooze | None:
        """The snooze of an id; None where there is none that hides anything."""
        wanted = sa.select(*SNOOZE).where(HIDES, tables.snooze.c.id == snooze_id)
        with self._database.read() as conn:
            row = conn.execute(wanted).first()
        return None if row is None else Snooze(**row._mapping)

    def save(self, conn: Connection, snooze: Snooze) -> int:
        """Records a snooze when `conn`'s transaction commits, and returns its id."""
        row = conn.execute(sa.insert(tables.snooze).values(asdict(snooze)))
        return int(row.inserted_primary_key[0])  # type: ignore[index]
