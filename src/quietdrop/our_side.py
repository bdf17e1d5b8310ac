"""Our side first: whether a practice's patients wait longer, its notes are missing, or it is
turned away more than others are. Pure: a table in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from scipy.stats import binom, mannwhitneyu

EPOCH = date(1970, 1, 1)
RECENT_DAYS = 91
NOTE_DAYS = 182  # over which notes and refusals are counted
NOTE_GRACE = 14  # days that a note may take
LEAST_SEEN = 4  # appointments, to speak of a wait
LEAST_COUNT = 2  # missing notes or refusals
LONGER = 1.5  # times the others' wait, and at least
LONGER_DAYS = 5
BEYOND_CHANCE = 0.01


@dataclass(frozen=True)
class OurSide:
    """One thing that stands out: `kind` wait (days before and now), notes (missing of seen) or
    declined (of referrals)."""

    kind: str  # wait | notes | declined
    before: float
    now: float


def our_side(access: pd.DataFrame, practice_id: str, as_of: date) -> list[OurSide]:
    """In: Intake.access, a practice, the as-of date. Out: what stands out beyond chance against
    the other practices, the wait first."""
    if access.empty:
        return []
    end = (as_of - EPOCH).days
    own = access[access["practice_id"] == practice_id]
    others = access[access["practice_id"] != practice_id]
    found = [_wait(own, others, end), _notes(own, others, end), _declined(own, others, end)]
    return [one for one in found if one is not None]


def _wait(own: pd.DataFrame, others: pd.DataFrame, end: int) -> OurSide | None:
    """Their patients' wait of late, against that of the others' patients in the same weeks (the
    rank test of Mann and Whitney)."""
    since = end - RECENT_DAYS
    now, usual = _waits(own, since, end), _waits(others, since, end)
    before = _waits(own, since - 365, since)
    if len(now) < LEAST_SEEN or len(usual) < LEAST_SEEN:
        return None
    mine, theirs = float(now.median()), float(usual.median())
    if mine < max(LONGER * theirs, theirs + LONGER_DAYS):
        return None
    if mannwhitneyu(now, usual, alternative="greater").pvalue >= BEYOND_CHANCE:
        return None
    earlier = float(before.median()) if len(before) >= LEAST_SEEN else theirs
    return OurSide("wait", min(earlier, mine), mine)


def _waits(rows: pd.DataFrame, first: int, end: int) -> pd.Series:
    known = rows[(rows["day"] >= first) & (rows["day"] < end) & (rows["wait"] >= 0)]
    return known["wait"].repeat(known["referrals"].tolist())


def _notes(own: pd.DataFrame, others: pd.DataFrame, end: int) -> OurSide | None:
    if not (own["noted"].any() or others["noted"].any()):
        return None  # nobody records notes here

    def counted(rows: pd.DataFrame) -> tuple[int, int]:
        due = rows[(rows["seen_on"] >= end - NOTE_DAYS) & (rows["seen_on"] < end - NOTE_GRACE)]
        return int(due.loc[~due["noted"], "referrals"].sum()), int(due["referrals"].sum())

    return _beyond_chance("notes", counted(own), counted(others))


def _declined(own: pd.DataFrame, others: pd.DataFrame, end: int) -> OurSide | None:
    def counted(rows: pd.DataFrame) -> tuple[int, int]:
        late = rows[rows["day"] >= end - NOTE_DAYS]
        return int(late.loc[late["declined"], "referrals"].sum()), int(late["referrals"].sum())

    return _beyond_chance("declined", counted(own), counted(others))


def _beyond_chance(kind: str, own: tuple[int, int], others: tuple[int, int]) -> OurSide | None:
    """In: how many of how many, theirs and the others'. Out: theirs, where chance would rarely
    make it so many at the others' share."""
    count, of = own
    share = (others[0] + 0.5) / (others[1] + 1.0)
    if count < LEAST_COUNT or binom.sf(count - 1, of, share) >= BEYOND_CHANCE:
        return None
    return OurSide(kind, float(of), float(count))
