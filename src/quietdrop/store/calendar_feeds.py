"""Addresses of calendar feeds: one per liaison, stored as a hash, deleted when revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.store import tables
from quietdrop.store.database import Part

FEED, GENERATION = tables.calendar_feed.c, tables.link_generation.c


class CalendarFeeds(Part):
    """Who has a calendar feed, and which liaison a secret belongs to."""

    def save(self, reader: str, mark: str, now: datetime) -> None:
        """Records the mark of a liaison's new secret; the previous one stops working."""
        reader = reader.casefold()
        generation = sa.select(GENERATION.generation).where(GENERATION.reader == reader)
        with self._database.begin() as conn:
            conn.execute(sa.delete(tables.calendar_feed).where(FEED.reader == reader))
            row = {"reader": reader, "mark": mark, "made_at": now}
            row["generation"] = conn.scalar(generation) or 0
            conn.execute(sa.insert(tables.calendar_feed).values(row))

    def made_at(self, reader: str) -> datetime | None:
        """When a liaison's feed was made; None if she has no working feed."""
        with self._database.read() as conn:
            row = conn.execute(_working().where(FEED.reader == reader.casefold())).one_or_none()
        return None if row is None else row.made_at

    def reader_of(self, mark: str) -> str | None:
        """The liaison whose feed a secret opens, in lower case; None if it opens none, or if her
        links were stopped after it was made."""
        with self._database.read() as conn:
            row = conn.execute(_working().where(FEED.mark == mark)).one_or_none()
        return None if row is None else row.reader

    def end(self, reader: str) -> bool:
        """Revokes a liaison's feed. Returns False where she had none."""
        with self._database.begin() as conn:
            ended = conn.execute(
                sa.delete(tables.calendar_feed).where(FEED.reader == reader.casefold())
            )
        return ended.rowcount == 1

    def end_others(self, conn: Connection, liaisons: Collection[str]) -> int:
        """Revokes the feeds of everyone who is no longer a liaison. Returns how many."""
        stay = {liaison.casefold() for liaison in liaisons}
        gone = [
            reader for reader in conn.scalars(sa.select(FEED.reader)).all() if reader not in stay
        ]
        for reader in gone:
            conn.execute(sa.delete(tables.calendar_feed).where(FEED.reader == reader))
        return len(gone)


def _working() -> sa.Select[tuple[str, datetime]]:
    """The feeds whose generation is still that of their reader's links."""
    links = tables.link_generation
    joined = tables.calendar_feed.outerjoin(links, GENERATION.reader == FEED.reader)
    generation = sa.func.coalesce(GENERATION.generation, 0)
    wanted = sa.select(FEED.reader, FEED.made_at).select_from(joined)
    return wanted.where(FEED.generation == generation)
