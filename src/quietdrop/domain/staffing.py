"""Who looks after what, as people decided it: assignments and covers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.directory import Liaison, Practice


def cover_value(cover: str, first: date, last: date | None) -> str:
    """What a decision keeps of a cover: who, the first day, the last one where it is known."""
    return " ".join([cover, first.isoformat(), *([last.isoformat()] if last else [])])


def read_cover(value: str) -> tuple[str, date, date | None]:
    """The same the other way round."""
    cover, first, *last = value.split()
    return cover, date.fromisoformat(first), date.fromisoformat(last[0]) if last else None


def assigned(
    practices: Mapping[str, Practice], decisions: Iterable[Decision], keys: Mapping[str, str]
) -> dict[str, Practice]:
    """The practices with the liaisons that were decided; of several the latest decision counts.

    Args:
        practices: the directory's, by key.
        decisions: those that hold, the oldest first.
        keys: by another spelling of a practice, its key.
    """
    changed = dict(practices)
    for decision in decisions:
        key = keys.get(decision.subject, decision.subject)
        if decision.kind is DecisionKind.ASSIGNMENT and key in changed:
            changed[key] = replace(changed[key], liaison=decision.value)
    return changed


def covered(liaisons: Mapping[str, Liaison], decisions: Iterable[Decision]) -> dict[str, Liaison]:
    """The liaisons with the covers that were decided; of several the latest decision counts."""
    changed = dict(liaisons)
    for decision in decisions:
        if decision.kind is DecisionKind.COVER:
            who = changed.get(decision.subject) or Liaison(decision.subject)
            cover, first, last = read_cover(decision.value)
            changed[who.email] = replace(who, away_from=first, away_to=last, cover=cover)
    return changed
