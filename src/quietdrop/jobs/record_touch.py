"""Records what a liaison did and learned, with what follows from it, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.engine import Connection

from quietdrop.checkins.touches import checkin_after
from quietdrop.domain import outcomes
from quietdrop.domain.checkin import CheckIn, Kind, Touch
from quietdrop.store import Store


def record(store: Store, conn: Connection, touch: Touch, note: str = "") -> CheckIn | None:
    """Records a touch and, on the practice's check-in, its consequences.

    Out: the practice's check-in as it is now; None where it has none. A date until which the
    practice is hidden goes with the touch. Errors: StoreError.
    """
    return record_numbered(store, conn, touch, note)[1]


def record_numbered(
    store: Store, conn: Connection, touch: Touch, note: str = ""
) -> tuple[int, CheckIn | None]:
    """As `record`, with the id of the touch before the check-in."""
    before = store.checkins.lock_open(conn, touch.practice_id)
    after = checkin_after(before, touch)
    if after is not None and after.kind == Kind.COMPLAINT and outcomes.is_complaint(touch):
        after = replace(after, notified_on=None)  # each complaint is told on its day
    touch_id = store.touches.save(conn, touch, note)
    if after is not None and after != before:
        store.checkins.save(conn, after)
    return touch_id, after


def record_all(store: Store, touches: Iterable[Touch]) -> Counter[str]:
    """Records touches that came from a file, each once, however often the file comes.

    Out: how many were recorded, and how many were not, by reason. Errors: StoreError.
    """
    tally: Counter[str] = Counter()
    recorded = set(store.touches.all())
    for touch in sorted(touches, key=lambda touch: touch.touched_on):
        with store.begin() as conn:
            asked = store.checkins.lock_open(conn, touch.practice_id)
            wrong = "recorded before" if touch in recorded else outcomes.refusal(touch, asked)
            if not wrong:
                recorded.add(touch)
                record(store, conn, touch)
        tally[wrong or "recorded"] += 1
    return tally
