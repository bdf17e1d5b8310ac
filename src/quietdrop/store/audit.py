"""The audit: rows are added, bounded by age, and made nameless where a practice is forgotten."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.audit import AuditAction, AuditEntry
from quietdrop.store import tables
from quietdrop.store.database import Database

AUDIT = tables.audit.c


class Audit(Database):
    """Who did what and when."""

    def add_audit(self, conn: Connection, entry: AuditEntry) -> None:
        """Adds a line, in the transaction of what it tells."""
        conn.execute(sa.insert(tables.audit).values(asdict(entry)))

    def audit_entries(self, *, limit: int | None = None, offset: int = 0) -> list[AuditEntry]:
        """The lines, the newest first; at most `limit`, after the first `offset`."""
        wanted = sa.select(tables.audit).order_by(AUDIT.at.desc(), AUDIT.id.desc())
        if limit is not None:
            wanted = wanted.limit(limit).offset(offset)
        with self.read() as conn:
            rows = conn.execute(wanted).all()
        return [
            AuditEntry(row.at, row.who, AuditAction(row.action), row.about, row.detail)
            for row in rows
        ]
