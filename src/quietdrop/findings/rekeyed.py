"""Practices that end as their look-alikes begin: a source that gave out new ids. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.domain.identity import SAME_NAME_OTHER_ID
from quietdrop.domain.words import coded
from quietdrop.findings.practice_matching import alike, blocks
from quietdrop.findings.relocations import goes_on
from quietdrop.lib.reader import full_day

BESIDE = 14  # days between one's last referral and the other's first
YEAR = 364  # days in which a beginning is looked for, and a practice is active
ENOUGH_MISSING = 1.0  # referrals expected since the last one; fewer are no end
ACCEPT = "`quietdrop aliases accept --rekeyed`"  # what a held run offers
LEAST_PRACTICES, LEAST_SHARE = 5, 0.1  # so many at once are no coincidence but a feed's fault
MOST_IN_BLOCK = 200  # newcomers compared for one shared word; a commoner word tells nothing


@dataclass(frozen=True)
class Rekeying:
    """`old_id` ended as `new_id` began, under the same or a like name."""

    old_id: str
    new_id: str
    new_name: str
    ended_on: date  # the day of the last referral
    began_on: date
    why: str
    score: float


def rekeyed(
    counts: pd.DataFrame,
    practices: Mapping[str, Practice],
    as_of: date,
    *,
    by_name: bool = False,
) -> tuple[list[Rekeying], int]:
    """Return who ended beside a look-alike's beginning, and how many practices are active.

    Args:
        counts: What was known on the date, as in an Intake.
        practices: The practices that were read, by id.
        as_of: The date.
        by_name: Whether the same name under another id is enough, however long before it began
            the old id ended, and however little it sent: for those whom a person joins.

    Returns:
        The pairs, by old id, each practice in one at most; and the practices with a referral in
        the last 52 weeks, a pair counted as one.
    """
    if counts.empty:
        return [], 0
    end = (as_of - EPOCH).days
    ids, began, ended, number = _spans(counts)
    rate = number / np.maximum(ended - began, 7)
    missing = rate * (end - 1 - ended)
    is_new = (began >= end - YEAR) & (began > began.min() + BESIDE)
    is_over = ((missing >= ENOUGH_MISSING) | by_name) & (ended >= end - YEAR - BESIDE)
    days = dict(zip(ids, zip(began.tolist(), ended.tolist(), strict=True), strict=True))
    rates, sums = (dict(zip(ids, v.tolist(), strict=True)) for v in (rate, number))
    newcomers = _by_block([ids[i] for i in np.flatnonzero(is_new)], practices)
    is_over &= _are_followed(ended, began[is_new], by_name=by_name)
    candidates: list[Rekeying] = []
    for old_id in (ids[i] for i in np.flatnonzero(is_over)):
        old = practices.get(old_id, Practice(old_id, old_id))
        for new in _near(old, newcomers):
            start, stop = days[new.practice_id][0], days[old_id][1]
            same = alike(old, new)
            if not same or days[old_id][0] >= start:
                continue
            named = by_name and same[1] == SAME_NAME_OTHER_ID
            if stop - start > BESIDE or (start - stop > BESIDE and not named):
                continue
            expected = rates[old_id] * (end - start)
            if same[1] == SAME_NAME_OTHER_ID or goes_on(sums[new.practice_id], expected):
                ended_on, began_on = (EPOCH + timedelta(days=day) for day in (stop, start))
                ids_of = (old_id, new.practice_id, new.name)
                candidates.append(Rekeying(*ids_of, ended_on, began_on, same[1], same[0]))
    pairs = _one_each(candidates)
    return pairs, int((ended >= end - YEAR).sum()) - len(pairs)


def _spans(counts: pd.DataFrame) -> tuple[list[str], IntArray, IntArray, IntArray]:
    """The practices in order, with the first and the last day and the referrals of each."""
    practice, ids = coded(counts["practice_id"])
    day, referrals = (counts[name].to_numpy(dtype=np.int64) for name in ("day", "referrals"))
    order = np.argsort(practice, kind="stable")
    practice, day, referrals = practice[order], day[order], referrals[order]
    start = np.flatnonzero(np.diff(practice, prepend=-1))
    present = [ids[place] for place in practice[start].tolist()]
    first, last = np.minimum.reduceat(day, start), np.maximum.reduceat(day, start)
    return present, first, last, np.add.reduceat(referrals, start)


def _are_followed(ended: IntArray, began: IntArray, *, by_name: bool) -> BoolArray:
    """Whether some newcomer `began` near enough to each end that the two are to be compared."""
    began = np.sort(began)
    low = np.searchsorted(began, ended - BESIDE)
    high = len(began) if by_name else np.searchsorted(began, ended + BESIDE, side="right")
    return np.asarray(low < high, dtype=bool)


def _by_block(ids: Sequence[str], practices: Mapping[str, Practice]) -> dict[str, list[Practice]]:
    by_block: dict[str, list[Practice]] = {}
    for practice_id in ids:
        practice = practices.get(practice_id, Practice(practice_id, practice_id))
        for block in blocks(practice):
            by_block.setdefault(block, []).append(practice)
    return by_block


def _near(old: Practice, newcomers: Mapping[str, list[Practice]]) -> list[Practice]:
    near = {
        new.practice_id: new
        for block in blocks(old)
        for new in newcomers.get(block, [])[:MOST_IN_BLOCK]
    }
    return [near[practice_id] for practice_id in sorted(near)]


def _one_each(candidates: list[Rekeying]) -> list[Rekeying]:
    """The likest pairs, no practice in two of them."""
    taken: set[str] = set()
    pairs = []
    for pair in sorted(candidates, key=lambda p: (-p.score, p.old_id, p.new_id)):
        if pair.old_id not in taken and pair.new_id not in taken:
            taken |= {pair.old_id, pair.new_id}
            pairs.append(pair)
    return sorted(pairs, key=lambda pair: pair.old_id)


def faults(pairs: Sequence[Rekeying], active: int, acknowledged: date | None) -> list[str]:
    """Why the feed seems to have given out new ids; empty where it does not.

    What began before `acknowledged` (the last run that was forced) was answered then.
    """
    fresh = [p for p in pairs if acknowledged is None or p.began_on >= acknowledged]
    if len(fresh) < LEAST_PRACTICES or len(fresh) < LEAST_SHARE * active:
        return []
    since = min(pair.began_on for pair in fresh)
    return [
        f"{len(fresh)} of {active} practices ended as practices of the same or a similar name "
        f"began (since {full_day(since)}); the ids or names in the feed seem to have "
        f"changed. If they are the same practices, join them: {ACCEPT}."
    ]


def can_be_accepted(faults: Sequence[str]) -> bool:
    """Return whether one of a run's faults is that ids or names have changed."""
    return any(ACCEPT in fault for fault in faults)


def explained(pairs: Sequence[Rekeying]) -> dict[str, Lookalike]:
    """By practice that ended: it goes on as the one that began."""
    return {
        pair.old_id: Lookalike(
            Cause.RENAMED,
            pair.old_id,
            pair.new_id,
            pair.new_name,
            evidence=pair.why,
            since=pair.ended_on + timedelta(days=1),
        )
        for pair in pairs
    }
