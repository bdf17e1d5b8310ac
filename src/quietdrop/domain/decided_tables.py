"""What people decided, as rows of the directory's tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from quietdrop.domain.closures import closure_of
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.directory import Liaison, Practice
from quietdrop.domain.staffing import assigned, staffed

Row = tuple[str | int | date | None, ...]
COLUMNS = {
    "practices": ("practice_id", "practice_name", "territory", "liaison_email", "aliases"),
    "liaisons": ("liaison_email", "name", "budget", "away_from", "away_to", "cover_email"),
    "closures": ("closed_from", "closed_to", "location"),
}
SEPARATOR = ";"  # between the aliases in a cell


def practice_rows(
    practices: Mapping[str, Practice], decisions: Iterable[Decision], keys: Mapping[str, str]
) -> Iterator[Row]:
    """The practices with a liaison or an alias that was decided.

    Args:
        practices: all that are known, by key.
        decisions: those in force, the oldest first.
        keys: by another spelling of a practice, its key.
    """
    decisions = list(decisions)
    aliases: dict[str, list[str]] = {}
    given: set[str] = set()
    territories: set[str] = set()
    for one in decisions:
        if one.kind is DecisionKind.ALIAS and SEPARATOR not in one.subject:
            aliases.setdefault(keys.get(one.value, one.value), []).append(one.subject)
        elif one.kind is DecisionKind.ASSIGNMENT:
            given.add(keys.get(one.subject, one.subject))
        elif one.kind is DecisionKind.TERRITORY:
            territories.add(one.subject)
    unknown = {key: Practice(key, key) for key in given | set(aliases) if key not in practices}
    for key, practice in sorted(assigned({**practices, **unknown}, decisions, keys).items()):
        if key in given or key in aliases or practice.territory in territories:
            spelled = SEPARATOR.join(aliases.get(key, ()))
            yield key, practice.name, practice.territory, practice.liaison, spelled


def liaison_rows(liaisons: Mapping[str, Liaison], decisions: Iterable[Decision]) -> Iterator[Row]:
    """The liaisons of whom a name, a number of check-ins or a cover was decided; `liaisons` are
    the directory's."""
    decisions = list(decisions)
    kinds = (DecisionKind.LIAISON, DecisionKind.COVER)
    decided = {one.subject for one in decisions if one.kind in kinds}
    for email, one in sorted(staffed(liaisons, decisions).items()):
        if email in decided:
            yield email, one.name, one.budget, one.away_from, one.away_to, one.cover


def closure_rows(decisions: Iterable[Decision]) -> Iterator[Row]:
    """Our closures that somebody added or confirmed."""
    for one in decisions:
        if one.kind is DecisionKind.CLOSURE:
            closure = closure_of(one.subject, one.value)
            yield closure.closed_from, closure.closed_to, closure.location


def without_a_table(decisions: Iterable[Decision]) -> int:
    """How many of them no directory table can state."""
    refused = (DecisionKind.REFUSED_ALIAS, DecisionKind.REFUSED_CLOSURE)
    return sum(
        one.kind in refused or (one.kind is DecisionKind.ALIAS and SEPARATOR in one.subject)
        for one in decisions
    )
