"""Several settings over the same past dates, each week weighed once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from quietdrop.config import Settings
from quietdrop.domain.checkin import State
from quietdrop.jobs.replay import Replay, listed_in, load_of, replayed
from quietdrop.lib.progress import Progress
from quietdrop.reporting.listing_record import DateLoad, ListingRecord


def record_listings(
    variants: Sequence[Settings], what: Replay, tell: Progress
) -> list[ListingRecord]:
    """What each of the settings would have told on the dates."""
    loads: list[list[DateLoad]] = [[] for _ in variants]
    listed_on: list[dict[str, tuple[date, ...]]] = [{} for _ in variants]
    histories = None
    for week in replayed(variants, what, tell):
        histories = week.histories
        for place in range(len(variants)):
            evaluation = week.evaluations[place] if week.evaluations else None
            loads[place].append(load_of(week.as_of, evaluation))
            for practice_id in listed_in(evaluation):
                before = listed_on[place].get(practice_id, ())
                listed_on[place][practice_id] = (*before, week.as_of)
    records = []
    for place in range(len(variants)):
        checkins = histories[place].checkins if histories else ()
        opened = tuple(c for c in checkins if c.state != State.REVIEW)
        records.append(ListingRecord(tuple(loads[place]), opened, listed_on[place]))
    return records
