"""Touches and snoozes that are on record, without what else an answer would change."""

from __future__ import annotations

from quietdrop.domain.checkin import Snooze, Touch
from quietdrop.store import Store


def add_touch(store: Store, touch: Touch, note: str = "") -> int:
    with store.begin() as conn:
        return store.touches.save(conn, touch, note)


def add_snooze(store: Store, snooze: Snooze) -> int:
    with store.begin() as conn:
        return store.snoozes.save(conn, snooze)
