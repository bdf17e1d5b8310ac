"""What people decided about practices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.checkin import State
from quietdrop.domain.decisions import Decision, DecisionKind, Register, RegisteredPractice
from quietdrop.store import tables
from quietdrop.store.audit import add_line
from quietdrop.store.database import Part
from quietdrop.store.runs import FINISHED
from quietdrop.store.spellings import read_spellings

DECISION, SPELLING, CHECKIN = tables.decision.c, tables.spelling.c, tables.checkin.c
RUN, ASSESSMENT = tables.run.c, tables.assessment.c


class Decisions(Part):
    """Decisions, each until it is undone, and the register that the next run reads."""

    def all(self) -> list[Decision]:
        """Every decision, undone ones too, the oldest first."""
        with self._database.read() as conn:
            rows = conn.execute(sa.select(tables.decision).order_by(DECISION.id)).all()
        return [_decision(row) for row in rows]

    def about(self, practice_id: str) -> list[Decision]:
        """The decisions about a practice, undone ones too, the oldest first."""
        about = sa.or_(DECISION.subject == practice_id, DECISION.value == practice_id)
        wanted = sa.select(tables.decision).where(about).order_by(DECISION.id)
        with self._database.read() as conn:
            rows = conn.execute(wanted).all()
        return [_decision(row) for row in rows]

    def add(self, decisions: Iterable[Decision]) -> int:
        """Records new decisions, with a line of the audit each, in one transaction. Returns how
        many. StoreError."""
        new = list(decisions)
        rows = [
            {name: value for name, value in asdict(decision).items() if name != "id"}
            for decision in new
        ]
        if rows:
            with self._database.begin() as conn:
                conn.execute(sa.insert(tables.decision), rows)
                for one in new:
                    actor = Actor(one.decided_by, one.decided_at)
                    add_line(conn, actor.did(AuditAction.DECIDED, one.about, one.in_short))
        return len(rows)

    def undo(self, decision_id: int, undone_by: str, now: datetime) -> bool:
        """Undoes a decision; it stays on record, and the audit says who undid it. Returns False if
        no standing decision has that id."""
        holds = sa.and_(DECISION.id == decision_id, DECISION.undone_at.is_(None))
        with self._database.begin() as conn:
            row = conn.execute(sa.select(tables.decision).where(holds)).one_or_none()
            if row is None:
                return False
            undone = {"undone_by": undone_by, "undone_at": now}
            conn.execute(sa.update(tables.decision).where(holds).values(undone))
            one = _decision(row)
            detail = f"decision {decision_id}, {one.in_short}"
            add_line(conn, Actor(undone_by, now).did(AuditAction.UNDID, one.about, detail))
            if row.kind == DecisionKind.ALIAS:
                pair = (row.subject, row.value)
                conn.execute(sa.delete(tables.spelling).where(SPELLING.practice_id.in_(pair)))
        return True

    def register(self) -> Register:
        """The practices that the store knows by id and name, with every standing decision."""
        last = (
            sa.select(RUN.id)
            .where(RUN.live == sa.true(), RUN.state.in_(FINISHED))
            .order_by(RUN.as_of.desc(), RUN.id.desc())
            .limit(1)
        )
        assessed = sa.select(ASSESSMENT.practice_id, ASSESSMENT.practice_name)
        names: dict[str, str] = {}
        opened: dict[str, date] = {}
        with self._database.read() as conn:
            for column in (tables.touch.c.practice_id, tables.snooze.c.practice_id):
                names |= dict.fromkeys(conn.scalars(sa.select(column).distinct()), "")
            checkins = sa.select(tables.checkin).order_by(CHECKIN.id)
            for row in conn.execute(checkins):
                names[row.practice_id] = row.practice_name
                if row.state == State.OPEN:
                    opened[row.practice_id] = row.opened_on
            for practice_id, name in conn.execute(
                assessed.where(ASSESSMENT.run_id.in_(conn.scalars(last).all()))
            ):
                names[practice_id] = name
            # An id that was merged into another practice is listed under that practice only.
            spelled = frozenset(read_spellings(conn))
            for gone in spelled:
                if gone not in opened:
                    names.pop(gone, None)
        practices = (RegisteredPractice(i, name, opened.get(i)) for i, name in names.items())
        decisions = (each for each in self.all() if each.undone_at is None)
        return Register(tuple(practices), tuple(decisions), spelled)


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(**(dict(row._mapping) | {"kind": DecisionKind(row.kind)}))
