"""Promises to practices: made with a visit, open until they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.promise import AGES_AFTER, Promise
from quietdrop.store import tables
from quietdrop.store.database import Part

PROMISE = tables.promise.c
READ = [PROMISE[field.name] for field in fields(Promise)]
COUNTS = PROMISE.undone_on.is_(None)
IS_OPEN = sa.and_(COUNTS, PROMISE.kept_on.is_(None))

HER: sa.BindParameter[str] = sa.bindparam("liaison")
HER_PRACTICES = sa.select(tables.card.c.practice_id).where(tables.card.c.liaison == HER)
HERS = (
    sa.select(*READ)
    .where(IS_OPEN, sa.or_(PROMISE.owner == HER, PROMISE.practice_id.in_(HER_PRACTICES)))
    .order_by(PROMISE.due_on, PROMISE.id)
)


class Promises(Part):
    """Promises. Those made at an undone visit stay on record but do not count."""

    def save(self, conn: Connection, promise: Promise, touch_id: int | None = None) -> int:
        """Records a new promise when `conn`'s transaction commits. Returns its id."""
        values = {name: value for name, value in asdict(promise).items() if name != "id"}
        row = conn.execute(sa.insert(tables.promise).values(**values, touch_id=touch_id))
        return int(row.inserted_primary_key[0])  # type: ignore[index]

    def save_new(self, conn: Connection, promises: Iterable[Promise]) -> int:
        """Records those promises of a file or table that are not on record, kept or not, and
        returns how many. One that was undone here stays undone."""
        new = 0
        for promise in promises:
            same = [
                PROMISE[name] == getattr(promise, name)
                for name in ("practice_id", "what", "made_on", "due_on", "owner")
            ]
            if conn.scalar(sa.select(PROMISE.id).where(*same).limit(1)) is None:
                self.save(conn, promise)
                new += 1
        return new

    def open(self) -> list[Promise]:
        """The open promises; the one due first comes first."""
        return self._promises(IS_OPEN)

    def all(self) -> list[Promise]:
        """The open promises and the kept ones; the one due first comes first."""
        return self._promises(COUNTS)

    def of(self, practice_id: str) -> list[Promise]:
        """A practice's promises, kept ones too, the one due first comes first."""
        return self._promises(sa.and_(COUNTS, PROMISE.practice_id == practice_id))

    def of_liaison(self, liaison: str) -> list[Promise]:
        """The open promises that are a liaison's to keep, or that her practices wait for."""
        with self._database.read() as conn:
            return [Promise(*row) for row in conn.execute(HERS, {"liaison": liaison})]

    def aging(self, today: date) -> list[Promise]:
        """The open promises that are late enough to be reported to managers."""
        return self._promises(sa.and_(IS_OPEN, PROMISE.due_on <= today - AGES_AFTER))

    def get(self, promise_id: int) -> Promise | None:
        """The promise of an id; None where there is none that counts."""
        return next(iter(self._promises(sa.and_(COUNTS, PROMISE.id == promise_id))), None)

    def keep(self, conn: Connection, promise_id: int, kept_on: date | None) -> bool:
        """Marks a promise as kept on a day, or with None as open again. Returns False if nothing
        changes or there is no such promise."""
        stands_otherwise = PROMISE.kept_on.is_(None) if kept_on else PROMISE.kept_on.is_not(None)
        wanted = sa.and_(COUNTS, PROMISE.id == promise_id, stands_otherwise)
        changed = conn.execute(sa.update(tables.promise).where(wanted).values(kept_on=kept_on))
        return changed.rowcount == 1

    def _promises(self, wanted: sa.ColumnElement[bool]) -> list[Promise]:
        query: sa.Select[Any] = sa.select(*READ).where(wanted).order_by(PROMISE.due_on, PROMISE.id)
        with self._database.read() as conn:
            return [Promise(*row) for row in conn.execute(query)]
