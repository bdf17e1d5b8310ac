"""Gives practices to another liaison: decided at once, and seen at once by everybody."""

from __future__ import annotations

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
        store.book.move_practices(conn, [practice_id], liaison)


def assign_territory(
    store: Store, territory: str, liaison: str, by: str, when: tuple[date, datetime]
) -> int:
    """The same for a territory: all of its practices, later ones too, but those that were given to
    somebody one by one.

    Returns:
        How many practices move now.
    """
    from_on, now = when
    decision = Decision(DecisionKind.TERRITORY, territory, liaison, from_on, by, now)
    store.decisions.add([decision])
    apart = {
        store.spellings.current(one.subject)
        for one in store.decisions.all()
        if one.kind is DecisionKind.ASSIGNMENT and one.undone_at is None
    }
    moved = [key for key in store.book.ids_of_territory(territory) if key not in apart]
    with store.begin() as conn:
        store.book.move_practices(conn, moved, liaison)
    return len(moved)
