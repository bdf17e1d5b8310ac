"""Referrals by practice and week as the source had them: one row per practice, no older than
needed."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.weekly import WeeklyCounts, week_of, week_start
from quietdrop.store import tables
from quietdrop.store.database import Part, insert_all


class KeptCounts(Part):
    """The newest counts by practice and week."""

    def save(self, conn: Connection, counts: WeeklyCounts, before: date) -> None:
        """Replace the counts that are kept, without weeks that were over by `before`."""
        from quietdrop.store.practice_weeks import by_practice  # `status` reads no counts

        conn.execute(sa.delete(tables.weekly_count))
        frame = counts.frame[counts.frame["week"] >= week_of(before)]
        rows = (
            {
                "practice_id": each.practice_id,
                "practice_name": each.name,
                "seen_on": each.seen_on,
                "source": counts.source,
                "first_week": week_start(each.first_week),
                "counts": each.counts,
            }
            for each in by_practice(frame)
        )
        insert_all(conn, tables.weekly_count, rows)

    def of_source(self, source: str) -> WeeklyCounts | None:
        """The counts stored under these settings of the source; None if there are none."""
        from quietdrop.store.practice_weeks import PracticeWeeks, frame_of

        wanted = sa.select(tables.weekly_count).where(tables.weekly_count.c.source == source)
        with self._database.read() as conn:
            stored = conn.execute(wanted).all()
        practices = [
            PracticeWeeks(
                row.practice_id, row.practice_name, row.seen_on, week_of(row.first_week), row.counts
            )
            for row in stored
        ]
        frame = frame_of(practices)
        return None if frame.empty else WeeklyCounts(source, frame)
