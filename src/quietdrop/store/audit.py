"""The audit: rows are added, bounded by age, and made nameless where a practice is forgotten."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

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

    def audit_entries(
        self, *, before: datetime | None = None, limit: int | None = None
    ) -> list[AuditEntry]:
        """The lines, the newest first; those that are older than `before`, at most `limit`."""
        wanted = sa.select(tables.audit).order_by(AUDIT.at.desc(), AUDIT.id.desc())
        if before is not None:
            wanted = wanted.where(AUDIT.at < before)
        with self.read() as conn:
            rows = conn.execute(wanted.limit(limit)).all()
        return [
            AuditEntry(row.at, row.who, AuditAction(row.action), row.about, row.detail)
            for row in rows
        ]
