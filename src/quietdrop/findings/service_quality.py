"""Our side first: whether a practice's patients wait longer, its notes are missing, or it is
turned away more than others are. Pure: a table in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from quietdrop.domain.days import EPOCH
from quietdrop.lib.tails import binomial_above

RECENT_DAYS = 91  # 13 weeks, over which waits are compared
NOTE_DAYS = 182  # over which notes and refusals are counted
NOTE_GRACE = 14  # days that a note may take
LEAST_SEEN = 4  # appointments, to speak of a wait
LEAST_COUNT = 2  # missing notes or refusals
LONGER = 1.5  # times the others' wait, and at least
LONGER_DAYS = 5  # a working week longer than the others' wait
BEYOND_CHANCE = 0.01  # of the rank test of waits, and of the binomial tail of notes and refusals


class Gap(StrEnum):
    """In what our side may fall short."""

    WAIT = "wait"
    NOTES = "notes"
    DECLINED = "declined"


@dataclass(frozen=True)
class OurSide:
    """One thing that stands out: `kind` wait (days before and now), notes (missing of seen) or
    declined (of referrals)."""

    kind: Gap
    before: float
    now: float


class OurPart:
    """How we treated each practice's referrals, ready to be asked what stands out."""

    def __init__(self, access: pd.DataFrame, as_of: date) -> None:
        """`access` is Intake.access; of it only what was known on the morning of `as_of` counts."""
        self._end = (as_of - EPOCH).days
        self._rows = access
        if access.empty:
            return
        self._places = access.groupby("practice_id").indices
        self._recent = access[access["day"] >= self._end - RECENT_DAYS]
        self._missing, self._refused = self._notes(access), self._refusals(access)

    def stands_out(self, practice_id: str) -> list[OurSide]:
        """What of a practice stands out beyond chance against the others, the wait first."""
        if self._rows.empty:
            return []
        rows = self._rows.iloc[self._places.get(practice_id, [])]
        findings = [self._wait(rows, practice_id)]
        if self._rows["noted"].any():  # else nobody records notes here
            findings.append(_beyond_chance(Gap.NOTES, self._notes(rows), self._missing))
        findings.append(_beyond_chance(Gap.DECLINED, self._refusals(rows), self._refused))
        return [one for one in findings if one is not None]

    def _wait(self, rows: pd.DataFrame, practice_id: str) -> OurSide | None:
        """Their patients' wait of late, against that of the others' patients in the same weeks
        (the rank test of Mann and Whitney)."""
        since = self._end - RECENT_DAYS
        now, before = _waits(rows, since, self._end), _waits(rows, since - 365, since)
        if len(now) < LEAST_SEEN:
            return None
        others = self._recent[self._recent["practice_id"] != practice_id]
        usual = _waits(others, since, self._end)
        if len(usual) < LEAST_SEEN:
            return None
        mine, theirs = float(now.median()), float(usual.median())
        if mine < max(LONGER * theirs, theirs + LONGER_DAYS):
            return None
        from scipy.stats import mannwhitneyu  # slow to import, and seldom needed

        if mannwhitneyu(now, usual, alternative="greater").pvalue >= BEYOND_CHANCE:
            return None
        earlier = float(before.median()) if len(before) >= LEAST_SEEN else theirs
        return OurSide(Gap.WAIT, min(earlier, mine), mine)

    def _notes(self, rows: pd.DataFrame) -> tuple[int, int]:
        """How many notes are missing, of how many that were due."""
        first, end = self._end - NOTE_DAYS, self._end - NOTE_GRACE
        due = rows[(rows["seen_on"] >= first) & (rows["seen_on"] < end)]
        return int(due.loc[~due["noted"], "referrals"].sum()), int(due["referrals"].sum())

    def _refusals(self, rows: pd.DataFrame) -> tuple[int, int]:
        """How many referrals were declined or cancelled, of how many."""
        late = rows[(rows["day"] >= self._end - NOTE_DAYS) & (rows["day"] < self._end)]
        return int(late.loc[late["declined"], "referrals"].sum()), int(late["referrals"].sum())


def _waits(rows: pd.DataFrame, first: int, end: int) -> pd.Series:
    waits = rows[(rows["day"] >= first) & (rows["day"] < end) & (rows["wait"] >= 0)]
    return waits["wait"].repeat(waits["referrals"].tolist())


def _beyond_chance(kind: Gap, theirs: tuple[int, int], total: tuple[int, int]) -> OurSide | None:
    """In: how many of how many, theirs and everybody's. Out: theirs, where chance would rarely
    make it so many at the others' share."""
    count, of = theirs
    share = (total[0] - count + 0.5) / (total[1] - of + 1.0)
    if count < LEAST_COUNT or binomial_above(count - 1, of, share) >= BEYOND_CHANCE:
        return None
    return OurSide(kind, float(of), float(count))
