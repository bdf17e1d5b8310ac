"""Who looks after what, as people decided it: assignments, liaisons and covers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.directory import Liaison, Practice

LONGEST_NAME = 120  # characters of a liaison's name
MOST_BUDGET = 100  # check-ins a week; more is a typing error


def cover_value(cover: str, first: date, last: date | None) -> str:
    """What a decision keeps of a cover: who, the first day, the last one where it is known."""
    return " ".join([cover, first.isoformat(), *([last.isoformat()] if last else [])])


def read_cover(value: str) -> tuple[str, date, date | None]:
    """The same the other way round."""
    cover, first, *last = value.split()
    return cover, date.fromisoformat(first), date.fromisoformat(last[0]) if last else None


def liaison_value(budget: int | None, name: str) -> str:
    """What a decision keeps of a liaison: her check-ins a week, "-" where the config's number
    applies, and her name."""
    return f"{'-' if budget is None else budget} {name}".rstrip()


def read_liaison(value: str) -> tuple[int | None, str]:
    """The same the other way round."""
    budget, _, name = value.partition(" ")
    return None if budget == "-" else int(budget), name


def assigned(
    practices: Mapping[str, Practice], decisions: Iterable[Decision], keys: Mapping[str, str]
) -> dict[str, Practice]:
    """The practices with the liaisons that were decided; of several the latest decision counts.

    What was decided about a practice itself wins over what was decided about its territory.

    Args:
        practices: the directory's, by key.
        decisions: those that hold, the oldest first.
        keys: by another spelling of a practice, its key.
    """
    decisions = list(decisions)
    heirs = {one.subject: one.value for one in decisions if one.kind is DecisionKind.TERRITORY}
    changed = {
        key: replace(one, liaison=heirs[one.territory]) if one.territory in heirs else one
        for key, one in practices.items()
    }
    for decision in decisions:
        key = keys.get(decision.subject, decision.subject)
        if decision.kind is DecisionKind.ASSIGNMENT and key in changed:
            changed[key] = replace(changed[key], liaison=decision.value)
    return changed


def staffed(liaisons: Mapping[str, Liaison], decisions: Iterable[Decision]) -> dict[str, Liaison]:
    """The liaisons with the names, budgets and covers that were decided; of several the latest
    decision counts. A name or budget that a decision leaves open stays the directory's."""
    changed = dict(liaisons)
    for decision in decisions:
        who = changed.get(decision.subject) or Liaison(decision.subject)
        if decision.kind is DecisionKind.LIAISON:
            budget, name = read_liaison(decision.value)
            budget = who.budget if budget is None else budget
            changed[who.email] = replace(who, name=name or who.name, budget=budget)
        elif decision.kind is DecisionKind.COVER:
            cover, first, last = read_cover(decision.value)
            changed[who.email] = replace(who, away_from=first, away_to=last, cover=cover)
    return changed
