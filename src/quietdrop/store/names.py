"""Who the store knows: practices by name, liaisons and territories."""

from __future__ import annotations

import sqlalchemy as sa

from quietdrop.store import tables
from quietdrop.store.database import Part
from quietdrop.store.runs import FINISHED

CARD = tables.card.c
HERS = tuple(
    sa.select(column).where(table.c.liaison == sa.bindparam("liaison")).limit(1)
    for table, column in ((tables.card, CARD.practice_id), (tables.checkin, tables.checkin.c.id))
)


class Names(Part):
    """Names of practices, liaisons and territories, wherever they appear."""

    def practice_ids(self) -> list[str]:
        """Every id of a practice that a link may name: of a card, a check-in, or a spelling."""
        ids = (CARD.practice_id, tables.checkin.c.practice_id, tables.spelling.c.practice_id)
        with self._database.read() as conn:
            return list(conn.scalars(sa.union(*(sa.select(column) for column in ids))))

    def is_reader(self, email: str) -> bool:
        """Whether a card or a check-in names this liaison."""
        with self._database.read() as conn:
            return any(conn.execute(query, {"liaison": email}).first() for query in HERS)

    def of_practices(self, *, ever: bool = False) -> dict[str, str]:
        """The latest name, by id, of each practice in the newest finished run, a check-in or a
        card; with `ever`, of every practice mentioned anywhere."""
        seen, run = tables.assessment.c, tables.run.c
        finished = sa.select(sa.func.max(run.id)).where(run.state.in_(FINISHED))
        assessed = sa.select(seen.practice_id, seen.practice_name).order_by(seen.run_id)
        if not ever:
            assessed = assessed.where(seen.run_id == finished.scalar_subquery())
        asked = sa.select(tables.checkin.c.practice_id, tables.checkin.c.practice_name)
        named = (
            asked.order_by(tables.checkin.c.id),
            assessed,
            sa.select(CARD.practice_id, CARD.name),
        )
        bare = (tables.touch, tables.snooze, tables.promise) if ever else ()
        with self._database.read() as conn:
            names = {
                key: key for table in bare for key in conn.scalars(sa.select(table.c.practice_id))
            }
            for query in named:
                names |= {row[0]: row[1] for row in conn.execute(query)}
        return names

    def readers(self) -> list[str]:
        """Every liaison whom a card or a check-in names."""
        checkin = tables.checkin.c
        both = sa.union(sa.select(CARD.liaison), sa.select(checkin.liaison))
        with self._database.read() as conn:
            return [email for email in conn.scalars(both) if email]

    def territories(self) -> list[tuple[str, str, int]]:
        """(territory, status, practices), by territory."""
        query = (
            sa.select(CARD.territory, CARD.status, sa.func.count())
            .group_by(CARD.territory, CARD.status)
            .order_by(CARD.territory, CARD.status)
        )
        with self._database.read() as conn:
            return [(row[0], row[1], int(row[2])) for row in conn.execute(query)]
