"""Cards: what the pages show about practices without reading the source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from quietdrop.domain.card import Card
from quietdrop.store import tables
from quietdrop.store.database import Part, batches, insert_all
from quietdrop.store.documents import Place, an_object

CARD = tables.card.c
COLUMNS = {column.name for column in tables.card.columns} - {"body"}
ONE_CARD = sa.select(tables.card).where(CARD.practice_id == sa.bindparam("practice_id"))
REMEDY = "The next `quietdrop run` writes it again."


@cache
def _validator() -> TypeAdapter[Card]:
    """Built when the first card is read: building it is slow, and few commands read cards."""
    return TypeAdapter(Card)


class Cards(Part):
    """The cards of practices that the last run wrote."""

    def save(self, conn: Connection, cards: Iterable[Card]) -> None:
        """Replaces all cards with these."""
        conn.execute(sa.delete(tables.card))
        insert_all(conn, tables.card, map(_row, cards))

    def get(self, practice_id: str) -> Card | None:
        """The practice's card; None if no run has seen the practice."""
        with self._database.read() as conn:
            row = conn.execute(ONE_CARD, {"practice_id": practice_id}).one_or_none()
        return None if row is None else self._card(row._mapping)

    def all(self, *, liaison: str | None = None, territory: str | None = None) -> list[Card]:
        """The cards of a liaison or of a territory, by name; all if neither is given."""
        wanted: list[sa.ColumnElement[bool]] = []
        if liaison is not None:
            wanted.append(CARD.liaison == liaison)
        if territory is not None:
            wanted.append(CARD.territory == territory)
        return self._cards(*wanted)

    def of(self, practice_ids: Iterable[str]) -> dict[str, Card]:
        """The cards of these practices, by id."""
        result: dict[str, Card] = {}
        for ids in batches(practice_ids):
            some = self._cards(CARD.practice_id.in_(ids))
            result |= {card.practice_id: card for card in some}
        return result

    def _cards(self, *wanted: sa.ColumnElement[bool]) -> list[Card]:
        query = sa.select(tables.card).where(*wanted).order_by(CARD.name, CARD.practice_id)
        with self._database.read() as conn:
            return [self._card(row._mapping) for row in conn.execute(query)]

    def _card(self, row: Any) -> Card:
        place = Place(self._database.url, CARD.body, {"practice_id": row["practice_id"]}, REMEDY)
        columns = {name: row[name] for name in COLUMNS}
        return place.read(
            row["body"], lambda body: _validator().validate_python(an_object(body) | columns)
        )


def _row(card: Card) -> dict[str, Any]:
    values = {each.name: getattr(card, each.name) for each in fields(card)}
    columns = {name: values.pop(name) for name in COLUMNS}
    values["touches"] = [
        {name: _plain(value) for name, value in vars(touch).items()} for touch in values["touches"]
    ]
    return columns | {"body": values}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
