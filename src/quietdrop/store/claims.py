"""Claims with a lease, so that each thing is done by one process."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.store import tables
from quietdrop.store.database import Part

CLAIM = tables.claim.c


class Claims(Part):
    """Who does what, and until when."""

    def take(self, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
        """Claims the name for `owner` until the lease ends, or takes it over if the last lease
        ended.

        Returns whether the owner has it. `owner` must differ between processes. A lease that ends
        implausibly late comes from a clock that was set back since; it counts as ended.
        """
        mine = {"owner": owner, "expires_at": now + lease}
        ended = sa.or_(CLAIM.expires_at <= now, CLAIM.expires_at > now + 2 * lease)
        try:
            with self._database.begin(but=IntegrityError) as conn:
                taken = conn.execute(
                    sa.update(tables.claim).where(CLAIM.name == name, ended).values(mine)
                )
                if taken.rowcount != 1:
                    conn.execute(sa.insert(tables.claim).values(name=name, **mine))
        except IntegrityError:
            return False
        return True

    def holder(self, name: str) -> str | None:
        """The owner of the name, even if the lease has ended; None if there is no owner."""
        with self._database.read() as conn:
            return conn.scalar(sa.select(CLAIM.owner).where(CLAIM.name == name))

    def hand_over(self, name: str, holder: str, owner: str) -> bool:
        """Hands the name to `owner` if `holder` still has it. Returns whether it did."""
        return self._change(name, holder, owner=owner)

    def renew(self, name: str, owner: str, until: datetime) -> bool:
        """Extends the owner's lease. Returns False if the owner has lost it."""
        return self._change(name, owner, expires_at=until)

    def _change(self, name: str, holder: str, **values: str | datetime) -> bool:
        """Changes the claim of a name if `holder` still has it. Returns whether it did."""
        theirs = sa.and_(CLAIM.name == name, CLAIM.owner == holder)
        with self._database.begin() as conn:
            changed = conn.execute(sa.update(tables.claim).where(theirs).values(**values))
            return changed.rowcount == 1

    def give_back(self, conn: Connection, name: str, owner: str) -> bool:
        """Releases the name when `conn`'s transaction commits. Returns whether the owner still had
        it, so that nobody else can have done what the transaction does."""
        gone = conn.execute(sa.delete(tables.claim).where(CLAIM.name == name, CLAIM.owner == owner))
        return gone.rowcount == 1

    def is_taken(self, name: str, now: datetime) -> bool:
        """Whether the name is claimed."""
        with self._database.read() as conn:
            wanted = sa.select(CLAIM.name).where(CLAIM.name == name, CLAIM.expires_at > now)
            return conn.scalar(wanted) is not None
