"""Decisions about practices, and what joins when spellings become one practice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.decisions import Decision, DecisionKind, Register, RegisteredPractice
from quietdrop.domain.identity import SAME_PRACTICE
from quietdrop.store import tables
from quietdrop.store.audit import add_line
from quietdrop.store.database import Database

DECISION, SPELLING, CHECKIN = tables.decision.c, tables.spelling.c, tables.checkin.c
RUN, ASSESSMENT = tables.run.c, tables.assessment.c
LONGEST_ID = 255  # characters; what the tables' keys hold
# Columns that name a practice, but those of check-ins, whose open ones may clash.
NAMING = (
    tables.touch.c.practice_id,
    tables.snooze.c.practice_id,
    tables.promise.c.practice_id,
    tables.spent_link.c.practice_id,
    tables.answer.c.practice_id,
    tables.quarter_row.c.practice_id,
    tables.quarter_row.c.other_id,
    tables.audit.c.about,
)


class Decisions(Database):
    """What people decided about practices, and who is who."""

    def decisions(self) -> list[Decision]:
        """Every decision, undone ones too, the oldest first."""
        with self.read() as conn:
            rows = conn.execute(sa.select(tables.decision).order_by(DECISION.id)).all()
        return [_decision(row) for row in rows]

    def decisions_about(self, practice_id: str) -> list[Decision]:
        """The decisions about a practice, undone ones too, the oldest first."""
        about = sa.or_(DECISION.subject == practice_id, DECISION.value == practice_id)
        wanted = sa.select(tables.decision).where(about).order_by(DECISION.id)
        with self.read() as conn:
            rows = conn.execute(wanted).all()
        return [_decision(row) for row in rows]

    def add_decisions(self, decisions: Iterable[Decision]) -> int:
        """Records new decisions, with a line of the audit each, in one transaction. Out: how many.
        StoreError."""
        new = list(decisions)
        rows = [
            {name: value for name, value in asdict(decision).items() if name != "id"}
            for decision in new
        ]
        if rows:
            with self.begin() as conn:
                conn.execute(sa.insert(tables.decision), rows)
                for one in new:
                    actor = Actor(one.decided_by, one.decided_at)
                    add_line(conn, actor.did(AuditAction.DECIDED, one.about, one.in_short))
        return len(rows)

    def undo_decision(self, decision_id: int, undone_by: str, now: datetime) -> bool:
        """Undoes a decision; it stays on record, and the audit says who did. Out: False where none
        of that id holds."""
        holds = sa.and_(DECISION.id == decision_id, DECISION.undone_at.is_(None))
        with self.begin() as conn:
            row = conn.execute(sa.select(tables.decision).where(holds)).one_or_none()
            if row is None:
                return False
            undone = {"undone_by": undone_by, "undone_at": now}
            conn.execute(sa.update(tables.decision).where(holds).values(undone))
            one = _decision(row)
            said = f"decision {decision_id}, {one.in_short}"
            add_line(conn, Actor(undone_by, now).did(AuditAction.UNDID, one.about, said))
            if row.kind == DecisionKind.ALIAS:
                pair = (row.subject, row.value)
                conn.execute(sa.delete(tables.spelling).where(SPELLING.practice_id.in_(pair)))
        return True

    def register(self) -> Register:
        """Who the store knows, by id and name, with every decision that nobody has undone."""
        last = (
            sa.select(RUN.id)
            .where(RUN.live == sa.true(), RUN.state.in_(("done", "held")))
            .order_by(RUN.as_of.desc(), RUN.id.desc())
            .limit(1)
        )
        assessed = sa.select(ASSESSMENT.practice_id, ASSESSMENT.practice_name)
        names: dict[str, str] = {}
        opened: dict[str, date] = {}
        with self.read() as conn:
            for column in (tables.touch.c.practice_id, tables.snooze.c.practice_id):
                names |= dict.fromkeys(conn.scalars(sa.select(column).distinct()), "")
            checkins = sa.select(tables.checkin).order_by(CHECKIN.id)
            for row in conn.execute(checkins):
                names[row.practice_id] = row.practice_name
                if row.state == "open":
                    opened[row.practice_id] = row.opened_on
            for practice_id, name in conn.execute(
                assessed.where(ASSESSMENT.run_id.in_(conn.scalars(last).all()))
            ):
                names[practice_id] = name
            # What has gone over to another practice is known by that one alone.
            spelled = frozenset(_spellings(conn))
            for gone in spelled:
                if gone not in opened:
                    names.pop(gone, None)
        practices = (RegisteredPractice(i, name, opened.get(i)) for i, name in names.items())
        decisions = (each for each in self.decisions() if each.undone_at is None)
        return Register(tuple(practices), tuple(decisions), spelled)

    def key_of(self, practice_id: str) -> str:
        """The practice that a spelled id has become; the id itself where it is one."""
        with self.read() as conn:
            key = conn.scalar(
                sa.select(SPELLING.current_id).where(SPELLING.practice_id == practice_id)
            )
        return key or practice_id

    def spellings(self) -> dict[str, str]:
        """By every id under which a practice was known: the one that it has."""
        with self.read() as conn:
            return _spellings(conn)

    def join_practices(self, conn: Connection, keys: Mapping[str, str], on: date) -> None:
        """Hands all that is kept of spelled ids over to their practices' keys, with `conn`'s
        transaction. Of several open check-ins of one practice the oldest stays open."""
        kept = _spellings(conn)
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
        for spelled, key in wanted.items():
            if spelled in kept.values():
                moved = sa.update(tables.spelling).where(SPELLING.current_id == spelled)
                conn.execute(moved.values(current_id=key))
        changed = {spelled: key for spelled, key in wanted.items() if kept.get(spelled) != key}
        stale = [each for each in (*changed, *wanted.values()) if each in kept]
        for each in stale:
            conn.execute(sa.delete(tables.spelling).where(SPELLING.practice_id == each))
        if changed:
            rows = [{"practice_id": spelled, "current_id": key} for spelled, key in changed.items()]
            conn.execute(sa.insert(tables.spelling), rows)


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(**(dict(row._mapping) | {"kind": DecisionKind(row.kind)}))


def _spellings(conn: Connection) -> dict[str, str]:
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
        closed = {"state": "closed", "resolved_on": on, "outcome": SAME_PRACTICE}
        conn.execute(change.where(CHECKIN.id == row.id).values(closed))
    if rows:
        stays: dict[str, object] = {"open_key": key}
        if any(row.kind == "complaint" for row in rows) and rows[0].kind != "complaint":
            stays |= {"kind": "complaint"}
        conn.execute(change.where(CHECKIN.id == rows[0].id).values(stays))
