"""The managers' quarter as the last run counted it: one row per tally, so a page reads few rows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from quietdrop.domain.quarter import Quarter, Tally
from quietdrop.store import tables
from quietdrop.store.database import Part, insert_all
from quietdrop.store.documents import Place, an_object

ROW = tables.quarter_row.c
HEAD = "head"
REMEDY = "The next `quietdrop run` writes it again."
DAYS = ("first", "end", "as_of", "begins", "newest")
COLUMNS = ("move", "practice_id", "other_id")


@cache
def _quarter_validator() -> TypeAdapter[Quarter]:
    """Built when the first quarter is read: building it is slow, and few commands read one."""
    return TypeAdapter(Quarter)


@cache
def _tally_validator() -> TypeAdapter[Tally]:
    return TypeAdapter(Tally)


class Quarters(Part):
    """The last complete quarter; earlier ones are not kept."""

    def save(self, conn: Connection, quarter: Quarter) -> None:
        """Replaces the stored quarter with this one."""
        conn.execute(sa.delete(tables.quarter_row))
        head: dict[str, Any] = {"part": HEAD, "place": 0, "move": "", "practice_id": ""}
        insert_all(conn, tables.quarter_row, [head | {"other_id": "", "body": _head(quarter)}])
        rows = (
            _row(part, place, tally)
            for part, tallies in quarter.parts.items()
            for place, tally in enumerate(tallies)
        )
        insert_all(conn, tables.quarter_row, rows)

    def last(self, largest: int) -> Quarter | None:
        """The quarter with so many tallies a part, and all that moved; None where no run has
        stored one."""
        shown = sa.or_(ROW.place < largest, ROW.move != "")
        return self._quarter(shown)

    def parts(self, *parts: str) -> Quarter | None:
        """The quarter with these parts alone, whole; None as above."""
        return self._quarter(ROW.part.in_((HEAD, *parts)))

    def _quarter(self, wanted: sa.ColumnElement[bool]) -> Quarter | None:
        whole: Quarter | None = None
        parts: dict[str, list[Tally]] = {}
        query = sa.select(tables.quarter_row).where(wanted).order_by(ROW.part, ROW.place)
        with self._database.read() as conn:
            for row in conn.execute(query).mappings():
                place = Place(
                    self._database.url,
                    ROW.body,
                    {"part": row["part"], "place": row["place"]},
                    REMEDY,
                )
                if row["part"] == HEAD:
                    whole = place.read(row["body"], _head_of)
                else:
                    tally = place.read(row["body"], partial(_tally, row))
                    parts.setdefault(row["part"], []).append(tally)
        if whole is None:
            return None
        return replace(whole, parts={part: tuple(tallies) for part, tallies in parts.items()})


def _head(quarter: Quarter) -> dict[str, Any]:
    kept = {name: value for name, value in vars(quarter).items() if name != "parts"}
    kept |= {name: kept[name].isoformat() for name in DAYS}
    kept["totals"] = [[total.first.isoformat(), *total[1:]] for total in quarter.totals]
    return kept


def _head_of(body: Any) -> Quarter:
    return _quarter_validator().validate_python(an_object(body) | {"parts": {}})


def _row(part: str, place: int, tally: Tally) -> dict[str, Any]:
    values = zip(tally._fields, tally, strict=True)
    body: dict[str, Any] = {name: value for name, value in values if value and name not in COLUMNS}
    if tally.last:
        body["last"] = tally.last.isoformat()
    body |= {"name": tally.name, "now": tally.now, "before": tally.before, "year": tally.year}
    columns = {name: getattr(tally, name) for name in COLUMNS}
    return {"part": part, "place": place, "body": body, **columns}


def _tally(row: Any, body: Any) -> Tally:
    return _tally_validator().validate_python(
        an_object(body) | {name: row[name] for name in COLUMNS}
    )
