"""Who is owed thanks, and who is new or growing: the good news of a liaison's practices. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import Touch
from quietdrop.domain.days import EPOCH
from quietdrop.lib.tails import poisson_above

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

# All of these are set by judgment: how often good news may come before it is noise.
MILESTONES = (100, 250, 500, 1000, 2500, 5000)  # referrals, of the last four years
MILESTONE_WEEKS = 1  # told in the week after it was reached
TOP = 5  # of a liaison's practices
UNTHANKED = timedelta(weeks=26)  # since the last thanks, before a practice is named again
LONG_STEADY_WEEKS = 104  # since its first referral, so that whole years can be thanked for
ROTATION = 4  # weeks until the same practice's turn comes again
MOST = 3  # lines a section
NEW_WEEKS = 13  # since the first referral; as long a quarter is what growth is measured in
LEAST_NEW = 3  # referrals: one or two may be chance
LEAST_HISTORY = 39  # weeks, so that half a year stands before the last quarter
GROWTH = 1.5  # times what was usual
BEYOND_CHANCE = 0.005  # Poisson tail: of 200 steady practices one looks so in a quarter
YEAR = 52  # weeks


class Merit(StrEnum):
    """For what a practice is owed thanks."""

    MILESTONE = "milestone"
    TOP = "top"
    STEADY = "steady"


class Growth(StrEnum):
    """How a practice grows."""

    NEW = "new"
    GROWING = "growing"


@dataclass(frozen=True)
class Thanks:
    """Why a practice is owed thanks: `kind` milestone (the `number`th referral), top (so many in a
    year) or steady (for so many years)."""

    practice_id: str
    kind: Merit
    number: int
    last: date | None


@dataclass(frozen=True)
class Growing:
    """A practice that is new (`came`: its referrals so far) or grows (those of the last 13 weeks,
    and how many were `expected` in them at the pace of the year before)."""

    practice_id: str
    kind: Growth
    came: int
    expected: float


def its_turn(practice_id: str, as_of: date) -> bool:
    """Whether it is the practice's week: one in four, so that nobody is named every Monday."""
    week = (as_of - EPOCH).days // 7
    return zlib.crc32(practice_id.encode()) % ROTATION == week % ROTATION


def thanks_due(
    assessed: Assessed, practice_ids: Iterable[str], touches: Iterable[Touch]
) -> list[Thanks]:
    """In: the assessment, a liaison's practices, all touches. Out: the milestones of the last
    week, then her steady and top referrers whom nobody has thanked for half a year."""
    as_of = assessed.as_of
    last: dict[str, date] = {}
    for touch in touches:
        if touch.kind == "thank_you":
            last[touch.practice_id] = max(touch.touched_on, last.get(touch.practice_id, date.min))
    rows = assessed.rows_of(sorted(practice_ids))
    due = [
        Thanks(name, Merit.MILESTONE, reached, last.get(name))
        for name, row in rows
        if (reached := _milestone(assessed, row))
    ]
    named = {one.practice_id for one in due}
    year = {row: assessed.cadence.counts[row, -YEAR:].sum() for _, row in rows}
    steady = [
        (name, row)
        for name, row in rows
        if year[row] > 0 and assessed.of(name).status is Status.STEADY
    ]
    top = sorted(steady, key=lambda each: -year[each[1]])[:TOP]  # as many: by name, as they are
    for name, row in [*top, *(each for each in steady if each not in top)]:
        thanked = last.get(name)
        if name in named or not its_turn(name, as_of):
            continue
        if thanked is not None and as_of - thanked < UNTHANKED:
            continue
        weeks = (as_of - EPOCH).days // 7 - int(assessed.cadence.first_day[row]) // 7
        if (name, row) in top:
            due.append(Thanks(name, Merit.TOP, int(year[row]), thanked))
        elif weeks >= LONG_STEADY_WEEKS:
            due.append(Thanks(name, Merit.STEADY, weeks // YEAR, thanked))
    return due[:MOST]


def _milestone(assessed: Assessed, row: int) -> int:
    """The milestone that the last week's referrals reached; 0 where none. Counted over what is
    known of the last four years."""
    counts = assessed.cadence.counts[row]
    after = int(counts.sum()) + 1  # the very first one is left out of the counts
    before = after - int(counts[-MILESTONE_WEEKS:].sum())
    return max((m for m in MILESTONES if before < m <= after), default=0)


def growing(assessed: Assessed, practice_ids: Iterable[str]) -> list[Growing]:
    """In: the assessment, a liaison's practices. Out: those that began within the last quarter, in
    the week of their third referral or their turn; and those whose last quarter lies above their
    baseline by half, beyond chance, in their turn."""
    cadence, as_of = assessed.cadence, assessed.as_of
    rate, dispersion = (
        assessed.frame[name].to_numpy(dtype=float) for name in ("baseline_per_week", "dispersion")
    )
    growers = []
    for name, row in assessed.rows_of(sorted(practice_ids)):
        begun = EPOCH + timedelta(days=int(cadence.first_day[row]))
        came = int(cadence.counts[row].sum()) + 1
        last_week = int(cadence.counts[row, -1:].sum())
        if as_of - begun <= timedelta(weeks=NEW_WEEKS):
            third = came >= LEAST_NEW > came - last_week
            if third or (came >= LEAST_NEW and its_turn(name, as_of)):
                growers.append(Growing(name, Growth.NEW, came, 0.0))
            continue
        if as_of - begun < timedelta(weeks=LEAST_HISTORY) or not its_turn(name, as_of):
            continue
        late = slice(-NEW_WEEKS, None)
        seen = float(cadence.counts[row, late].sum())
        usual = _earlier_rate(assessed, row) * float(assessed.exposure_of(row)[late].sum())
        if rate[row] <= 0 or seen < GROWTH * usual:
            continue
        spread = max(float(dispersion[row]), 1.0)
        if poisson_above(np.floor(seen / spread) - 1, usual / spread) < BEYOND_CHANCE:
            growers.append(Growing(name, Growth.GROWING, int(seen), usual))
    growers.sort(key=lambda one: (one.kind != Growth.NEW, -one.came, one.practice_id))
    return growers[:MOST]


def _earlier_rate(assessed: Assessed, row: int) -> float:
    """Referrals a week of exposure in the year before the last quarter."""
    part = slice(max(assessed.cadence.weeks - YEAR - NEW_WEEKS, 0), -NEW_WEEKS)
    chances = float(assessed.exposure_of(row)[part].sum())
    return float(assessed.cadence.counts[row, part].sum()) / chances if chances > 0 else 0.0
