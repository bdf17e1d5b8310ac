"""Check-ins, snoozes and touches: what was asked of a liaison and what she did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Snooze, Touch
from quietdrop.domain.errors import StoreError
from quietdrop.store import tables
from quietdrop.store.book import note_last_touch, note_touch
from quietdrop.store.database import Database

CHECKINS = tables.checkin.c
CHECKIN = [
    column.label(column.key) for column in tables.checkin.columns if column.name != "open_key"
]
SNOOZE = [column for column in tables.snooze.columns if column.name not in ("id", "undone_on")]
HIDES = tables.snooze.c.undone_on.is_(None)
AT_ONCE = 500  # ids in one query
UNLISTED = ("left out", "held out")  # would-be check-ins: remembered, shown to no liaison
TOUCHES = tables.touch.c
TOUCH = [
    column for column in tables.touch.columns if column.name not in ("id", "note", "undone_on")
]
COUNTS = TOUCHES.undone_on.is_(None)
ONE: sa.BindParameter[str] = sa.bindparam("practice_id")
OF_ONE = (
    sa.select(*CHECKIN)
    .where(CHECKINS.practice_id == ONE, CHECKINS.state.not_in(UNLISTED))
    .order_by(CHECKINS.id)
)
LAST_CONTACT = (
    sa.select(*TOUCH)
    .where(TOUCHES.practice_id == ONE, COUNTS, TOUCHES.kind != NO_CONTACT)
    .order_by(TOUCHES.touched_on.desc(), TOUCHES.id.desc())
    .limit(1)
)


class CheckIns(Database):
    """What the store knows of check-ins, snoozes and touches."""

    def checkins(
        self,
        as_of: date | None = None,
        *,
        opened_on: date | None = None,
        practice_id: str | None = None,
    ) -> list[CheckIn]:
        """Every check-in, the oldest first; with `as_of` those opened by that day, with the others
        those opened on a day, or of a practice."""
        wanted = sa.select(*CHECKIN).where(CHECKINS.state.not_in(UNLISTED))
        if opened_on is not None:
            wanted = wanted.where(CHECKINS.opened_on == opened_on)
        if practice_id is not None:
            wanted = wanted.where(CHECKINS.practice_id == practice_id)
        if as_of is not None:
            wanted = wanted.where(CHECKINS.opened_on <= as_of)
        return self._checkins(wanted)

    def checkins_of(self, practice_id: str) -> list[CheckIn]:
        """A practice's check-ins, the oldest first."""
        with self.read() as conn:
            rows = conn.execute(OF_ONE, {"practice_id": practice_id})
            return [CheckIn(**row._mapping) for row in rows]

    def unlisted(self) -> list[CheckIn]:
        """The would-be check-ins that no digest told, the oldest first."""
        return self._checkins(sa.select(*CHECKIN).where(CHECKINS.state.in_(UNLISTED)))

    def open_checkin(self, conn: Connection, practice_id: str) -> CheckIn | None:
        """The practice's open check-in, kept from others until `conn`'s transaction ends."""
        wanted = sa.select(*CHECKIN).where(CHECKINS.open_key == practice_id)
        row = conn.execute(wanted.with_for_update()).one_or_none()
        return None if row is None else CheckIn(**row._mapping)

    def open_checkins(self, liaison: str | None = None) -> list[CheckIn]:
        """The open ones, at most one a practice; all, or a liaison's."""
        wanted = sa.select(*CHECKIN).where(CHECKINS.state == "open")
        if liaison is not None:
            wanted = wanted.where(CHECKINS.liaison == liaison)
        return self._checkins(wanted)

    def untold_complaints(self) -> list[CheckIn]:
        """The open complaints that nobody has been told of, the oldest first."""
        untold = sa.and_(
            CHECKINS.state == "open", CHECKINS.kind == "complaint", CHECKINS.notified_on.is_(None)
        )
        return self._checkins(sa.select(*CHECKIN).where(untold))

    def announce(self, conn: Connection, complaint: CheckIn) -> bool:
        """Marks an open complaint as told, to its liaison, when `conn`'s transaction commits. Out:
        False where it was told, or ended, meanwhile; then nobody is to be written to."""
        untold = sa.and_(
            CHECKINS.id == complaint.id, CHECKINS.state == "open", CHECKINS.notified_on.is_(None)
        )
        now = {
            name: getattr(complaint, name) for name in ("notified_on", "liaison", "practice_name")
        }
        changed = conn.execute(sa.update(tables.checkin).where(untold).values(now))
        return changed.rowcount == 1

    def _checkins(self, wanted: sa.Select[Any]) -> list[CheckIn]:
        with self.read() as conn:
            rows = conn.execute(wanted.order_by(CHECKINS.id))
            return [CheckIn(**row._mapping) for row in rows]

    def save_checkin(self, conn: Connection, checkin: CheckIn) -> int:
        """Records a new check-in, or an old one (by its id) as it is now. Out: its id.

        StoreError where the practice has another open one, or the id is unknown.
        """
        values = _values(checkin)
        try:
            if checkin.id is None:
                inserted = conn.execute(sa.insert(tables.checkin).values(values))
                return int(inserted.inserted_primary_key[0])  # type: ignore[index]
            changed = conn.execute(
                sa.update(tables.checkin).where(CHECKINS.id == checkin.id).values(values)
            )
        except IntegrityError:
            raise StoreError(f'"{checkin.practice_id}" has an open check-in already.') from None
        if changed.rowcount != 1:
            raise StoreError(f"There is no check-in {checkin.id}.")
        return checkin.id

    def keep_checkin(self, conn: Connection, checkin: CheckIn) -> bool:
        """Records what a run made of a check-in, unless a liaison was faster.

        Out: False where the check-in has been closed meanwhile, or the practice has got another
        one: what she did stands.
        """
        if checkin.id is None:
            if checkin.state == "open" and self.open_checkin(conn, checkin.practice_id):
                return False
            self.save_checkin(conn, checkin)
            return True
        changed = conn.execute(
            sa.update(tables.checkin)
            .where(CHECKINS.id == checkin.id, CHECKINS.state == "open")
            .values(_values(checkin))
        )
        return changed.rowcount == 1

    def snoozes(self) -> list[Snooze]:
        """Every snooze, the oldest first."""
        with self.read() as conn:
            rows = conn.execute(sa.select(*SNOOZE).where(HIDES).order_by(tables.snooze.c.id))
            return [Snooze(**row._mapping) for row in rows]

    def snoozes_of(self, practice_ids: Iterable[str]) -> list[Snooze]:
        """The snoozes of these practices, each practice's oldest first."""
        ids = sorted(set(practice_ids))
        wanted = sa.select(*SNOOZE).where(HIDES).order_by(tables.snooze.c.id)
        snoozes: list[Snooze] = []
        with self.read() as conn:
            for start in range(0, len(ids), AT_ONCE):
                some = tables.snooze.c.practice_id.in_(ids[start : start + AT_ONCE])
                snoozes += [Snooze(**row._mapping) for row in conn.execute(wanted.where(some))]
        return snoozes

    def snooze(self, snooze_id: int) -> Snooze | None:
        """The snooze of an id; None where there is none that hides anything."""
        wanted = sa.select(*SNOOZE).where(HIDES, tables.snooze.c.id == snooze_id)
        with self.read() as conn:
            row = conn.execute(wanted).first()
        return None if row is None else Snooze(**row._mapping)

    def add_snooze(self, snooze: Snooze) -> None:
        """Records a snooze. StoreError."""
        with self.begin() as conn:
            self.save_snooze(conn, snooze)

    def save_snooze(self, conn: Connection, snooze: Snooze) -> int:
        """Records a snooze when `conn`'s transaction commits, and returns its id."""
        row = conn.execute(sa.insert(tables.snooze).values(asdict(snooze)))
        return int(row.inserted_primary_key[0])  # type: ignore[index]

    def touches(self, practice_id: str | None = None) -> list[Touch]:
        """Every touch, or a practice's, the oldest first, without its note."""
        wanted = sa.select(*TOUCH).where(COUNTS).order_by(TOUCHES.touched_on, TOUCHES.id)
        if practice_id is not None:
            wanted = wanted.where(TOUCHES.practice_id == practice_id)
        with self.read() as conn:
            return [Touch(**row._mapping) for row in conn.execute(wanted)]

    def touch(self, touch_id: int) -> Touch | None:
        """The touch of an id, without its note; None where there is none that counts."""
        with self.read() as conn:
            row = conn.execute(sa.select(*TOUCH).where(COUNTS, TOUCHES.id == touch_id)).first()
        return None if row is None else Touch(**row._mapping)

    def touches_of(self, practice_ids: Iterable[str], *, since: date | None = None) -> list[Touch]:
        """The touches of these practices, without their notes, each practice's oldest first; with
        `since` those of that day or later, and those that hide their practice beyond it."""
        ids = sorted(set(practice_ids))
        wanted = sa.select(*TOUCH).where(COUNTS).order_by(TOUCHES.touched_on, TOUCHES.id)
        if since is not None:
            wanted = wanted.where(sa.or_(TOUCHES.touched_on >= since, TOUCHES.snooze_until > since))
        touches: list[Touch] = []
        with self.read() as conn:
            for start in range(0, len(ids), AT_ONCE):
                some = TOUCHES.practice_id.in_(ids[start : start + AT_ONCE])
                touches += [Touch(**row._mapping) for row in conn.execute(wanted.where(some))]
        return touches

    def last_contact(self, practice_id: str) -> Touch | None:
        """The latest touch of a practice with which somebody there was spoken to."""
        with self.read() as conn:
            row = conn.execute(LAST_CONTACT, {"practice_id": practice_id}).first()
        return None if row is None else Touch(**row._mapping)

    def came_back(self, since: date) -> list[CheckIn]:
        """The check-ins that recovered on that day or later, the latest first."""
        recovered = sa.and_(CHECKINS.state == "recovered", CHECKINS.resolved_on >= since)
        latest = (CHECKINS.resolved_on.desc(), CHECKINS.id.desc())
        with self.read() as conn:
            rows = conn.execute(sa.select(*CHECKIN).where(recovered).order_by(*latest))
            return [CheckIn(**row._mapping) for row in rows]

    def add_touch(self, touch: Touch, note: str = "") -> None:
        """Records a touch and nothing that follows from it. StoreError."""
        with self.begin() as conn:
            self.save_touch(conn, touch, note)

    def save_touch(self, conn: Connection, touch: Touch, note: str = "") -> int:
        """Records a touch and returns its id; the note is kept and never read back here."""
        row = conn.execute(sa.insert(tables.touch).values(**asdict(touch), note=note))
        note_touch(conn, touch.practice_id, touch.touched_on, touch.kind)
        return int(row.inserted_primary_key[0])  # type: ignore[index]

    def undo_touch(self, conn: Connection, touch_id: int, on: date) -> bool:
        """Undoes a touch, and the promise that was made with it; both stay on record. Returns
        False where that was done already, or the touch is not known."""
        once = sa.and_(TOUCHES.id == touch_id, COUNTS)
        undone = conn.execute(sa.update(tables.touch).where(once).values(undone_on=on))
        made = sa.and_(tables.promise.c.touch_id == touch_id, tables.promise.c.undone_on.is_(None))
        if undone.rowcount != 1:
            return False
        conn.execute(sa.update(tables.promise).where(made).values(undone_on=on))
        where = sa.select(TOUCHES.practice_id).where(TOUCHES.id == touch_id)
        note_last_touch(conn, str(conn.scalar(where)))
        return True

    def gifts(self, year: int) -> list[Touch]:
        """The touches of a year with which something was brought that cost money, the oldest
        first."""
        within = TOUCHES.touched_on.between(date(year, 1, 1), date(year, 12, 31))
        cost = sa.and_(COUNTS, TOUCHES.cost_cents > 0, within)
        wanted = sa.select(*TOUCH).where(cost).order_by(TOUCHES.touched_on, TOUCHES.id)
        with self.read() as conn:
            return [Touch(**row._mapping) for row in conn.execute(wanted)]


