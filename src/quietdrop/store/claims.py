"""Leases, so that each thing is done by one process, and heartbeats."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from quietdrop.store import tables
from quietdrop.store.database import Database, telling

CLAIM = tables.claim.c
BEAT = tables.heartbeat.c


class Claims(Database):
    """Who does what, and who was last seen when."""

    def claim(self, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
        """Takes the name for `owner` until the lease ends, or over from a lease that ended.

        Out: whether the owner has it. `owner` must be another one for each process.
        """
        mine = {"owner": owner, "expires_at": now + lease}
        try:
            with telling(self.url, but=IntegrityError), self._writer.begin() as conn:
                taken = conn.execute(
                    sa.update(tables.claim)
                    .where(CLAIM.name == name, CLAIM.expires_at <= now)
                    .values(mine)
                )
                if taken.rowcount != 1:
                    conn.execute(sa.insert(tables.claim).values(name=name, **mine))
        except IntegrityError:
            return False
        return True

    def release(self, name: str, owner: str) -> None:
        """Gives the name back, where `owner` still has it."""
        with self.begin() as conn:
            conn.execute(sa.delete(tables.claim).where(CLAIM.name == name, CLAIM.owner == owner))

    def beat(self, name: str, now: datetime) -> None:
        """Records that `name` was alive at `now`."""
        try:
            with telling(self.url, but=IntegrityError), self._writer.begin() as conn:
                found = conn.execute(
                    sa.update(tables.heartbeat).where(BEAT.name == name).values(at=now)
                )
                if found.rowcount == 0:
                    conn.execute(sa.insert(tables.heartbeat).values(name=name, at=now))
        except IntegrityError:
            return  # another process of that name has just said the same

    def heartbeat(self, name: str) -> datetime | None:
        """When `name` was last alive; None where never."""
        with self.read() as conn:
            return conn.scalar(sa.select(BEAT.at).where(BEAT.name == name))
