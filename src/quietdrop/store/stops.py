"""What the week's plan reads: a few columns of a few cards, each by an index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from quietdrop.domain.checkin import Touch
from quietdrop.domain.figures import Figure, Stakes
from quietdrop.domain.stop import Neighbor, Stop
from quietdrop.lib.folding import folded
from quietdrop.store import tables
from quietdrop.store.checkins import AT_ONCE
from quietdrop.store.database import Database
from quietdrop.store.documents import Place, an_object

CARD, TOUCH = tables.card.c, tables.touch.c
REMEDY = "The next `quietdrop run` writes it anew."
CALM = ("steady", "new", "occasional", "recovered")  # statuses that nothing else is told of
PLAIN = (
    *(CARD.practice_id, CARD.name, CARD.status, CARD.as_of, CARD.sentence),
    *(CARD.town_key, CARD.postcode, CARD.seen_on),
)
TEXTS = ("town", "phone", "address", "staff", "hours", "preferred_contact", "opening")
NEAREST = (CARD.practice_id, CARD.name, CARD.town_key, CARD.postcode, CARD.seen_on, CARD.revisit_on)
MOST_NEAR = 40  # practices of the towns of one week


class Stops(Database):
    """Practices as a week's plan shows them, without the parts of a card that it does not need."""

    def stops_of(self, practice_ids: Iterable[str]) -> dict[str, Stop]:
        """These practices by id; those without a card are left out."""
        ids = sorted(set(practice_ids))
        stops: dict[str, Stop] = {}
        for start in range(0, len(ids), AT_ONCE):
            wanted = sa.select(*PLAIN, CARD.body).where(
                CARD.practice_id.in_(ids[start : start + AT_ONCE])
            )
            stops |= {stop.practice_id: stop for stop in self._stops(wanted)}
        return stops

    def unseen(self, liaison: str, today: date, most: int) -> list[Stop]:
        """A liaison's practices that were not seen for long, and that nothing else is told of; the
        one that has waited longest first, and at most so many."""
        since = sa.select(TOUCH.id).where(
            TOUCH.practice_id == CARD.practice_id,
            TOUCH.undone_on.is_(None),
            TOUCH.touched_on > sa.func.coalesce(CARD.seen_on, date.min),
            TOUCH.kind.not_in(("complaint", "no contact")),
        )
        wanted = (
            sa.select(*PLAIN, CARD.body)
            .where(CARD.liaison == liaison, CARD.revisit_on <= today)
            .where(CARD.status.in_(CALM), ~since.exists())
            .order_by(CARD.revisit_on, CARD.practice_id)
            .limit(most)
        )
        return self._stops(wanted)

    def neighbors(
        self, liaison: str, town_keys: Collection[str], postcodes: Collection[str], before: date
    ) -> list[Neighbor]:
        """A liaison's practices in these towns or postcodes that were last seen on a day or before
        it; who was never or longest not seen first."""
        near = sa.or_(CARD.town_key.in_(town_keys), CARD.postcode.in_(postcodes))
        not_lately = sa.or_(CARD.seen_on.is_(None), CARD.seen_on <= before)
        wanted = (
            sa.select(*NEAREST)
            .where(CARD.liaison == liaison, near, not_lately, CARD.status.in_(CALM))
            .order_by(CARD.seen_on.is_not(None), CARD.seen_on, CARD.name)
            .limit(MOST_NEAR)
        )
        with self.read() as conn:
            return [Neighbor(**row._mapping) for row in conn.execute(wanted)]

    def good_news(self, liaison: str, most: int) -> list[tuple[str, str, str]]:
        """(practice id, its name, what the last digest told with pleasure) of a liaison's."""
        wanted = (
            sa.select(CARD.practice_id, CARD.name, CARD.good_news)
            .where(CARD.liaison == liaison, CARD.good_news != "")
            .order_by(CARD.name, CARD.practice_id)
            .limit(most)
        )
        with self.read() as conn:
            return [(row[0], row[1], row[2]) for row in conn.execute(wanted)]

    def names_of(self, liaison: str) -> dict[str, str]:
        """The names of a liaison's practices by id, in their order."""
        wanted = sa.select(CARD.practice_id, CARD.name).where(CARD.liaison == liaison)
        with self.read() as conn:
            rows = conn.execute(wanted.order_by(CARD.name, CARD.practice_id))
            return {row.practice_id: row.name for row in rows}

    def stops_like(self, liaison: str, asked: str, first: int, most: int) -> list[Stop]:
        """A liaison's practices, by name, whose name or town has `asked` in it; so many of them
        from the `first` on, which is 0 for the first one."""
        wanted = sa.select(*PLAIN, CARD.body).where(CARD.liaison == liaison)
        if asked:
            in_name = sa.func.lower(CARD.name).contains(asked.lower(), autoescape=True)
            in_town = CARD.town_key.contains(folded(asked), autoescape=True)
            wanted = wanted.where(sa.or_(in_name, in_town))
        return self._stops(wanted.order_by(CARD.name, CARD.practice_id).offset(first).limit(most))

    def count_of(self, liaison: str) -> int:
        """How many practices a liaison has."""
        with self.read() as conn:
            wanted = sa.select(sa.func.count()).where(CARD.liaison == liaison)
            return int(conn.scalar(wanted) or 0)

    def _stops(self, wanted: sa.Select[Any]) -> list[Stop]:
        with self.read() as conn:
            rows = conn.execute(wanted).all()
        return [self._stop(dict(row._mapping)) for row in rows]

    def _stop(self, row: dict[str, Any]) -> Stop:
        place = Place(self.url, CARD.body, {"practice_id": row["practice_id"]}, REMEDY)
        body = row.pop("body")
        return place.read(body, lambda kept: Stop(**row, **_of_body(an_object(kept))))


def _of_body(body: Mapping[str, Any]) -> dict[str, Any]:
    weeks = body.get("weeks") or ()
    return {name: str(body.get(name, "")) for name in TEXTS} | {
        "stakes": _stakes(body.get("stakes")),
        "per_week": sum(map(int, weeks)) / len(weeks) if weeks else 0.0,
        "touches": tuple(_touch(touch) for touch in body.get("touches", ())),
    }


def _stakes(kept: Any) -> Stakes:
    """The line of figures, kept as the tuple of its parts."""
    figures, tag, brief = kept or ((), "", "")
    return Stakes(tuple(Figure(*figure) for figure in figures), str(tag), str(brief))


def _touch(kept: Mapping[str, Any]) -> Touch:
    days = ("touched_on", "resolved_on", "snooze_until")
    return Touch(
        **(dict(kept) | {name: date.fromisoformat(kept[name]) for name in days if kept.get(name)})
    )
