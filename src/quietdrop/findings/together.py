"""Practices that have something in common, and likely began to fall in the same weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd

from quietdrop.detection.joint_falls import evidence, joint_falls
from quietdrop.detection.judged import Judged
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import GroupKind, Together
from quietdrop.domain.priors import Priors
from quietdrop.domain.words import coded

BY_PRACTICE = (GroupKind.TERRITORY, GroupKind.HEALTH_SYSTEM)
BY_REFERRAL = (GroupKind.LOCATION, GroupKind.SERVICE_LINE, GroupKind.PAYER)
YEAR = 365  # days of referrals that say where a practice mostly sends
MOSTLY = 0.6  # of its referrals
WHOLE = 0.8  # of the network: a group this large is everybody, whom the index sees


def fell_together(
    cadence: WeeklyCounts,
    judged: Judged,
    exposure: FloatArray,
    groups: Mapping[tuple[GroupKind, str], IntArray],
    priors: Priors,
) -> list[Together]:
    """Finds the groups of which some likely fell together, the most practices first.

    Args:
        cadence: The practices' weeks.
        judged: Their evidence, one by one.
        exposure: Streams × weeks, with each one's own season.
        groups: The rows of each group, by what its members have in common.
        priors: What is believed before any count.
    """
    weighed = evidence(judged.counts, exposure, judged.basis, priors, judged.posterior.log_any)
    names = list(groups)
    falls = [
        Together(
            *names[fall.group],
            onset=cadence.week_start(fall.onset),
            members=tuple(cadence.ids[row] for row in fall.members),
            size=len(groups[names[fall.group]]),
        )
        for fall in joint_falls(weighed, groups.values())
    ]
    falls.sort(key=lambda fall: (-len(fall.members), -len(fall.members) / fall.size, fall.key))
    return list(_distinct(falls))


def _distinct(falls: list[Together]) -> Iterator[Together]:
    """Each practice's fall told once: in the group of which the most fell."""
    named: set[str] = set()
    for fall in falls:
        if not named.issuperset(fall.members):
            yield fall
        named |= set(fall.members)


def groups_of(
    ids: tuple[str, ...], practices: Mapping[str, Practice], counts: pd.DataFrame, as_of: date
) -> dict[tuple[GroupKind, str], IntArray]:
    """The rows of `ids` by what they have in common: as the directory has it, or as most of a
    practice's referrals of the last year went."""
    groups: dict[tuple[GroupKind, str], IntArray] = {}
    for kind in BY_PRACTICE:
        keys = np.array([getattr(practices.get(each), kind, "") for each in ids], dtype=object)
        groups |= _rows_of(kind, keys)
    recent = counts[counts["day"] >= (as_of - EPOCH).days - YEAR]
    for kind in (name for name in BY_REFERRAL if name in recent):
        groups |= _rows_of(kind, _mostly(recent, kind, ids))
    return {name: rows for name, rows in groups.items() if len(rows) < WHOLE * len(ids)}


def _mostly(recent: pd.DataFrame, kind: GroupKind, ids: tuple[str, ...]) -> np.ndarray:
    """Where most referrals of each practice went; "" where they went here and there."""
    practice, practices = coded(recent["practice_id"])
    place, places = coded(recent[kind])
    number = recent["referrals"].to_numpy(dtype=float)
    pairs, at = np.unique(practice * len(places) + place, return_inverse=True)
    who, where = np.divmod(pairs, max(len(places), 1))
    came = np.bincount(at, number, minlength=len(pairs))
    share = came / np.bincount(practice, number, minlength=len(practices))[who]
    most = share >= MOSTLY
    by_practice = {
        practices[one]: places[other]
        for one, other in zip(who[most].tolist(), where[most].tolist(), strict=True)
    }
    return np.array([by_practice.get(each, "") for each in ids], dtype=object)


def _rows_of(kind: GroupKind, keys: np.ndarray) -> dict[tuple[GroupKind, str], IntArray]:
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(keys.tolist()):
        if key:
            rows.setdefault(str(key), []).append(row)
    return {(kind, key): np.array(rows[key], dtype=np.int64) for key in sorted(rows)}
