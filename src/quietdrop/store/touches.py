"""Touches: visits, calls and other contacts with practices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.checkin import NO_CONTACT, Touch
from quietdrop.store import tables
from quietdrop.store.checkins import OPEN_NOW
from quietdrop.store.database import Part, batches
from quietdrop.store.last_touch import note_last_touch, note_touch

TOUCHES = tables.touch.c
TOUCH = [TOUCHES[field.name] for field in fields(Touch)]
COUNTS = TOUCHES.undone_on.is_(None)

# Statements of pages, built once because building one takes longer than running it.
ALL = sa.select(*TOUCH).where(COUNTS).order_by(TOUCHES.touched_on, TOUCHES.id)
OF_ONE = ALL.where(TOUCHES.practice_id == sa.bindparam("practice_id"))
OF_SOME = ALL.where(TOUCHES.practice_id.in_(sa.bindparam("ids", expanding=True)))
OF_OPEN = ALL.where(TOUCHES.practice_id.in_(OPEN_NOW))
SINCE: sa.BindParameter[date] = sa.bindparam("since")
LATE = OF_SOME.where(sa.or_(TOUCHES.touched_on >= SINCE, TOUCHES.snooze_until > SINCE))
LAST_CONTACT = (
    sa.select(*TOUCH)
    .where(TOUCHES.practice_id == sa.bindparam("practice_id"), COUNTS, TOUCHES.kind != NO_CONTACT)
    .order_by(TOUCHES.touched_on.desc(), TOUCHES.id.desc())
    .limit(1)
)


class Touches(Part):
    """The touches that nobody has undone, without their notes."""

    def all(self, practice_id: str | None = None) -> list[Touch]:
        """Every touch, or a practice's, the oldest first, without its note."""
        wanted, whose = (ALL, {}) if practice_id is None else (OF_ONE, {"practice_id": practice_id})
        with self._database.read() as conn:
            return [Touch(*row) for row in conn.execute(wanted, whose)]

    def get(self, touch_id: int) -> Touch | None:
        """The touch of an id; None where there is none that counts."""
        with self._database.read() as conn:
            row = conn.execute(sa.select(*TOUCH).where(COUNTS, TOUCHES.id == touch_id)).first()
        return None if row is None else Touch(*row)

    def of(self, practice_ids: Iterable[str], *, since: date | None = None) -> list[Touch]:
        """The touches of these practices, without their notes, each practice's oldest first; with
        `since` those of that day or later, and those that hide their practice beyond it."""
        wanted, limit = (OF_SOME, {}) if since is None else (LATE, {"since": since})
        touches: list[Touch] = []
        with self._database.read() as conn:
            for ids in batches(practice_ids):
                rows = conn.execute(wanted, {"ids": ids, **limit})
                touches += [Touch(*row) for row in rows]
        return touches

    def of_open(self) -> list[Touch]:
        """The touches of the practices that have an open check-in, without their notes, the oldest
        first."""
        with self._database.read() as conn:
            return [Touch(*row) for row in conn.execute(OF_OPEN)]

    def last_contact(self, practice_id: str) -> Touch | None:
        """The latest touch in which someone at the practice was reached."""
        with self._database.read() as conn:
            row = conn.execute(LAST_CONTACT, {"practice_id": practice_id}).first()
        return None if row is None else Touch(*row)

    def save(self, conn: Connection, touch: Touch, note: str = "") -> int:
        """Records a touch and returns its id; the note is kept and never read back here."""
        row = conn.execute(sa.insert(tables.touch).values(**asdict(touch), note=note))
        note_touch(conn, touch.practice_id, touch.touched_on, touch.kind)
        return int(row.inserted_primary_key[0])  # type: ignore[index]

    def undo(self, conn: Connection, touch_id: int, on: date) -> bool:
        """Undoes a touch, and the promise that was made with it; both stay on record. Returns
        False where that was done already, or the touch is not known."""
        once = sa.and_(TOUCHES.id == touch_id, COUNTS)
        undone = conn.execute(sa.update(tables.touch).where(once).values(undone_on=on))
        promised = sa.and_(
            tables.promise.c.touch_id == touch_id, tables.promise.c.undone_on.is_(None)
        )
        if undone.rowcount != 1:
            return False
        conn.execute(sa.update(tables.promise).where(promised).values(undone_on=on))
        practice_id = conn.scalar(sa.select(TOUCHES.practice_id).where(TOUCHES.id == touch_id))
        note_last_touch(conn, str(practice_id))
        return True

    def gifts(self, year: int) -> list[Touch]:
        """The touches of a year with a gift that cost money, the oldest first."""
        within = TOUCHES.touched_on.between(date(year, 1, 1), date(year, 12, 31))
        cost = sa.and_(COUNTS, TOUCHES.cost_cents > 0, within)
        wanted = sa.select(*TOUCH).where(cost).order_by(TOUCHES.touched_on, TOUCHES.id)
        with self._database.read() as conn:
            return [Touch(*row) for row in conn.execute(wanted)]

    def save_listed_gifts(self, conn: Connection, touches: Iterable[Touch]) -> None:
        """Replaces the stored gifts of the source's touches."""
        conn.execute(sa.delete(tables.listed_gift))
        rows = [
            {
                "practice_id": touch.practice_id,
                "given_on": touch.touched_on,
                "recipient": touch.recipient,
                "cost_cents": touch.cost_cents,
            }
            for touch in touches
            if touch.cost_cents
        ]
        if rows:
            conn.execute(sa.insert(tables.listed_gift), rows)

    def listed_gifts(self, year: int) -> list[Touch]:
        """The gifts of a year that the source had at the last run, the oldest first: only for whom,
        where, when and how much is kept of them."""
        gift = tables.listed_gift.c
        within = gift.given_on.between(date(year, 1, 1), date(year, 12, 31))
        wanted = sa.select(tables.listed_gift).where(within).order_by(gift.given_on, gift.id)
        with self._database.read() as conn:
            return [
                Touch(
                    row.given_on,
                    row.practice_id,
                    cost_cents=row.cost_cents,
                    recipient=row.recipient,
                )
                for row in conn.execute(wanted)
            ]
