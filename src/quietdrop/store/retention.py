"""Pruning old rows, and forgetting a practice."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email import message_from_bytes, policy
from email.message import EmailMessage

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.audit import FORGOTTEN, AuditEntry
from quietdrop.domain.mail import MessageState
from quietdrop.store import tables
from quietdrop.store.audit import add_line
from quietdrop.store.database import Part
from quietdrop.store.events import WAITING

RUN, ASSESSMENT, MESSAGE = tables.run.c, tables.assessment.c, tables.message.c
PROMISE = tables.promise.c
OVER = (MessageState.SENT, MessageState.FAILED)  # final states of a message
BY_PRACTICE = (
    tables.assessment,
    tables.checkin,
    tables.snooze,
    tables.touch,
    tables.promise,
    tables.listed_gift,
    tables.card,
    tables.book_row,
    tables.book_line,
    tables.quarter_row,
    tables.weekly_count,
    tables.spent_link,
    tables.answer,
    tables.spelling,
    tables.decision,
    tables.event,
)
NAMING = (
    "practice_id",
    "other_id",
    "current_id",
    "subject",
    "value",
)  # columns that name a practice


class Retention(Part):
    """Deletes what is old, or what is known about a practice."""

    def prune(self, conn: Connection, before: date) -> dict[str, int]:
        """Prunes assessments and messages of runs before that date in `conn`'s transaction.

        A message that may still be sent stays, and so do open promises, and check-ins, snoozes and
        touches, which say how a practice is to be treated, and the runs themselves, a row each. The
        audit goes back as far as they do. Returns rows deleted by table.
        """
        old = sa.select(RUN.id).where(RUN.as_of < before)
        assessed = conn.execute(sa.delete(tables.assessment).where(ASSESSMENT.run_id.in_(old)))
        settled = sa.and_(MESSAGE.period < before, MESSAGE.state.in_(OVER))
        deleted = conn.execute(sa.delete(tables.message).where(settled))
        over = sa.or_(PROMISE.kept_on < before, PROMISE.undone_on < before)
        conn.execute(sa.delete(tables.promise).where(over))
        conn.execute(sa.delete(tables.link_use).where(tables.link_use.c.day < before))
        midnight = datetime.combine(before, time(), UTC)
        conn.execute(sa.delete(tables.audit).where(tables.audit.c.at < midnight))
        conn.execute(sa.delete(tables.answer).where(tables.answer.c.answered_at < midnight))
        left = tables.event.c.state.not_in(WAITING)
        conn.execute(sa.delete(tables.event).where(left, tables.event.c.happened_on < before))
        return {"assessment": assessed.rowcount, "message": deleted.rowcount}

    def forget(self, practice_id: str, entry: AuditEntry | None = None) -> dict[str, int]:
        """Deletes all that is known of a practice, and the bodies of messages that name it.

        One that is still to be sent is given up. What was known of it under other spellings goes
        too. The audit keeps its lines and loses the practice; `entry` says who forgot it. Returns
        rows by table, messages as "message".
        """
        with self._database.begin() as conn:
            spelled = sa.select(tables.spelling.c.practice_id)
            other = conn.scalars(spelled.where(tables.spelling.c.current_id == practice_id)).all()
            ids = {practice_id, *other}
            names = set().union(*(_names(conn, each) for each in ids))
            gone = {}
            for table in BY_PRACTICE:
                named = [c for c in table.c if c.name in NAMING]
                about = sa.or_(*(column.in_(ids) for column in named))
                deleted = conn.execute(sa.delete(table).where(about))
                gone[table.name] = deleted.rowcount
            nameless = sa.update(tables.audit).where(tables.audit.c.about.in_(ids))
            gone["audit"] = conn.execute(nameless.values(about=FORGOTTEN)).rowcount
            gone["trial"] = conn.execute(
                sa.delete(tables.trial)
            ).rowcount  # they can be asked again
            gone["message"] = _empty_messages(conn, names | ids)
            gone["run"] = _unname_runs(conn, ids)
            if entry is not None:
                add_line(conn, entry)
        self._database.empty_log()
        return gone


def _names(conn: Connection, practice_id: str) -> set[str]:
    """Every name that the practice has had here."""
    names: set[str] = set()
    columns = (
        *(ASSESSMENT.practice_name, tables.checkin.c.practice_name, tables.card.c.name),
        tables.weekly_count.c.practice_name,
    )
    for column in columns:
        wanted = sa.select(column).where(column.table.c.practice_id == practice_id)
        names |= set(conn.scalars(wanted.distinct()))
    return names - {""}


def _unname_runs(conn: Connection, ids: set[str]) -> int:
    """Takes the practice out of what runs recorded; returns how many named it."""
    runs = conn.execute(sa.select(RUN.id, RUN.summary).where(RUN.summary.is_not(None))).all()
    changed = 0
    for run_id, summary in runs:
        named = summary.get("slow") if isinstance(summary, dict) else None
        if isinstance(named, list) and ids.intersection(map(str, named)):
            kept = {**summary, "slow": [each for each in named if each not in ids]}
            conn.execute(sa.update(tables.run).where(RUN.id == run_id).values(summary=kept))
            changed += 1
    return changed


def _empty_messages(conn: Connection, names: set[str]) -> int:
    spelled = "|".join(re.escape(" ".join(name.split())) for name in sorted(names))
    named = re.compile(rf"(?<!\w)(?:{spelled})(?!\w)")  # P1 is not P10
    emptied = 0
    wanted = sa.select(MESSAGE.id, MESSAGE.subject, MESSAGE.mime, MESSAGE.state)
    for row in conn.execute(wanted).all():
        text = " ".join((f"{row.subject}\n{_words(row.mime)}").split())
        if not named.search(text):
            continue
        changed: dict[str, object] = {"mime": b"", "subject": FORGOTTEN}
        if row.state not in OVER:
            changed |= {
                "state": MessageState.FAILED,
                "next_try": None,
                "error": "a practice was forgotten",
            }
        conn.execute(sa.update(tables.message).where(MESSAGE.id == row.id).values(changed))
        emptied += 1
    return emptied


def _words(mime: bytes) -> str:
    """The plain text of a message, in which every practice that it names is named."""
    message = message_from_bytes(mime, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""
