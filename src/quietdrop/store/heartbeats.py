"""When each part of the service was last alive."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from quietdrop.store import tables
from quietdrop.store.database import Part

BEAT = tables.heartbeat.c


class Heartbeats(Part):
    """The last sign of life by name."""

    def beat(self, name: str, now: datetime) -> None:
        """Records that `name` was alive at `now`."""
        try:
            with self._database.begin(but=IntegrityError) as conn:
                updated = conn.execute(
                    sa.update(tables.heartbeat).where(BEAT.name == name).values(at=now)
                )
                if updated.rowcount == 0:
                    conn.execute(sa.insert(tables.heartbeat).values(name=name, at=now))
        except IntegrityError:
            return  # another process has just recorded the same

    def last(self, name: str) -> datetime | None:
        """When `name` was last alive; None if never."""
        with self._database.read() as conn:
            return conn.scalar(sa.select(BEAT.at).where(BEAT.name == name))

    def first_seen(self, name: str, now: datetime) -> datetime:
        """When `name` was first asked for: now if never before, or if the recorded time is in the
        future because the clock was set back."""
        first = self.last(name)
        if first is None or first > now:
            self.beat(name, now)
            return now
        return first
