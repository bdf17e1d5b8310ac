"""Check-ins: what liaisons were asked to look into."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.errors import StoreError
from quietdrop.store import tables
from quietdrop.store.database import Part

CHECKINS = tables.checkin.c
CHECKIN = [CHECKINS[field.name] for field in fields(CheckIn)]
# Would-be check-ins: remembered but never shown to a liaison.
UNLISTED = (State.LEFT_OUT, State.HELD_OUT)

# Statements of pages, built once because building one takes longer than running it.
OF_ONE = (
    sa.select(*CHECKIN)
    .where(CHECKINS.practice_id == sa.bindparam("practice_id"), CHECKINS.state.not_in(UNLISTED))
    .order_by(CHECKINS.id)
)
OPEN = sa.select(*CHECKIN).where(CHECKINS.state == State.OPEN).order_by(CHECKINS.id)
HER_OPEN = OPEN.where(CHECKINS.liaison == sa.bindparam("liaison"))
OPEN_NOW = sa.select(CHECKINS.practice_id).where(CHECKINS.state == State.OPEN)


class CheckIns(Part):
    """Check-ins, and the would-be ones that no liaison sees."""

    def all(
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

    def of(self, practice_id: str) -> list[CheckIn]:
        """A practice's check-ins, the oldest first."""
        with self._database.read() as conn:
            rows = conn.execute(OF_ONE, {"practice_id": practice_id})
            return [CheckIn(*row) for row in rows]

    def unlisted(self) -> list[CheckIn]:
        """The would-be check-ins that no digest listed, the oldest first."""
        return self._checkins(sa.select(*CHECKIN).where(CHECKINS.state.in_(UNLISTED)))

    def lock_open(self, conn: Connection, practice_id: str) -> CheckIn | None:
        """The practice's open check-in, locked until `conn`'s transaction ends."""
        wanted = sa.select(*CHECKIN).where(CHECKINS.open_key == practice_id)
        row = conn.execute(wanted.with_for_update()).one_or_none()
        return None if row is None else CheckIn(*row)

    def open(self, liaison: str | None = None) -> list[CheckIn]:
        """The open check-ins, at most one per practice: all of them, or a liaison's."""
        wanted, whose = (OPEN, {}) if liaison is None else (HER_OPEN, {"liaison": liaison})
        with self._database.read() as conn:
            return [CheckIn(*row) for row in conn.execute(wanted, whose)]

    def unannounced_complaints(self) -> list[CheckIn]:
        """The open complaints that nobody has been notified of, the oldest first."""
        is_unannounced = sa.and_(
            CHECKINS.state == State.OPEN,
            CHECKINS.kind == Kind.COMPLAINT,
            CHECKINS.notified_on.is_(None),
        )
        return self._checkins(sa.select(*CHECKIN).where(is_unannounced))

    def announce(self, conn: Connection, complaint: CheckIn) -> bool:
        """Marks an open complaint as announced to its liaison when `conn`'s transaction commits.
        Returns False if it was announced or ended in the meantime; then nobody should be mailed."""
        is_unannounced = sa.and_(
            CHECKINS.id == complaint.id,
            CHECKINS.state == State.OPEN,
            CHECKINS.notified_on.is_(None),
        )
        now = {
            name: getattr(complaint, name) for name in ("notified_on", "liaison", "practice_name")
        }
        changed = conn.execute(sa.update(tables.checkin).where(is_unannounced).values(now))
        return changed.rowcount == 1

    def _checkins(self, wanted: sa.Select[Any]) -> list[CheckIn]:
        with self._database.read() as conn:
            rows = conn.execute(wanted.order_by(CHECKINS.id))
            return [CheckIn(*row) for row in rows]

    def save(self, conn: Connection, checkin: CheckIn) -> int:
        """Inserts a new check-in, or updates an existing one by its id. Returns its id.

        StoreError if the practice has another open check-in or the id is unknown.
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

    def keep(self, conn: Connection, checkin: CheckIn) -> bool:
        """Records what a run decided about a check-in, unless a liaison was faster.

        Returns False if the check-in was closed in the meantime or the practice has a new one: the
        liaison's answer wins.
        """
        if checkin.id is None:
            if checkin.state == State.OPEN and self.lock_open(conn, checkin.practice_id):
                return False
            self.save(conn, checkin)
            return True
        changed = conn.execute(
            sa.update(tables.checkin)
            .where(CHECKINS.id == checkin.id, CHECKINS.state == State.OPEN)
            .values(_values(checkin))
        )
        return changed.rowcount == 1

    def recovered_since(self, since: date) -> list[CheckIn]:
        """The check-ins that recovered on that day or later, the latest first."""
        recovered = sa.and_(CHECKINS.state == State.RECOVERED, CHECKINS.resolved_on >= since)
        latest = (CHECKINS.resolved_on.desc(), CHECKINS.id.desc())
        with self._database.read() as conn:
            rows = conn.execute(sa.select(*CHECKIN).where(recovered).order_by(*latest))
            return [CheckIn(*row) for row in rows]


def withdraw_notification(conn: Connection, liaison: str, period: date) -> None:
    """Withdraws what the liaison's digest of that date announced, because it was never delivered.

    The next run announces its check-ins again, and recovered ones stay open until then.
    """
    theirs = CHECKINS.liaison == liaison
    for column in ("notified_on", "reminded_on"):
        conn.execute(
            sa.update(tables.checkin)
            .where(theirs, CHECKINS[column] == period, CHECKINS.state == State.OPEN)
            .values({column: None})
        )
    came_back = sa.select(CHECKINS.id, CHECKINS.practice_id).where(
        theirs, CHECKINS.resolved_on == period, CHECKINS.state == State.RECOVERED
    )
    for row in conn.execute(came_back).all():
        if conn.scalar(sa.select(CHECKINS.id).where(CHECKINS.open_key == row.practice_id)) is None:
            conn.execute(
                sa.update(tables.checkin)
                .where(CHECKINS.id == row.id)
                .values(state=State.OPEN, resolved_on=None, open_key=row.practice_id)
            )


def _values(checkin: CheckIn) -> dict[str, Any]:
    values = {key: _plain(value) for key, value in asdict(checkin).items() if key != "id"}
    return values | {"open_key": checkin.practice_id if checkin.state == State.OPEN else None}


def _plain(value: Any) -> Any:
    """Converts a numpy number to Python's: SQLite would store it as bytes."""
    return value.item() if hasattr(value, "item") else value
