"""Resolving spellings: which ids and names of an Intake are one practice, and under which key.

Works on distinct practices, never on rows, so it is the same for files and databases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from quietdrop.domain.closures import decided
from quietdrop.domain.decisions import DecisionKind, Register
from quietdrop.domain.directory import Practice
from quietdrop.domain.intake import Intake
from quietdrop.domain.staffing import assigned, staffed
from quietdrop.ingest.same_practice import Groups, grouped, name_of
from quietdrop.ingest.under_keys import under_keys
from quietdrop.lib.folding import folded

YEAR = 364  # days; the name shown is the one used most in the last 52 weeks
NEVER = 10**9  # a day after all others, for practices without referrals


@dataclass(frozen=True)
class _Use:
    """When a spelling was used, in days since 1970-01-01, and how often in the last year."""

    first: int = NEVER
    last: int = -1
    recent: int = 0
    referrals: int = 0


def identified(intake: Intake, register: Register) -> Intake:
    """Return the intake with each practice under its one key.

    What is the same after folding is one practice, and so are ids that differ by leading zeros or
    ".0" only where their names fold alike; then the store's decisions count. Entries that are not
    practices are left out, with a note.

    Args:
        intake: What was read, as the rows spell it.
        register: What the store knows, with the decisions that count.
    """
    used = _uses(intake.counts)
    members = sorted({*used, *intake.practices})
    groups = grouped(intake, register, members)
    of_group: dict[object, list[str]] = {}
    for member in members:
        of_group.setdefault(groups.root(member), []).append(member)
    kept = _kept_keys(groups, register)
    whole = _Resolver(intake, register, used)
    keys: dict[str, str] = {}
    practices: dict[str, Practice] = {}
    excluded: set[str] = set()
    not_practices: dict[str, int] = {}
    for root, spelled in of_group.items():
        stored = kept.pop(root, [])
        if whole.is_unknown(spelled):
            excluded.update(spelled)
            continue
        if whole.is_excluded(spelled):
            excluded.update(spelled, stored)
            shown = whole.shown(spelled, spelled[0]).name
            number = sum(used[each].referrals for each in spelled if each in used)
            not_practices[shown] = not_practices.get(shown, 0) + number
            continue
        key = whole.key(spelled, stored)
        practices[key] = whole.shown(spelled, key)
        keys |= {each: key for each in (*spelled, *stored) if each != key}
    for stored in kept.values():  # spellings that the store alone knows
        key = whole.key([], stored)
        if any(folded(each) in intake.identity.placeholders for each in stored):
            excluded.update(stored)
        keys |= {each: key for each in stored if each != key}
    identity = replace(
        intake.identity,
        keys=keys,
        names=_by_fold(keys, practices),
        excluded=frozenset(excluded),
        not_practices=not_practices,
        joined=sum(member in keys for member in members),
    )
    closures = (*intake.closures, *decided(register, DecisionKind.CLOSURE))
    open_days = decided(register, DecisionKind.REFUSED_CLOSURE)
    return replace(
        under_keys(intake, identity, assigned(practices, register.decisions, keys)),
        closures=closures,
        open_days=open_days,
        liaisons=staffed(intake.liaisons, register.decisions),
    )


def _uses(counts: pd.DataFrame) -> dict[str, _Use]:
    """When and how often each spelled practice referred."""
    if counts.empty:
        return {}
    at, spelled = pd.factorize(counts["practice_id"])
    order = np.argsort(at, kind="stable")  # at once where the counts are sorted, as they are
    begins = np.flatnonzero(np.diff(at[order], prepend=-1))
    day, number = counts["day"].to_numpy()[order], counts["referrals"].to_numpy()[order]
    recent = np.where(day > int(day.max()) - YEAR, number, 0)
    columns = (
        np.minimum.reduceat(day, begins),
        np.maximum.reduceat(day, begins),
        np.add.reduceat(recent, begins),
        np.add.reduceat(number, begins),
    )
    uses = zip(spelled.tolist(), *(column.tolist() for column in columns), strict=True)
    return {str(who): _Use(*use) for who, *use in uses}


def _kept_keys(groups: Groups, register: Register) -> dict[object, list[str]]:
    """By group, the ids that the store has for it; the oldest open check-in's first."""
    kept: dict[object, list[str]] = {}
    opened = {p.practice_id: p.open_since for p in register.practices}

    def age(practice_id: str) -> tuple[bool, str]:
        since = opened[practice_id]
        return since is None, since.isoformat() if since else ""

    for practice_id in sorted(opened, key=age):
        kept.setdefault(groups.root(practice_id), []).append(practice_id)
    return kept


class _Resolver:
    """What a group of spellings comes to: its key, what is shown of it, whether it is one."""

    def __init__(self, intake: Intake, register: Register, used: Mapping[str, _Use]) -> None:
        self._intake, self._used = intake, used
        self._opened = {p.practice_id: p.open_since for p in register.practices}
        decisions = register.of_kind(DecisionKind.NOT_A_PRACTICE)
        self._decided = {folded(decision.subject) for decision in decisions}
        decided = self._decided | {folded(d.subject) for d in register.of_kind(DecisionKind.ALIAS)}
        aside = intake.identity.set_aside.items()
        self._unknown = {folded(word) for word, listed in aside if not listed} - decided

    def _use(self, member: str) -> _Use:
        return self._used.get(member, _Use())

    def key(self, spelled: list[str], stored: list[str]) -> str:
        """The key: the id that the store has, else the directory's, else the first one seen."""
        listed = [each for each in spelled if each in self._intake.identity.listed]
        if open_ones := [each for each in stored if self._opened[each]]:
            return open_ones[0]
        return min(stored or listed or spelled, key=lambda each: (self._use(each).first, each))

    def shown(self, spelled: list[str], key: str) -> Practice:
        """The practice under its key: the directory's entry, else with the name to be shown."""
        intake = self._intake
        listed = [each for each in spelled if each in intake.identity.listed]
        if listed:
            entry = intake.practices[key if key in listed else listed[0]]
            return replace(entry, practice_id=key)
        with_name = [each for each in spelled if name_of(intake, each)]
        if with_name:
            latest = max(with_name, key=lambda each: (self._use(each).last, each))
            return Practice(key, name_of(intake, latest))
        use = self._use
        usual = max(spelled, key=lambda each: (use(each).recent, use(each).last, each))
        return Practice(key, usual)

    def is_unknown(self, spelled: list[str]) -> bool:
        """Whether a group is kept only for a decision that does not count on this date."""
        return {folded(each) for each in spelled} <= self._unknown

    def is_excluded(self, spelled: list[str]) -> bool:
        """Whether a group is not a practice."""
        identity, intake = self._intake.identity, self._intake
        words = {folded(w) for each in spelled for w in (each, name_of(intake, each)) if w}
        if words & self._decided:
            return True
        if any(each in identity.listed for each in spelled):
            return False
        return all(
            folded(name_of(intake, each) or each) in identity.placeholders for each in spelled
        )


def _by_fold(keys: Mapping[str, str], practices: Mapping[str, Practice]) -> dict[str, str]:
    """Folded ids and names, each with the key of the one practice that it means."""
    meant: dict[str, set[str]] = {}
    for practice in practices.values():
        meant.setdefault(folded(practice.name), set()).add(practice.practice_id)
    names = {
        fold: next(iter(candidates)) for fold, candidates in meant.items() if len(candidates) == 1
    }
    names |= {folded(spelled): key for spelled, key in keys.items()}
    return names | {folded(key): key for key in reversed(list(practices))}
