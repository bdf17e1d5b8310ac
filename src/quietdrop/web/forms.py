"""Parsing the answer form into values or faults. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from quietdrop.domain.checkin import NO_CONTACT, CheckIn
from quietdrop.domain.outcomes import OUTCOMES
from quietdrop.domain.promise import LONGEST_PROMISE, LONGEST_WAIT
from quietdrop.web.choices import Choice, choice_of, is_offered, outcome_names

FORM_LASTS = timedelta(hours=12)  # a page opened in the morning can be sent all day
NOTE_LIMIT = 2000  # characters
WHOM_LIMIT = 120  # characters
LONGEST_SNOOZE = timedelta(days=366)  # a leap year: the same day of next year always fits
SNOOZES = (timedelta(weeks=2), timedelta(weeks=4))  # offered with one tap
STAYS_ON_THE_LIST = (
    "They told us that something went wrong, so this stays on your list until you say that it is "
    "resolved, or that they are gone."
)
KINDS = ("visit", "call", "lunch", "note")
TRIED = ("call", "visit", "note")


@dataclass(frozen=True)
class Answer:
    """A filled-in form; `faults` says per field what to correct.

    `choice` is the large choice and `outcome` its result, empty for a snooze alone.
    """

    choice: str = ""
    outcome: str = ""
    kind: str = "visit"
    whom: str = ""
    note: str = ""
    until: date | None = None
    until_text: str = ""
    next_step: str = ""
    next_by: date | None = None
    next_by_text: str = ""
    faults: dict[str, str] = field(default_factory=dict)


def read_answer(
    form: Mapping[str, str], checkin: CheckIn, today: date, *, snoozing: bool
) -> Answer:
    """Reads the choice and the follow-up of that choice alone: without JavaScript all of them are
    shown, and what is left in the others is ignored.

    Args:
        form: the fields, by name.
        checkin: what is answered; a complaint is hidden by nothing.
        today: the day on which it is answered.
        snoozing: whether the link offered to hide the practice; then "away" is no vacation.
    """
    faults: dict[str, str] = {}
    choice = _choice(form)
    names = outcome_names(choice, checkin) if choice else ()
    outcome, until, until_text = "", None, ""
    if choice is None:
        faults["learned"] = "Please choose what you learned."
    elif not is_offered(choice, checkin) or _hides_a_complaint(form, names):
        faults["learned"] = STAYS_ON_THE_LIST
    elif len(names) == 1:
        outcome = "" if snoozing and choice is Choice.AWAY else names[0]
    else:
        outcome = form.get(choice.value, form.get("outcome", ""))
        if outcome not in names:
            faults[choice.value] = "Please choose what it was."
            outcome = ""
    if choice is Choice.AWAY and not faults:
        until_text = _until_text(form)
        until = _day(until_text)
        if fault := _fault_of(until_text, until, today):
            faults["until"] = fault
    whom, note = plain(form.get("whom", "")).strip(), plain(form.get("note", "")).strip()
    if len(whom) > WHOM_LIMIT:
        faults["whom"] = f"Please keep it to {WHOM_LIMIT} letters."
    if len(note) > NOTE_LIMIT:
        faults["note"] = f"Please keep it to {NOTE_LIMIT} letters."
    step = " ".join(plain(form.get("next_step", "")).split())
    by_text = form.get("next_by", "").strip()
    by = _day(by_text)
    if len(step) > LONGEST_PROMISE:
        faults["next_step"] = f"Please keep it to {LONGEST_PROMISE} letters."
    elif step and (by is None or not today <= by <= today + LONGEST_WAIT):
        faults["next_by"] = "Please give the day by which it will be done, within a year."
    return Answer(
        choice=choice.value if choice else "",
        outcome=outcome,
        kind=_kind(form, choice),
        whom=" ".join(whom.split()),
        note=note,
        until=until,
        until_text=until_text,
        next_step=step,
        next_by=by if step else None,
        next_by_text=by_text,
        faults=faults,
    )


def _choice(form: Mapping[str, str]) -> Choice | None:
    """The large choice; a form of an earlier release names the outcome itself."""
    learned = form.get("learned", "")
    if learned in tuple(Choice):
        return Choice(learned)
    return choice_of(form.get("outcome", "")) if form.get("outcome", "") in OUTCOMES else None


def _hides_a_complaint(form: Mapping[str, str], names: tuple[str, ...]) -> bool:
    """Whether a form of an earlier release names an outcome that is not offered here."""
    return "learned" not in form and form["outcome"] not in names


def _kind(form: Mapping[str, str], choice: Choice | None) -> str:
    if choice is Choice.UNREACHED:
        tried = form.get("tried", "")
        return tried if tried in TRIED else TRIED[0]
    kind = form.get("kind", "")
    return kind if kind in (*KINDS, NO_CONTACT) else KINDS[0]


def _until_text(form: Mapping[str, str]) -> str:
    """The day that was given: one of those offered, or the one in the field beside them."""
    offered = form.get("until", "").strip()
    return form.get("until_day", "").strip() if offered in ("", "day") else offered


def _fault_of(text: str, until: date | None, today: date) -> str:
    if not text:
        return "Please give the day until which it is to be hidden."
    if until is None:
        return "Please give a day, as 2026-09-01."
    if not today < until <= today + LONGEST_SNOOZE:
        return "Please give a day after today, and within a year."
    return ""


def plain(text: str) -> str:
    """The text with each control character replaced by a space: PostgreSQL rejects NUL, and others
    move a terminal's cursor or reverse a line."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
