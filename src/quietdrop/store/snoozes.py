"""Snoozes: until when a practice is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.checkin import Snooze
from quietdrop.store import tables
from quietdrop.store.checkins import OPEN_NOW
from quietdrop.store.database import Part, batches

SNOOZES = tables.snooze.c
SNOOZE = [SNOOZES[field.name] for field in fields(Snooze)]
HIDES = SNOOZES.undone_on.is_(None)

# Statements of pages, built once because building one takes longer than running it.
ALL = sa.select(*SNOOZE).where(HIDES).order_by(SNOOZES.id)
OF_SOME = ALL.where(SNOOZES.practice_id.in_(sa.bindparam("ids", expanding=True)))
OF_OPEN = ALL.where(SNOOZES.practice_id.in_(OPEN_NOW))


class Snoozes(Part):
    """The snoozes that nobody has undone."""

    def all(self) -> list[Snooze]:
        """Every snooze, the oldest first."""
        with self._database.read() as conn:
            return [Snooze(*row) for row in conn.execute(ALL)]

    def of(self, practice_ids: Iterable[str]) -> list[Snooze]:
        """The snoozes of these practices, each practice's oldest first."""
        snoozes: list[Snooze] = []
        with self._database.read() as conn:
            for ids in batches(practice_ids):
                snoozes += [Snooze(*row) for row in conn.execute(OF_SOME, {"ids": ids})]
        return snoozes

    def of_open(self) -> list[Snooze]:
        """The snoozes of the practices that have an open check-in, the oldest first."""
        with self._database.read() as conn:
            return [Snooze(*row) for row in conn.execute(OF_OPEN)]

    def get(self, snooze_id: int) -> Snooze | None:
        """The snooze of an id; None if no standing snooze has that id."""
        wanted = sa.select(*SNOOZE).where(HIDES, SNOOZES.id == snooze_id)
        with self._database.read() as conn:
            row = conn.execute(wanted).first()
        return None if row is None else Snooze(*row)

    def save(self, conn: Connection, snooze: Snooze) -> int:
        """Records a snooze when `conn`'s transaction commits, and returns its id."""
        row = conn.execute(sa.insert(tables.snooze).values(asdict(snooze)))
        return int(row.inserted_primary_key[0])  # type: ignore[index]
