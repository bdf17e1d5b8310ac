"""A practice's last touch in the book of business, between two runs."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.store import tables
from quietdrop.store.book import BOOK, KEY_LENGTH, NEVER


def note_touch(conn: Connection, practice_id: str, on: date, kind: str) -> None:
    """Updates a practice's last touch, if this one is later, until the next run."""
    earlier = sa.and_(BOOK.practice_id == practice_id, BOOK.last_touch_on <= on)
    newest = {"last_touch_on": on, "last_touch_kind": kind[:KEY_LENGTH]}
    conn.execute(sa.update(tables.book_row).where(earlier).values(newest))


def note_last_touch(conn: Connection, practice_id: str) -> None:
    """Updates a practice's last touch after one was undone."""
    touch, card = tables.touch.c, tables.card.c
    ours = sa.select(touch.touched_on, touch.kind).where(
        touch.practice_id == practice_id, touch.undone_on.is_(None)
    )
    days = [(row.touched_on, row.kind) for row in conn.execute(ours)]
    body = conn.scalar(sa.select(card.body).where(card.practice_id == practice_id))
    listed = body.get("touches", []) if isinstance(body, dict) else []
    days += [(date.fromisoformat(one["touched_on"]), one["kind"]) for one in listed]
    on, kind = max(days, default=(NEVER, ""))
    newest = {"last_touch_on": on, "last_touch_kind": kind[:KEY_LENGTH]}
    row = sa.update(tables.book_row).where(BOOK.practice_id == practice_id)
    conn.execute(row.values(newest))
