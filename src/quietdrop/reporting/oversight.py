"""A decided date -> what its managers oversee: coverage, the save ledger, honesty. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from quietdrop.checkins import holdout
from quietdrop.checkins.touches import is_unassigned, was_seen
from quietdrop.domain.reports import Case, Coverage, Ledger, Said
from quietdrop.evaluation.evaluation import Decided
from quietdrop.reporting.reliability import honesty
from quietdrop.reporting.save_ledger import HORIZONS, cases, ledger


def ledgers(decided: Decided) -> tuple[Ledger, ...]:
    """The save ledger over 13 and over 26 weeks, as of the decided date."""
    cadence = decided.assessed.cadence
    found = _cases(decided)
    return tuple(
        ledger(found, cadence.ids, cadence.counts, decided.assessed.exposure, cadence.as_of, weeks)
        for weeks in HORIZONS
    )


def said(decided: Decided) -> tuple[Said, ...]:
    """How honest the probabilities have been, step by step."""
    assessed = decided.assessed
    return honesty(
        _cases(decided),
        assessed.cadence.ids,
        assessed.cadence.counts,
        assessed.exposure,
        assessed.frame["dispersion"].to_numpy(dtype=float),
        assessed.cadence.as_of,
    )


def coverage(decided: Decided, liaisons: Iterable[str]) -> tuple[Coverage, ...]:
    """One row a liaison, by address."""
    plan, as_of = decided.plan, decided.assessed.cadence.as_of
    touches, snoozes = decided.memory.touches, decided.memory.snoozes
    new = [*plan.opened, *plan.worse]
    held = [*new, *plan.unanswered, *plan.still_open, *plan.aging, *plan.asleep]
    names = {email: known.name for email, known in decided.intake.liaisons.items()}
    return tuple(
        Coverage(
            liaison,
            new=sum(c.liaison == liaison for c in new),
            open=len(own := [c for c in held if c.liaison == liaison]),
            seen=sum(was_seen(c, touches, snoozes) for c in own),
            aging=len(old := [c for c in plan.aging if c.liaison == liaison]),
            oldest=max(((as_of - c.opened_on).days // 7 for c in old), default=0),
            left_out=plan.left_out.get(liaison, 0),
            name=names.get(liaison, ""),
            homeless=sum(is_unassigned(c, touches) for c in own),
        )
        for liaison in sorted(set(liaisons))
    )


def held_out(decided: Decided) -> int:
    """How many practices chance leaves unlisted now."""
    as_of = decided.assessed.cadence.as_of
    return len(holdout.resting((*decided.memory.unlisted, *decided.plan.unlisted), as_of))


def _cases(decided: Decided) -> list[Case]:
    memory = decided.memory
    return cases(memory.checkins, memory.unlisted, memory.touches)
