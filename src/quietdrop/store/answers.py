"""Answers to check-ins, and undoing them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.answered import Answered
from quietdrop.domain.checkin import State
from quietdrop.store import tables
from quietdrop.store.database import Part
from quietdrop.store.runs import RunState

ANSWER, CHECKIN, RUN = tables.answer.c, tables.checkin.c, tables.run.c
COLUMNS = [column.label(column.key) for column in tables.answer.columns]
LATEST = sa.select(*COLUMNS).where(ANSWER.undone_at.is_(None)).order_by(ANSWER.id.desc()).limit(1)
BY_ID = LATEST.where(ANSWER.id == sa.bindparam("id"))
BY_MARK = LATEST.where(ANSWER.mark == sa.bindparam("mark"))
BY_PRACTICE = LATEST.where(ANSWER.practice_id == sa.bindparam("practice_id"))
IS_LIVE = sa.and_(RUN.live == sa.true(), RUN.state != RunState.FAILED)


class Answers(Part):
    """Recorded answers, the latest first, and undoing them."""

    def save(self, conn: Connection, answered: Answered) -> int:
        """Records what an answer changed when `conn`'s transaction commits. Returns its id."""
        values = {name: value for name, value in asdict(answered).items() if name != "id"}
        row = conn.execute(sa.insert(tables.answer).values(values))
        return int(row.inserted_primary_key[0])  # type: ignore[index]

    def get(self, number: int) -> Answered | None:
        """The answer of an id; None if there is none or it was undone."""
        with self._database.read() as conn:
            row = conn.execute(BY_ID, {"id": number}).first()
        return None if row is None else Answered(**row._mapping)

    def by_mark(self, mark: str) -> Answered | None:
        """The answer that a link gave and nobody has undone."""
        with self._database.read() as conn:
            row = conn.execute(BY_MARK, {"mark": mark}).first()
        return None if row is None else Answered(**row._mapping)

    def last_of(self, practice_id: str) -> Answered | None:
        """A practice's latest answer that nobody has undone."""
        with self._database.read() as conn:
            row = conn.execute(BY_PRACTICE, {"practice_id": practice_id}).first()
        return None if row is None else Answered(**row._mapping)

    def undoable(self, practice_id: str) -> list[Answered]:
        """What can still be undone about a practice, the latest first: what was recorded since the
        last live run. Of what changed its check-ins only the latest can."""
        begun = sa.select(sa.func.max(RUN.started_at)).where(IS_LIVE)
        theirs = sa.select(*COLUMNS).where(
            ANSWER.practice_id == practice_id, ANSWER.undone_at.is_(None)
        )
        with self._database.read() as conn:
            if (last := conn.scalar(begun)) is not None:
                theirs = theirs.where(ANSWER.answered_at > last)
            rows = conn.execute(theirs.order_by(ANSWER.id.desc())).all()
        standing = [Answered(**row._mapping) for row in rows]
        latest = next((one for one in standing if one.checkin_id is not None), None)
        return [one for one in standing if one.checkin_id is None or one is latest]

    def was_answered_again(self, answered: Answered) -> bool:
        """Whether a later answer that nobody has undone changed the practice's check-ins."""
        if answered.checkin_id is None:
            return False
        later = sa.select(ANSWER.id).where(
            ANSWER.practice_id == answered.practice_id,
            ANSWER.id > answered.id,
            ANSWER.checkin_id.is_not(None),
            ANSWER.undone_at.is_(None),
        )
        with self._database.read() as conn:
            return conn.execute(later.limit(1)).first() is not None

    def was_read_by_a_run(self, answered: Answered) -> bool:
        """Whether a live run has begun since the answer, so that a digest may build on it."""
        begun = sa.select(RUN.id).where(IS_LIVE, RUN.started_at >= answered.answered_at)
        with self._database.read() as conn:
            return conn.execute(begun.limit(1)).first() is not None

    def undo(self, conn: Connection, answered: Answered, now: datetime, on: date) -> bool:
        """Takes an answer back: its touch and snooze no longer count, its check-in is as it was
        before, and its link works again. All of it stays on record. Returns False, and changes
        nothing, where somebody else was faster or the check-in has changed since."""
        once = sa.and_(ANSWER.id == answered.id, ANSWER.undone_at.is_(None))
        undone = conn.execute(sa.update(tables.answer).where(once).values(undone_at=now))
        if undone.rowcount != 1 or not _restore(conn, answered):
            return False
        snooze, spent = tables.snooze, tables.spent_link
        conn.execute(
            sa.update(snooze).where(snooze.c.id == answered.snooze_id).values(undone_on=on)
        )
        conn.execute(sa.delete(spent).where(spent.c.mark == answered.mark))
        return True


def _restore(conn: Connection, answered: Answered) -> bool:
    if answered.checkin_id is None:
        return True
    this = CHECKIN.id == answered.checkin_id
    if answered.opened:
        gone = conn.execute(sa.delete(tables.checkin).where(this, CHECKIN.state == State.OPEN))
        return gone.rowcount == 1
    before = {
        "state": State.OPEN,
        "resolved_on": None,
        "outcome": "",
        "open_key": answered.practice_id,
        "kind": answered.kind_before,
        "notified_on": answered.notified_before,
    }
    left = State.CLOSED if answered.closed else State.OPEN
    other = sa.select(CHECKIN.id).where(CHECKIN.open_key == answered.practice_id)
    if answered.closed and conn.execute(other).first() is not None:
        return False
    changed = conn.execute(
        sa.update(tables.checkin).where(this, CHECKIN.state == left).values(before)
    )
    return changed.rowcount == 1
