"""The audit: rows are added, pruned by age, and stripped of a practice that is forgotten."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.audit import AuditAction, AuditEntry
from quietdrop.store import tables
from quietdrop.store.database import Part

AUDIT = tables.audit.c
HEADER = ("at", "who", "action", "practice_id", "detail")


def add_line(conn: Connection, entry: AuditEntry) -> None:
    """Adds a line in the same transaction as the change it describes."""
    conn.execute(sa.insert(tables.audit).values(asdict(entry)))


class Audit(Part):
    """Who did what and when."""

    def add(self, conn: Connection, entry: AuditEntry) -> None:
        """The same as `add_line`, for callers that have the store."""
        add_line(conn, entry)

    def note(self, entry: AuditEntry) -> None:
        """Adds a line in a transaction of its own, for a change outside the store."""
        with self._database.begin() as conn:
            add_line(conn, entry)

    def entries(self, *, limit: int | None = None, offset: int = 0) -> list[AuditEntry]:
        """The lines, the newest first; at most `limit`, after the first `offset`."""
        wanted = sa.select(tables.audit).order_by(AUDIT.at.desc(), AUDIT.id.desc())
        if limit is not None:
            wanted = wanted.limit(limit).offset(offset)
        with self._database.read() as conn:
            rows = conn.execute(wanted).all()
        return [
            AuditEntry(row.at, row.who, AuditAction(row.action), row.about, row.detail)
            for row in rows
        ]


def as_row(entry: AuditEntry) -> tuple[str, ...]:
    """A line as a row of a file, below `HEADER`."""
    at = entry.at.isoformat(timespec="seconds")
    return at, entry.who, entry.action.value, entry.about, entry.detail
