"""What the week's plan reads: a few columns of a few cards, each by an index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import NO_CONTACT, Touch
from quietdrop.domain.figures import Figure, Stakes
from quietdrop.domain.stop import Neighbor, Stop
from quietdrop.lib.folding import folded
from quietdrop.store import tables
from quietdrop.store.database import Part, batches
from quietdrop.store.documents import Place, an_object

CARD, TOUCH = tables.card.c, tables.touch.c
REMEDY = "The next `quietdrop run` writes it again."
CALM = (
    Status.STEADY,
    Status.NEW,
    Status.OCCASIONAL,
    Status.RECOVERED,
)  # statuses that need no mention elsewhere
PLAIN = (
    *(CARD.practice_id, CARD.name, CARD.status, CARD.as_of, CARD.sentence),
    *(CARD.town_key, CARD.postcode, CARD.seen_on),
)
TEXTS = ("town", "phone", "address", "staff", "hours", "preferred_contact", "opening")
NEAREST = (CARD.practice_id, CARD.name, CARD.town_key, CARD.postcode, CARD.seen_on, CARD.revisit_on)
MOST_NEAR = 40  # practices of the towns of one week

# Statements of every week's page, built once because building one takes longer than running it.
HER = CARD.liaison == sa.bindparam("liaison")
IS_CALM = CARD.status.in_(CALM)
THESE = sa.select(*PLAIN, CARD.body).where(
    CARD.practice_id.in_(sa.bindparam("ids", expanding=True))
)
NAMES = sa.select(CARD.practice_id, CARD.name).where(
    CARD.practice_id.in_(sa.bindparam("ids", expanding=True))
)
SINCE = sa.select(TOUCH.id).where(
    TOUCH.practice_id == CARD.practice_id,
    TOUCH.undone_on.is_(None),
    TOUCH.touched_on > sa.func.coalesce(CARD.seen_on, date.min),
    TOUCH.kind.not_in(("complaint", NO_CONTACT)),
    TOUCH.outcome != "could not reach",
)
UNSEEN = (
    sa.select(*PLAIN, CARD.body)
    .where(HER, CARD.revisit_on <= sa.bindparam("today"), IS_CALM, ~SINCE.exists())
    .order_by(CARD.revisit_on, CARD.practice_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
NEIGHBORS = (
    sa.select(*NEAREST)
    .where(HER, IS_CALM)
    .where(
        sa.or_(
            CARD.town_key.in_(sa.bindparam("towns", expanding=True)),
            CARD.postcode.in_(sa.bindparam("postcodes", expanding=True)),
        ),
        sa.or_(CARD.seen_on.is_(None), CARD.seen_on <= sa.bindparam("before")),
    )
    .order_by(CARD.seen_on.is_not(None), CARD.seen_on, CARD.name)
    .limit(MOST_NEAR)
)
GOOD_NEWS = (
    sa.select(CARD.practice_id, CARD.name, CARD.good_news)
    .where(HER, CARD.good_news != "")
    .order_by(CARD.name, CARD.practice_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class Stops(Part):
    """Practices as a week's plan shows them, without the parts of a card that it does not need."""

    def of(self, practice_ids: Iterable[str]) -> dict[str, Stop]:
        """These practices by id; those without a card are left out."""
        stops: dict[str, Stop] = {}
        for ids in batches(practice_ids):
            stops |= {stop.practice_id: stop for stop in self._stops(THESE, {"ids": ids})}
        return stops

    def unseen(self, liaison: str, today: date, most: int) -> list[Stop]:
        """A liaison's calm practices that were not seen for long, the longest first, at most
        `most`."""
        return self._stops(UNSEEN, {"liaison": liaison, "today": today, "most": most})

    def neighbors(
        self, liaison: str, town_keys: Collection[str], postcodes: Collection[str], before: date
    ) -> list[Neighbor]:
        """A liaison's practices in these towns or postcodes that were last seen on a day or before
        it; who was never or longest not seen first."""
        near = {"towns": list(town_keys), "postcodes": list(postcodes)}
        with self._database.read() as conn:
            rows = conn.execute(NEIGHBORS, {"liaison": liaison, "before": before, **near})
            return [Neighbor(*row) for row in rows]

    def good_news(self, liaison: str, most: int) -> list[tuple[str, str, str]]:
        """(practice id, name, good news in the last digest) of a liaison's practices."""
        with self._database.read() as conn:
            rows = conn.execute(GOOD_NEWS, {"liaison": liaison, "most": most})
            return [(row[0], row[1], row[2]) for row in rows]

    def names(self, practice_ids: Iterable[str]) -> dict[str, str]:
        """The names of these practices by id; those without a card are left out."""
        names: dict[str, str] = {}
        with self._database.read() as conn:
            for ids in batches(practice_ids):
                names |= {row[0]: row[1] for row in conn.execute(NAMES, {"ids": ids})}
        return names

    def names_of(self, liaison: str) -> dict[str, str]:
        """The names of a liaison's practices by id, in their order."""
        wanted = sa.select(CARD.practice_id, CARD.name).where(CARD.liaison == liaison)
        with self._database.read() as conn:
            rows = conn.execute(wanted.order_by(CARD.name, CARD.practice_id))
            return {row.practice_id: row.name for row in rows}

    def search(self, liaison: str, asked: str, first: int, most: int) -> list[Stop]:
        """A liaison's practices, by name, whose name or town has `asked` in it; `most` of them,
        starting at `first` (from 0)."""
        wanted = sa.select(*PLAIN, CARD.body).where(CARD.liaison == liaison)
        if asked:
            in_name = sa.func.lower(CARD.name).contains(asked.lower(), autoescape=True)
            in_town = CARD.town_key.contains(folded(asked), autoescape=True)
            wanted = wanted.where(sa.or_(in_name, in_town))
        return self._stops(wanted.order_by(CARD.name, CARD.practice_id).offset(first).limit(most))

    def count_of(self, liaison: str) -> int:
        """How many practices a liaison has."""
        with self._database.read() as conn:
            wanted = sa.select(sa.func.count()).where(CARD.liaison == liaison)
            return int(conn.scalar(wanted) or 0)

    def _stops(self, wanted: sa.Select[Any], values: Mapping[str, Any] | None = None) -> list[Stop]:
        with self._database.read() as conn:
            rows = conn.execute(wanted, values or {}).all()
        return [self._stop(dict(row._mapping)) for row in rows]

    def _stop(self, row: dict[str, Any]) -> Stop:
        place = Place(self._database.url, CARD.body, {"practice_id": row["practice_id"]}, REMEDY)
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
