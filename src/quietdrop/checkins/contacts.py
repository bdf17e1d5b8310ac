"""Whom to ask for at a practice's desk: as the directory names them, else as touches do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Person

MOST_NAMED = 3
# Who is at the desk has one of these words in her role; a touch that names her has another besides.
AT_THE_DESK = {"coordinator", "desk", "manager", "receptionist", "scheduler"}
NOBODY = AT_THE_DESK | {"front", "office", "practice", "staff", "the", "at", "team", "ma"}
MEDICAL_ASSISTANTS = ("ma", "medical assistant")


def staff(people: Iterable[Person], touches: Iterable[Touch], as_of: date) -> str:
    """In: a practice's people, its touches. Out: "Dana (front desk), Lee (coordinator)"; empty
    where nobody is known by name."""
    named = [f"{p.name} ({p.role.lower()})" for p in people if is_at_desk(p, as_of)]
    if named:
        return ", ".join(named[:MOST_NAMED])
    latest = sorted(touches, key=lambda touch: touch.touched_on, reverse=True)
    return next((touch.whom for touch in latest if _names_somebody(touch.whom)), "")


def is_at_desk(person: Person, as_of: date) -> bool:
    """Whether somebody who is known by name is at the desk on that day."""
    has_left = person.left_on is not None and person.left_on <= as_of
    role = person.role.lower()
    sits_there = bool(_words(role) & AT_THE_DESK) or role in MEDICAL_ASSISTANTS
    return bool(person.name) and sits_there and not has_left


def _names_somebody(whom: str) -> bool:
    words = _words(whom)
    return bool(words & AT_THE_DESK) and bool(words - NOBODY)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))
