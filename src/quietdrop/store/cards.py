"""What the pages show without reading the source, and which links have been used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.domain.card import Card
from quietdrop.store import tables
from quietdrop.store.checkins import AT_ONCE
from quietdrop.store.database import Database
from quietdrop.store.documents import Place, an_object

CARD = tables.card.c
SPENT = tables.spent_link.c
OWN_COLUMNS = {column.name for column in tables.card.columns} - {"body"}
ONE_CARD = sa.select(tables.card).where(CARD.practice_id == sa.bindparam("practice_id"))
ONE_SPENT = sa.select(SPENT.spent_at, SPENT.said).where(SPENT.mark == sa.bindparam("mark"))
REMEDY = "The next `quietdrop run` writes it again."


@cache
def _validator() -> TypeAdapter[Card]:
    """Built when the first card is read: building costs every command time, few read one."""
    return TypeAdapter(Card)


class Spent(NamedTuple):
    """A link that was used, and what was said with it."""

    at: datetime
    said: str


class Pages(Database):
    """Cards of practices, and links that are spent."""

    def save_cards(self, conn: Connection, cards: Iterable[Card]) -> None:
        """Puts these cards in the place of all that there were."""
        conn.execute(sa.delete(tables.card))
        if rows := [_row(card) for card in cards]:
            conn.execute(sa.insert(tables.card), rows)

    def card(self, practice_id: str) -> Card | None:
        """The practice's card; None where no run has seen it."""
        with self.read() as conn:
            row = conn.execute(ONE_CARD, {"practice_id": practice_id}).one_or_none()
        return None if row is None else self._card(row._mapping)

    def cards(self, *, liaison: str | None = None, territory: str | None = None) -> list[Card]:
        """The cards of a liaison or of a territory, by name; all where neither is given."""
        wanted: list[sa.ColumnElement[bool]] = []
        if liaison is not None:
            wanted.append(CARD.liaison == liaison)
        if territory is not None:
            wanted.append(CARD.territory == territory)
        return self._cards(*wanted)

    def cards_of(self, practice_ids: Iterable[str]) -> dict[str, Card]:
        """The cards of these practices, by id."""
        ids = sorted(set(practice_ids))
        result: dict[str, Card] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = self._cards(CARD.practice_id.in_(ids[start : start + AT_ONCE]))
            result |= {card.practice_id: card for card in some}
        return result

    def _cards(self, *wanted: sa.ColumnElement[bool]) -> list[Card]:
        query = sa.select(tables.card).where(*wanted).order_by(CARD.name, CARD.practice_id)
        with self.read() as conn:
            return [self._card(row._mapping) for row in conn.execute(query)]

    def _card(self, row: Any) -> Card:
        place = Place(self.url, CARD.body, {"practice_id": row["practice_id"]}, REMEDY)
        columns = {name: row[name] for name in OWN_COLUMNS}
        return place.read(
            row["body"], lambda body: _validator().validate_python(an_object(body) | columns)
        )

    def known_ids(self) -> list[str]:
        """Every id of a practice that a link may name: of a card, a check-in, or a spelling."""
        ids = (CARD.practice_id, tables.checkin.c.practice_id, tables.spelling.c.practice_id)
        with self.read() as conn:
            return list(conn.scalars(sa.union(*(sa.select(column) for column in ids))))

    def is_reader(self, email: str) -> bool:
        """Whether a card or a check-in names this liaison."""
        named = (
            sa.select(CARD.practice_id).where(CARD.liaison == email),
            sa.select(tables.checkin.c.id).where(tables.checkin.c.liaison == email),
        )
        with self.read() as conn:
            return any(conn.execute(query.limit(1)).first() is not None for query in named)

    def practice_names(self, *, ever: bool = False) -> dict[str, str]:
        """The last name of each practice that the newest finished run, a check-in or a card knows,
        by id; with `ever` of each one that anything here is about."""
        seen, run = tables.assessment.c, tables.run.c
        finished = sa.select(sa.func.max(run.id)).where(run.state.in_(("done", "held")))
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
        with self.read() as conn:
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
        with self.read() as conn:
            return [email for email in conn.scalars(both) if email]

    def territories(self) -> list[tuple[str, str, int]]:
        """(territory, status, practices), by territory."""
        query = (
            sa.select(CARD.territory, CARD.status, sa.func.count())
            .group_by(CARD.territory, CARD.status)
            .order_by(CARD.territory, CARD.status)
        )
        with self.read() as conn:
            return [(row[0], row[1], int(row[2])) for row in conn.execute(query)]

    def spend(
        self, conn: Connection, mark: str, practice_id: str, said: str, now: datetime
    ) -> bool:
        """Uses a link up. Out: False where it was used before; then nothing else may be done."""
        row = {"mark": mark, "practice_id": practice_id, "said": said, "spent_at": now}
        try:
            with conn.begin_nested():
                conn.execute(sa.insert(tables.spent_link).values(row))
        except IntegrityError:
            return False
        return True

    def spent(self, mark: str) -> Spent | None:
        """What was said with a link; None where it has not been used."""
        with self.read() as conn:
            row = conn.execute(ONE_SPENT, {"mark": mark}).one_or_none()
        return None if row is None else Spent(row.spent_at, row.said)


def _row(card: Card) -> dict[str, Any]:
    values = dict(vars(card))
    columns = {name: values.pop(name) for name in OWN_COLUMNS}
    values["touches"] = [
        {name: _plain(value) for name, value in vars(touch).items()} for touch in values["touches"]
    ]
    return columns | {"body": values}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
