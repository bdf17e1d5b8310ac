"""The table of touches: what was done, what it cost, and what was promised with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from quietdrop.config.settings import SourceSettings
from quietdrop.domain import outcomes
from quietdrop.domain.checkin import Touch
from quietdrop.domain.promise import LONGEST_PROMISE, Promise
from quietdrop.ingest.tables import Row, days_of, email_of, left_out, optional_days, rows_of
from quietdrop.lib.amounts import cents_of
from quietdrop.lib.text import single_line

WITHOUT_A_DAY = "touches: next step without a day, left out"
NO_AMOUNT = "touches: cost is not an amount, taken for none"
LONGEST_NAME = 120  # characters of whom a gift was for


class Touches(NamedTuple):
    """What a table of touches says."""

    touches: tuple[Touch, ...] = ()
    promises: tuple[Promise, ...] = ()


def read_touches(
    source: SourceSettings, find: Callable[[str], str], notes: Counter[str]
) -> Touches:
    """Reads the touches, and what was promised with them.

    A touch without a day or practice is left out; one whose outcome has no consequence is kept as a
    plain touch. `find` gives a practice's id for what a row calls it, or nothing.
    """
    rows = list(rows_of(source, "touches", notes))
    touched, resolved, snoozed = (
        days_of(rows, column, "touches", source)
        for column in ("touched_on", "resolved_on", "snooze_until")
    )
    due = optional_days(rows, "next_on", "touches", source, notes)
    touches, promises = [], []
    for row in rows:
        day = touched[row["touched_on"]]
        practice_id = find(row["practice_id"]) or row["practice_id"]
        if day is None or not practice_id:
            left_out(notes, "touches", "no practice" if day else "no day")
            continue
        touch = Touch(
            day,
            practice_id,
            email_of(row["liaison_email"], notes),
            row["kind"].lower() or "visit",
            row["whom"],
            row["outcome"],
            resolved[row["resolved_on"]],
            snoozed[row["snooze_until"]],
            _cost(row, notes),
            single_line(row["recipient"], LONGEST_NAME),
        )
        if wrong := outcomes.fault(touch):
            notes[f"touches: no consequence, {wrong}"] += 1
        touches.append(touch)
        until = due[row["next_on"]]
        if row["next_step"] and until is None:
            notes[WITHOUT_A_DAY] += 1
        elif row["next_step"] and until is not None:
            owner = single_line(row["next_owner"], LONGEST_NAME) or touch.liaison
            owner = owner.lower() if "@" in owner else owner
            what = single_line(row["next_step"], LONGEST_PROMISE)
            promises.append(Promise(practice_id, what, day, until, owner, touch.liaison))
    return Touches(tuple(touches), tuple(promises))


def _cost(row: Row, notes: Counter[str]) -> int | None:
    cents = cents_of(row["cost"]) if row["cost"] else None
    if row["cost"] and cents is None:
        notes[NO_AMOUNT] += 1
    return cents
