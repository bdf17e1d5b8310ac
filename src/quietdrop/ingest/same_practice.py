"""Which spelled ids and names are one practice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from quietdrop.domain.decisions import DecisionKind, Register
from quietdrop.domain.intake import Intake
from quietdrop.lib.folding import folded


def id_form(practice_id: str) -> str:
    """Return the form in which ids that differ by leading zeros or ".0" only are the same."""
    whole = re.sub(r"(?<=\d)\.0+$", "", practice_id.strip())
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", folded(whole))


class Groups:
    """Spellings that are one practice (a union-find over their ids and forms)."""

    def __init__(self) -> None:
        self._parent: dict[object, object] = {}

    def root(self, item: object) -> object:
        path = []
        while (parent := self._parent.setdefault(item, item)) != item:
            path.append(item)
            item = parent
        for passed in path:
            self._parent[passed] = item
        return item

    def join(self, one: object, other: object) -> None:
        self._parent[self.root(one)] = self.root(other)


def name_of(intake: Intake, practice_id: str) -> str:
    """The name of a practice that an id keys; empty where only the id is known."""
    practice = intake.practices.get(practice_id)
    return practice.name if practice and practice.name != practice_id else ""


def _is_named(intake: Intake, member: str) -> bool:
    """Whether the practice is spelled by its name, in the column of names or in that of ids."""
    is_name = " " in member or not any(letter.isdigit() for letter in member)
    return member in intake.identity.by_name or (is_name and not name_of(intake, member))


def grouped(intake: Intake, register: Register, members: list[str]) -> Groups:
    """Joins the spellings of one practice: by folding, by id, by the store, by decisions."""
    groups = Groups()
    apart = {
        id_
        for refused in register.of_kind(DecisionKind.REFUSED_ALIAS)
        for id_ in (refused.subject, refused.value)
    }
    ids = []
    for member in members:
        if _is_named(intake, member):
            groups.join(member, ("name", folded(member)))
            continue
        ids.append(member)
        name = name_of(intake, member)
        if member not in apart:
            bare = id_form(member) if name else folded(member)
            groups.join(member, ("id", bare, folded(name)))
    for practice in register.practices:
        groups.join(practice.practice_id, ("name", folded(practice.practice_id)))
        if practice.name and practice.name != practice.practice_id:
            form = ("id", id_form(practice.practice_id), folded(practice.name))
            if practice.practice_id not in apart:
                groups.join(practice.practice_id, form)
    _join_names_to_ids(groups, intake, register, ids)
    _decide(groups, intake, register, members)
    return groups


def _join_names_to_ids(
    groups: Groups, intake: Intake, register: Register, ids: Iterable[str]
) -> None:
    """A name without an id means the one practice whose id has that name, if there is just one.

    So a source that begins or ceases to give ids keeps its practices.
    """
    current = dict.fromkeys(ids, True)
    bearers: dict[str, dict[object, None]] = {}
    for each in current:
        if name := name_of(intake, each):
            bearers.setdefault(folded(name), {})[groups.root(each)] = None
    for practice in register.practices:
        stored = practice.practice_id
        fold = folded(practice.name)
        if stored in current or not fold or fold == folded(stored) or fold in bearers:
            continue
        bearers.setdefault(fold, {})[groups.root(stored)] = None
    for fold, roots in bearers.items():
        if len(roots) == 1:
            groups.join(("name", fold), next(iter(roots)))


def _decide(groups: Groups, intake: Intake, register: Register, members: list[str]) -> None:
    """Applies the store's aliases, and the directory's to words whose decision does not count."""
    by_fold = {folded(member): member for member in reversed(members)}
    by_name: dict[str, list[str]] = {}
    for member in members:
        by_name.setdefault(folded(name_of(intake, member)), []).append(member)

    spelled = set(members)

    def meant(word: str) -> str:
        if word in spelled:
            return word
        named = by_name.get(folded(word), [])
        return by_fold.get(folded(word)) or (named[0] if len(named) == 1 else word)

    decided = set()
    for alias in register.of_kind(DecisionKind.ALIAS):
        groups.join(meant(alias.subject), meant(alias.value))
        decided.add(folded(alias.subject))
    decided |= {folded(d.subject) for d in register.of_kind(DecisionKind.NOT_A_PRACTICE)}
    refused = {(folded(d.subject), d.value) for d in register.of_kind(DecisionKind.REFUSED_ALIAS)}
    for word, listed in intake.identity.set_aside.items():
        settled = folded(word) in decided or (folded(word), listed) in refused
        if listed and listed != word and not settled and meant(word) in spelled:
            groups.join(meant(word), listed)