def withdraw_notification(conn: Connection, liaison: str, period: date) -> None:
    """Takes back what the liaison's digest of that date told, since it was never delivered.

    The next run tells its check-ins again, and what came back is open until then.
    """
    theirs = CHECKINS.liaison == liaison
    for column in ("notified_on", "reminded_on"):
        conn.execute(
            sa.update(tables.checkin)
            .where(theirs, CHECKINS[column] == period, CHECKINS.state == "open")
            .values({column: None})
        )
    came_back = sa.select(CHECKINS.id, CHECKINS.practice_id).where(
        theirs, CHECKINS.resolved_on == period, CHECKINS.state == "recovered"
    )
    for row in conn.execute(came_back).all():
        if conn.scalar(sa.select(CHECKINS.id).where(CHECKINS.open_key == row.practice_id)) is None:
            conn.execute(
                sa.update(tables.checkin)
                .where(CHECKINS.id == row.id)
                .values(state="open", resolved_on=None, open_key=row.practice_id)
            )


def _values(checkin: CheckIn) -> dict[str, Any]:
    values = {key: _plain(value) for key, value in asdict(checkin).items() if key != "id"}
    return values | {"open_key": checkin.practice_id if checkin.state == "open" else None}


def _plain(value: Any) -> Any:
    """Python's own number for numpy's, which SQLite would keep as bytes."""
    return value.item() if hasattr(value, "item") else value
