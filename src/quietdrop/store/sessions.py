"""Who is signed in. The store has only a keyed hash of each cookie, so its rows cannot sign anyone
in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.session import Session, Way
from quietdrop.store import tables
from quietdrop.store.database import Part

SESSION = tables.session.c
ONE_SESSION = sa.select(tables.session).where(
    SESSION.mark == sa.bindparam("mark"), SESSION.ends_at > sa.bindparam("now")
)


class Sessions(Part):
    """Beginning, looking up and ending sessions."""

    def begin(self, conn: Connection, session: Session) -> None:
        """Stores a new session and deletes those that have ended."""
        ended = SESSION.ends_at <= session.begun_at
        conn.execute(sa.delete(tables.session).where(ended))
        conn.execute(sa.insert(tables.session).values(asdict(session)))

    def get(self, mark: str, now: datetime) -> Session | None:
        """The session under that mark; None where there is none or it has ended."""
        with self._database.read() as conn:
            row = conn.execute(ONE_SESSION, {"mark": mark, "now": now}).one_or_none()
        return None if row is None else Session(**(dict(row._mapping) | {"way": Way(row.way)}))

    def end(self, conn: Connection, mark: str) -> bool:
        """Ends a session. Returns whether it existed."""
        gone = conn.execute(sa.delete(tables.session).where(SESSION.mark == mark))
        return gone.rowcount == 1
