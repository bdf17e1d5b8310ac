"""Records what was promised to a practice, and that it was kept; the audit says by whom."""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.promise import Promise
from quietdrop.store import Store


def record_promise(
    store: Store, conn: Connection, promise: Promise, touch_id: int, actor: Actor
) -> None:
    """Records a new promise, made with a touch, when `conn`'s transaction commits. StoreError."""
    store.promises.save(conn, promise, touch_id)
    owner = f", {promise.owner}" if promise.owner else ""
    said = f"by {promise.due_on.isoformat()}{owner}"
    store.audit.add(conn, actor.did(AuditAction.PROMISED, promise.practice_id, said))


def mark_promise(
    store: Store, conn: Connection, promise: Promise, kept_on: date | None, actor: Actor
) -> bool:
    """Marks a promise as kept on a day, or with None as open again.

    Returns:
        False where it stands so already; then nothing is recorded.

    Raises:
        StoreError: the store cannot be written.
    """
    if not store.promises.keep(conn, promise.id or 0, kept_on):
        return False
    action = AuditAction.REOPENED if kept_on is None else AuditAction.KEPT
    said = f"a promise due {promise.due_on.isoformat()}"
    store.audit.add(conn, actor.did(action, promise.practice_id, said))
    return True
