"""Our closures as decisions: a decision's subject is the location, its value both days."""

from __future__ import annotations

from datetime import date

from quietdrop.domain.decisions import DecisionKind, Register
from quietdrop.domain.directory import Closure


def decided(register: Register, kind: DecisionKind) -> tuple[Closure, ...]:
    """The closures that somebody confirmed, or refused."""
    return tuple(closure_of(each.subject, each.value) for each in register.of_kind(kind))


def closure_of(subject: str, value: str) -> Closure:
    """The closure that a decision is about."""
    first, last = map(date.fromisoformat, value.split("/"))
    return Closure(first, last, subject)


def as_value(closure: Closure) -> str:
    """How a decision writes the days of a closure."""
    return f"{closure.closed_from}/{closure.closed_to}"
