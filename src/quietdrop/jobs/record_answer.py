"""Records an answer to a check-in with all that it changes, and undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.engine import Connection

from quietdrop.domain.answered import Answered
from quietdrop.domain.audit import Actor, AuditAction, AuditEntry
from quietdrop.domain.checkin import CheckIn, Snooze, State, Touch
from quietdrop.jobs.record_touch import record_numbered
from quietdrop.store import Store


@dataclass(frozen=True)
class Occasion:
    """Who answers, when, by which link ("" for the command line), and what is said in short."""

    who: str
    at: datetime
    said: str
    mark: str = ""

    @property
    def actor(self) -> Actor:
        """Who does it, and when, for the audit."""
        return Actor(self.who, self.at)


def record_answer(
    store: Store, conn: Connection, touch: Touch, note: str, occasion: Occasion
) -> tuple[int, CheckIn | None]:
    """Records what somebody learned when `conn`'s transaction commits.

    Returns:
        The id of the touch, and the practice's check-in as it is then; None where it has none.

    Raises:
        StoreError: the store cannot be written.
    """
    answered, after = record_change(store, conn, touch, note, occasion)
    _keep(store, conn, answered, occasion)
    assert answered.touch_id is not None
    return answered.touch_id, after


def record_change(
    store: Store, conn: Connection, touch: Touch, note: str, occasion: Occasion
) -> tuple[Answered, CheckIn | None]:
    """Records a touch with its consequences when `conn`'s transaction commits.

    Returns:
        What it changed, to be kept so that it can be undone, and the practice's check-in after it.
    """
    before = store.checkins.lock_open(conn, touch.practice_id)
    touch_id, after = record_numbered(store, conn, touch, note)
    opened = before is None and after is not None
    now_open = store.checkins.lock_open(conn, touch.practice_id) if opened else before
    answered = Answered(
        practice_id=touch.practice_id,
        said=occasion.said,
        answered_at=occasion.at,
        mark=occasion.mark,
        touch_id=touch_id,
        checkin_id=now_open.id if now_open else None,
        kind_before=before.kind if before else "",
        notified_before=before.notified_on if before else None,
        opened=opened,
        closed=before is not None and after is not None and after.state == State.CLOSED,
    )
    return answered, after


def record_snooze(store: Store, conn: Connection, snooze: Snooze, occasion: Occasion) -> None:
    """Hides a practice for a time when `conn`'s transaction commits; nobody was spoken with."""
    answered = Answered(
        practice_id=snooze.practice_id,
        said=occasion.said,
        answered_at=occasion.at,
        mark=occasion.mark,
        snooze_id=store.snoozes.save(conn, snooze),
    )
    _keep(store, conn, answered, occasion)


class _ChangedSince(Exception):
    """Rolls an undoing back."""


def _keep(store: Store, conn: Connection, answered: Answered, occasion: Occasion) -> None:
    store.answers.save(conn, answered)
    entry = occasion.actor.did(AuditAction.ANSWERED, answered.practice_id, occasion.said)
    store.audit.add(conn, entry)


def why_it_stands(store: Store, answered: Answered) -> str:
    """Why an answer cannot be undone any more; empty where it can."""
    standing = None if answered.id is None else store.answers.get(answered.id)
    if standing is None:
        return "It was undone before."
    if store.answers.was_answered_again(answered):
        return "Somebody has answered again since."
    if store.answers.was_read_by_a_run(answered):
        return "The next run has begun since, and digests may build on it."
    return ""


def undo(store: Store, answered: Answered, who: str, now: datetime, today: date) -> str:
    """Undoes an answer and writes into the audit who did.

    Returns:
        Why it was not undone; empty where it was.

    Raises:
        StoreError: the store cannot be written.
    """
    stands = why_it_stands(store, answered)
    if stands:
        return stands
    entry = AuditEntry(now, who, AuditAction.UNDID, answered.practice_id, answered.said)
    try:
        with store.begin() as conn:
            if answered.touch_id is not None:
                store.touches.undo(conn, answered.touch_id, today)
            if not store.answers.undo(conn, answered, now, today):
                raise _ChangedSince
            store.audit.add(conn, entry)
    except _ChangedSince:
        return "What became of it has changed since."
    return ""
