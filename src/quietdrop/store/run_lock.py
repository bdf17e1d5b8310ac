"""A lock that one process holds at a time, renewed for as long as the work takes."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from quietdrop.domain.errors import RunBusy, StoreError
from quietdrop.lib.process_identity import own_identity, parse_identity
from quietdrop.store import Store

LIVE_RUN = "live run"  # one at a time, whatever its date
LEASE = timedelta(minutes=5)
RENEWALS = 3  # per lease, so that a short outage of the database does not lose the claim


@dataclass(frozen=True)
class RunLock:
    """A claim, valid until another process takes it over."""

    store: Store
    name: str
    owner: str

    def end(self, conn: Connection) -> None:
        """Releases the claim in `conn`'s transaction. RunBusy if it was lost in the meantime; the
        transaction must then not commit."""
        if not self.store.claims.give_back(conn, self.name, self.owner):
            raise RunBusy(f"Another process has taken over the {self.name}; nothing was recorded.")


@contextmanager
def held(store: Store, name: str, now: datetime, lease: timedelta = LEASE) -> Iterator[RunLock]:
    """Claims `name` and renews the claim in the background. RunBusy if another process has it.

    The claim of a process known to be dead is taken over at once, any other when it expires. The
    clock is not read again: each renewal adds the time that has passed.
    """
    mine = RunLock(store, name, f"{own_identity()}|{uuid.uuid4().hex}")
    if not store.claims.take(name, mine.owner, now, lease):
        holder = store.claims.holder(name)
        if not (holder and _is_dead(holder) and store.claims.hand_over(name, holder, mine.owner)):
            raise RunBusy(_busy(name, holder, lease))
        store.claims.renew(name, mine.owner, now + lease)
    done = threading.Event()
    renewing = threading.Thread(target=_renew, args=(mine, now, lease, done), daemon=True)
    renewing.start()
    try:
        yield mine
    finally:
        done.set()
        renewing.join()
        with suppress(StoreError), store.begin() as conn:
            store.claims.give_back(conn, name, mine.owner)


def is_held(store: Store, name: str, now: datetime) -> bool:
    """Whether a process that is not known to be dead has the claim on `name`."""
    return store.claims.is_taken(name, now) and not _is_dead(store.claims.holder(name) or "")


def _is_dead(holder: str) -> bool:
    identity = parse_identity(holder)
    return identity is not None and identity.is_dead


def _busy(name: str, holder: str | None, lease: timedelta) -> str:
    minutes = max(1, round(lease / timedelta(minutes=1)))
    identity = parse_identity(holder or "")
    where = f" (process {identity.pid} on {identity.host})" if identity else ""
    return (
        f"Another {name} is under way{where}; if it died, its claim ends within {minutes} minutes."
    )


def _renew(mine: RunLock, begun: datetime, lease: timedelta, done: threading.Event) -> None:
    pause, waited = lease / RENEWALS, timedelta()
    while not done.wait(pause.total_seconds()):
        waited += pause
        with suppress(StoreError):
            if not mine.store.claims.renew(mine.name, mine.owner, begun + waited + lease):
                return
