"""Which practice each id stands for, and merging the rows of ids that become one practice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.checkin import Kind, State
from quietdrop.domain.identity import SAME_PRACTICE
from quietdrop.store import tables
from quietdrop.store.database import Part

SPELLING, CHECKIN = tables.spelling.c, tables.checkin.c
LONGEST_ID = 255  # characters; what the tables' keys hold
# Columns that name a practice, except check-ins, whose open rows may conflict.
NAMING = (
    tables.touch.c.practice_id,
    tables.snooze.c.practice_id,
    tables.promise.c.practice_id,
    tables.listed_gift.c.practice_id,
    tables.spent_link.c.practice_id,
    tables.answer.c.practice_id,
    tables.quarter_row.c.practice_id,
    tables.quarter_row.c.other_id,
    tables.audit.c.about,
)


class Spellings(Part):
    """Ids under which practices were known."""

    def current(self, practice_id: str) -> str:
        """The practice that a spelled id has become; the id itself where it is one."""
        with self._database.read() as conn:
            key = conn.scalar(
                sa.select(SPELLING.current_id).where(SPELLING.practice_id == practice_id)
            )
        return key or practice_id

    def all(self) -> dict[str, str]:
        """The current id by each former id."""
        with self._database.read() as conn:
            return read_spellings(conn)

    def join(self, conn: Connection, keys: Mapping[str, str], on: date) -> None:
        """Moves all rows of former ids to their current ids in `conn`'s transaction. Of several
        open check-ins of one practice the oldest stays open."""
        kept = read_spellings(conn)
        wanted = {
            spelled: key
            for spelled, key in keys.items()
            if max(len(spelled), len(key)) <= LONGEST_ID
        }
        theirs = {
            spelled
            for column in (CHECKIN.practice_id, tables.card.c.practice_id, *NAMING)
            for spelled in conn.scalars(sa.select(column).distinct())
            if spelled in wanted
        }
        for key in sorted({wanted[spelled] for spelled in theirs}):
            gone = sorted(each for each in theirs if wanted[each] == key)
            _join_checkins(conn, gone, key, on)
            for column in NAMING:
                moved = sa.update(column.table).where(column.in_(gone))
                conn.execute(moved.values({column.name: key}))
            cards = tables.card.c.practice_id
            conn.execute(sa.delete(tables.card).where(cards.in_(gone)))
            for table in (tables.book_line, tables.book_row):
                conn.execute(sa.delete(table).where(table.c.practice_id.in_(gone)))
        current = set(kept.values())
        for spelled, key in wanted.items():
            if spelled in current:
                moved = sa.update(tables.spelling).where(SPELLING.current_id == spelled)
                conn.execute(moved.values(current_id=key))
        changed = {spelled: key for spelled, key in wanted.items() if kept.get(spelled) != key}
        stale = [each for each in (*changed, *wanted.values()) if each in kept]
        for each in stale:
            conn.execute(sa.delete(tables.spelling).where(SPELLING.practice_id == each))
        if changed:
            rows = [{"practice_id": spelled, "current_id": key} for spelled, key in changed.items()]
            conn.execute(sa.insert(tables.spelling), rows)


def read_spellings(conn: Connection) -> dict[str, str]:
    rows = conn.execute(sa.select(SPELLING.practice_id, SPELLING.current_id)).all()
    return {row.practice_id: row.current_id for row in rows}


def _join_checkins(conn: Connection, spelled: list[str], key: str, on: date) -> None:
    """Moves check-ins to the key. Of the open ones the oldest stays, as a complaint if one is."""
    of_it = CHECKIN.practice_id.in_([*spelled, key])
    is_open = sa.and_(of_it, CHECKIN.open_key.is_not(None))
    rows = conn.execute(
        sa.select(CHECKIN.id, CHECKIN.kind).where(is_open).order_by(CHECKIN.opened_on, CHECKIN.id)
    ).all()
    change = sa.update(tables.checkin)
    conn.execute(change.where(is_open).values(open_key=None))
    conn.execute(change.where(CHECKIN.practice_id.in_(spelled)).values(practice_id=key))
    for row in rows[1:]:
        closed = {"state": State.CLOSED, "resolved_on": on, "outcome": SAME_PRACTICE}
        conn.execute(change.where(CHECKIN.id == row.id).values(closed))
    if rows:
        stays: dict[str, object] = {"open_key": key}
        if any(row.kind == Kind.COMPLAINT for row in rows) and rows[0].kind != Kind.COMPLAINT:
            stays |= {"kind": Kind.COMPLAINT}
        conn.execute(change.where(CHECKIN.id == rows[0].id).values(stays))
