"""Links in mails: which are used up or stopped, and how often one mail's links were used on a
day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.store import tables
from quietdrop.store.database import Part

GENERATION = tables.link_generation.c
USE = tables.link_use.c
SPENT = tables.spent_link.c
ONE_SPENT = sa.select(SPENT.spent_at, SPENT.said).where(SPENT.mark == sa.bindparam("mark"))
ONE_GENERATION = sa.select(GENERATION.generation).where(GENERATION.reader == sa.bindparam("reader"))


class Spent(NamedTuple):
    """A used link, and the answer given with it."""

    at: datetime
    answer: str


class Links(Part):
    """What ends a link before it expires."""

    def generations(self) -> dict[str, int]:
        """The generation of each reader (in lower case) whose links were stopped."""
        with self._database.read() as conn:
            rows = conn.execute(sa.select(GENERATION.reader, GENERATION.generation))
            return {row.reader: row.generation for row in rows}

    def generation(self, reader: str) -> int:
        """The generation of a reader's links; 0 if none was ever stopped."""
        with self._database.read() as conn:
            return conn.scalar(ONE_GENERATION, {"reader": reader.casefold()}) or 0

    def stop(self, reader: str, generation: int, now: datetime) -> bool:
        """Voids a reader's links of this generation and ends her sessions. Returns False if that
        was done before."""
        with self._database.begin() as conn:
            is_first = _raise_generation(conn, reader.casefold(), generation, now)
            if is_first:
                hers = tables.session.c.who == reader.casefold()
                conn.execute(sa.delete(tables.session).where(hers))
        return is_first

    def begin_day(self, family: str, day: date) -> None:
        """Creates the row that counts a family's answers on a day, if it is missing.

        This runs in its own transaction: on MariaDB, two longer transactions that insert it would
        block each other.
        """
        same = sa.and_(USE.family == family, USE.day == day)
        with self._database.read() as conn:
            if conn.scalar(sa.select(USE.answers).where(same)) is not None:
                return
        row = {"family": family, "day": day, "answers": 0}
        with suppress(IntegrityError), self._database.begin(but=IntegrityError) as conn:
            conn.execute(sa.insert(tables.link_use).values(row))

    def count_answer(self, conn: Connection, family: str, day: date, most: int) -> bool:
        """Counts an answer through a family of links, after `begin_day`. Returns False, and counts
        nothing, if the day has reached its limit.

        The row stays locked until `conn`'s transaction ends, so two answers are never counted as
        one.
        """
        counted = conn.execute(
            sa.update(tables.link_use)
            .where(USE.family == family, USE.day == day, USE.answers < most)
            .values(answers=USE.answers + 1)
        )
        return counted.rowcount == 1

    def spend(
        self, conn: Connection, mark: str, practice_id: str, answer: str, now: datetime
    ) -> bool:
        """Uses up a link. Returns False if it was used before; then the caller must do nothing
        else."""
        row = {"mark": mark, "practice_id": practice_id, "said": answer, "spent_at": now}
        try:
            with conn.begin_nested():
                conn.execute(sa.insert(tables.spent_link).values(row))
        except IntegrityError:
            return False
        return True

    def spent(self, mark: str) -> Spent | None:
        """The answer given with a link; None if it has not been used."""
        with self._database.read() as conn:
            row = conn.execute(ONE_SPENT, {"mark": mark}).one_or_none()
        return None if row is None else Spent(row.spent_at, row.said)


def _raise_generation(conn: Connection, reader: str, generation: int, now: datetime) -> bool:
    row = {"generation": generation + 1, "changed_at": now}
    if generation:
        same = sa.and_(GENERATION.reader == reader, GENERATION.generation == generation)
        changed = conn.execute(sa.update(tables.link_generation).where(same).values(row))
        return changed.rowcount == 1
    try:
        with conn.begin_nested():
            conn.execute(sa.insert(tables.link_generation).values(reader=reader, **row))
    except IntegrityError:
        return False
    return True
