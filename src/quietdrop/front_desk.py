"""Whom to ask for at a practice's desk: as the directory names them, else as touches do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from quietdrop.model import Person, Touch

ROLES = ("coordinator", "front desk", "office manager", "receptionist", "scheduler", "ma")
MOST_NAMED = 3
# A touch that names somebody at the desk has one of these words, and another one besides.
AT_THE_DESK = {"coordinator", "desk", "manager", "receptionist", "scheduler"}
NOBODY = AT_THE_DESK | {"front", "office", "practice", "staff", "the", "at", "team", "ma"}


def staff(people: Iterable[Person], touches: Iterable[Touch]) -> str:
    """In: a practice's people, its touches. Out: "Dana (front desk), Lee (coordinator)"; empty
    where nobody is known by name."""
    named = [
        f"{p.name} ({p.role.lower()})"
        for p in people
        if p.name and p.role.lower() in ROLES and not p.left_on
    ]
    if named:
        return ", ".join(named[:MOST_NAMED])
    latest = sorted(touches, key=lambda touch: touch.touched_on, reverse=True)
    return next((touch.whom for touch in latest if _names_somebody(touch.whom)), "")


def _names_somebody(whom: str) -> bool:
    words = set(re.findall(r"[^\W\d_]+", whom.lower()))
    return bool(words & AT_THE_DESK) and bool(words - NOBODY)
