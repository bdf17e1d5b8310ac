"""Gives a practice to another liaison: decided at once, and seen at once by everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.store import Store


def assign(
    store: Store, practice_id: str, liaison: str, by: str, when: tuple[date, datetime]
) -> None:
    """Records the decision, and moves the practice's pages and its open check-in to her.

    Args:
        store: ours.
        practice_id: the practice's key.
        liaison: her address; the next run's digests follow it.
        by: who decides.
        when: from which day it counts, and the moment.
    """
    from_on, now = when
    decision = Decision(DecisionKind.ASSIGNMENT, practice_id, liaison, from_on, by, now)
    store.decisions.add([decision])
    with store.begin() as conn:
        asked = store.checkins.lock_open(conn, practice_id)
        if asked is not None:
            store.checkins.save(conn, replace(asked, liaison=liaison))
        store.book.move_practice(conn, practice_id, liaison)
