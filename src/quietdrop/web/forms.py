"""What a person filled in, as values or as what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from quietdrop.domain.checkin import NO_CONTACT
from quietdrop.domain.outcomes import OUTCOMES

NOTE_LIMIT = 2000
WHOM_LIMIT = 120
LONGEST_SNOOZE = timedelta(days=366)
STAYS_ON_THE_LIST = (
    "They told us that something went wrong, so this stays on your list until you say that it is "
    "resolved, or that they are gone."
)
KINDS = ("visit", "call", "lunch", "note")


@dataclass(frozen=True)
class Answer:
    """An answered form; `faults` says by field what has to be mended."""

    outcome: str = ""
    kind: str = "visit"
    whom: str = ""
    note: str = ""
    until: date | None = None
    until_text: str = ""
    faults: dict[str, str] = field(default_factory=dict)


def read_answer(
    form: Mapping[str, str], today: date, *, snoozing: bool, complaint: bool = False
) -> Answer:
    """In: the form's fields, today's date, whether only a snooze is asked for, whether a complaint
    is answered, which nothing hides. Out: the answer, or what is wrong with it."""
    faults: dict[str, str] = {}
    outcome = OUTCOMES.get(form.get("outcome", ""))
    if outcome is None and not snoozing:
        faults["outcome"] = "Please choose what you learned."
    text = form.get("until", "").strip()
    until = _day(text)
    if text and until is None:
        faults["until"] = "Please give a day, as 2026-09-01."
    elif until is not None and not today < until <= today + LONGEST_SNOOZE:
        faults["until"] = "Please give a day after today, and within a year."
    elif until is None and (snoozing or (outcome and outcome.needs_date)):
        faults["until"] = "Please give the day until which it is to be hidden."
    if complaint and (snoozing or text or (outcome and outcome.follows == "sleeps")):
        faults = {"outcome": STAYS_ON_THE_LIST}
    whom, note = plain(form.get("whom", "")).strip(), plain(form.get("note", "")).strip()
    if len(whom) > WHOM_LIMIT:
        faults["whom"] = f"Please keep it to {WHOM_LIMIT} letters."
    if len(note) > NOTE_LIMIT:
        faults["note"] = f"Please keep it to {NOTE_LIMIT} letters."
    kind = form.get("kind", "")
    return Answer(
        outcome.name if outcome else "",
        kind if kind in (*KINDS, NO_CONTACT) else "visit",
        " ".join(whom.split()),
        note,
        until,
        text,
        faults,
    )


def plain(text: str) -> str:
    """The text with a space for each control character: PostgreSQL refuses NUL, and others move a
    terminal's cursor or turn the direction of a line."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
