"""How often the feed is added to, and so how old its newest referral may be.

A clinic may enter its referrals once a month, or export them once a month. Neither is a broken
feed: it is stale once the next addition is overdue by its own rhythm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from quietdrop.checkins.history import History
from quietdrop.config.settings import FeedSettings
from quietdrop.domain.arrays import IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.feed import Rhythm, due_by
from quietdrop.domain.intake import Intake, known_on
from quietdrop.lib.periods import last_day

WEEKLY = 7  # days; a longer rhythm is told
YEAR = 365  # days from which the rhythm is learned: clinics change their ways
USUAL = 0.9  # of the waits; the longest may be a vacation
LEAST_WAITS = 6  # half a year of monthly entries
LEAST_REFRESHES = 2  # seen by earlier runs
NEVER = -1_000_000  # before any day


def learn(
    day: IntArray, recorded: IntArray, sightings: Iterable[tuple[date, date]], as_of: date
) -> Rhythm:
    """Learns the feed's rhythm.

    Args:
        day: Days of the referrals that were known on `as_of`, since 1970-01-01.
        recorded: When each row was recorded, −1 where that is unknown.
        sightings: Of earlier runs, the as-of date and the newest day that it knew.
        as_of: The morning of the run.
    """
    refresh = _between_runs(sightings)
    return Rhythm(
        entry=_between_entries(day, recorded, (as_of - EPOCH).days),
        refresh=refresh,
        month_end=refresh is None and len(day) > 0 and _ends_a_month(int(day.max())),
    )


def rhythm_of(intake: Intake, history: History, as_of: date) -> Rhythm:
    """The rhythm by what was read and by what earlier runs saw of it."""
    newest: dict[date, date] = {}
    for run, came_on, referrals in history.seen:
        if referrals:
            newest[run] = max(newest.get(run, came_on), came_on)
    counts = known_on(intake.counts, as_of)
    if counts.empty:
        return Rhythm()
    day, recorded = (counts[name].to_numpy(dtype=np.int64) for name in ("day", "recorded"))
    rhythm = learn(day, recorded, newest.items(), as_of)
    # Rows of the new month may be there and unread: then the data does not end with the month.
    return replace(rhythm, month_end=rhythm.month_end and not intake.rejected_rows)


def due_of(feed: FeedSettings, intake: Intake, rhythm: Rhythm, as_of: date) -> date:
    """The day by which the feed should bring more; `as_of` itself where it has brought nothing."""
    if intake.newest is None:
        return as_of
    return due_by(intake.newest, rhythm, max_age_days=feed.max_age_days, period=intake.period)


def _between_entries(day: IntArray, recorded: IntArray, end: int) -> int | None:
    """How old the newest known day usually was just before a row was added."""
    added = np.where(recorded >= 0, recorded, day)
    if not len(added):
        return None
    oldest = int(added.min())
    came = np.full(int(added.max()) - oldest + 1, NEVER)  # the newest day that each day added
    np.maximum.at(came, added - oldest, day)
    newest, days = np.maximum.accumulate(came), np.flatnonzero(came > NEVER)
    before, days = newest[days[:-1]], days[1:] + oldest
    waits = (days - before)[days >= end - YEAR]
    return _usual(waits) if len(waits) >= LEAST_WAITS else None


def _between_runs(sightings: Iterable[tuple[date, date]]) -> int | None:
    """How far the newest day moves when it moves, and how old it was at the earliest by then; 0
    where nearly every run saw it move, so that the feed is refreshed at least as often."""
    moves, ages, pauses = [], [], 0
    before: date | None = None
    for as_of, newest in sorted(sightings):
        if before is not None and newest > before:
            moves.append((newest - before).days)
            ages.append((as_of - newest).days)
        elif before is not None:
            pauses += 1
        before = newest if before is None else max(before, newest)
    if len(moves) < LEAST_REFRESHES:
        return None
    return _usual(np.array(moves)) + min(ages) if pauses > len(moves) / 2 else 0


def _usual(waits: IntArray) -> int:
    return int(np.quantile(waits, USUAL, method="higher"))


def _ends_a_month(day: int) -> bool:
    """Whether the day is the last of a month, or the last that is no weekend."""
    newest = EPOCH + timedelta(days=day)
    end = last_day(newest, "month")
    return newest >= end - timedelta(days=max(end.weekday() - 4, 0))
