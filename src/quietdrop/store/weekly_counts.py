"""Referrals by practice and week as the source had them: one row per practice, no older than
needed."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.weekly import COLUMNS, WeeklyCounts, table_of, week_of, week_start
from quietdrop.store import tables
from quietdrop.store.database import Part


class KeptCounts(Part):
    """The newest counts by practice and week."""

    def save(self, conn: Connection, counts: WeeklyCounts, before: date) -> None:
        """Replace the counts that are kept, without weeks that were over by `before`."""
        conn.execute(sa.delete(tables.weekly_count))
        frame = counts.frame[counts.frame["week"] >= week_of(before)]
        frame = frame.sort_values(["practice_id", "week"])
        records = frame[list(COLUMNS)].to_dict("records")
        rows = [
            _row(counts.source, list(of_practice))
            for _, of_practice in groupby(records, key=lambda record: record["practice_id"])
        ]
        if rows:
            conn.execute(sa.insert(tables.weekly_count), rows)

    def of_source(self, source: str) -> WeeklyCounts | None:
        """The counts stored under these settings of the source; None if there are none."""
        wanted = sa.select(tables.weekly_count).where(tables.weekly_count.c.source == source)
        with self._database.read() as conn:
            stored = conn.execute(wanted).all()
        rows = [
            (row.practice_id, row.practice_name, row.seen_on, week_of(row.first_week) + place, n)
            for row in stored
            for place, n in enumerate(row.counts)
            if n
        ]
        if not rows:
            return None
        return WeeklyCounts(source, table_of(rows))


def _row(source: str, records: list[dict[Any, Any]]) -> dict[str, Any]:
    """One practice's row: its counts of every week from its first to its last."""
    first, last = int(records[0]["week"]), int(records[-1]["week"])
    counts = [0] * (last - first + 1)
    for record in records:
        counts[int(record["week"]) - first] += int(record["referrals"])
    return {
        "practice_id": records[0]["practice_id"],
        "practice_name": records[0]["name"],
        "seen_on": records[0]["seen_on"],
        "source": source,
        "first_week": week_start(first),
        "counts": counts,
    }
