"""Parsing the visit form into values or faults. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from quietdrop.domain.checkin import Touch
from quietdrop.domain.promise import LONGEST_PROMISE, LONGEST_WAIT, Promise
from quietdrop.lib.amounts import cents_of
from quietdrop.lib.reader import weekday
from quietdrop.web.forms import NOTE_LIMIT, WHOM_LIMIT, plain

KINDS = (
    ("visit", "Visit"),
    ("call", "Call"),
    ("lunch", "Lunch"),
    ("note", "Note"),
    ("thank_you", "Thank-you"),
    ("complaint", "They complained"),
)
LATE_BY = timedelta(days=366)  # the oldest visit that is still logged
OTHER_DAY = "day"  # the choice that a day of its own is given
MONDAY = 0


@dataclass(frozen=True)
class VisitForm:
    """A filled-in form; `faults` says per field what to correct."""

    practice: str = ""
    kind: str = "visit"
    when: str = ""
    when_day: str = ""
    whom: str = ""
    learned: str = ""
    next: str = ""
    by: str = ""
    by_day: str = ""
    owner: str = ""
    recipient: str = ""
    cost: str = ""
    is_given: bool = False  # the gift is known to pass the limit
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def cents(self) -> int | None:
        """What was brought cost so much."""
        return cents_of(self.cost) if self.cost else None

    def touch(self, practice_id: str, liaison: str) -> Touch:
        """The visit of a form without faults."""
        return Touch(
            _day(self.when, self.when_day) or date.min,
            practice_id,
            liaison,
            self.kind,
            self.whom,
            cost_cents=self.cents,
            recipient=self.recipient if self.cents else "",
        )

    def promise(self, practice_id: str, liaison: str) -> Promise | None:
        """The next step of a form without faults; None where nothing is to be done."""
        due = _day(self.by, self.by_day)
        if not self.next or due is None:
            return None
        made_on = _day(self.when, self.when_day) or due
        return Promise(practice_id, self.next, made_on, due, self.owner or liaison, liaison)


def blank(today: date, owner: str) -> VisitForm:
    """The form as it is first shown: a visit of today, and a next step in a few days."""
    return VisitForm(when=today.isoformat(), by=days_offered(today)[0][0], owner=owner)


def days_offered(today: date) -> list[tuple[str, str]]:
    """(ISO day, its name) of the days that a next step is offered: in three days or on the Monday
    after, next Monday, and in two weeks."""
    soon = today + timedelta(days=3)
    if soon.weekday() > 4:
        soon += timedelta(days=7 - soon.weekday())
    monday = today + timedelta(days=7 - today.weekday())
    choices = {soon: weekday(soon), monday: "Next Monday", today + timedelta(days=14): "In 2 weeks"}
    return [(day.isoformat(), name) for day, name in sorted(choices.items())]


def read_visit(form: Mapping[str, str], today: date, owners: Mapping[str, str]) -> VisitForm:
    """Reads a form. `owners` are those who may keep a promise, by what the form calls them."""
    kind = form.get("kind", "")
    given = VisitForm(
        practice=_line(form, "practice"),
        kind=kind if kind in dict(KINDS) else "visit",
        when=form.get("when", "") or today.isoformat(),
        when_day=_line(form, "when_day"),
        whom=_line(form, "whom"),
        learned=plain(form.get("learned", "")).strip(),
        next=_line(form, "next"),
        by=form.get("by", ""),
        by_day=_line(form, "by_day"),
        owner=form.get("owner", "") if form.get("owner", "") in owners else "",
        recipient=_line(form, "recipient"),
        cost=_line(form, "cost"),
        is_given=form.get("is_given") == "yes",
    )
    return replace(given, faults=_faults(given, today))


def _faults(given: VisitForm, today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    day = _day(given.when, given.when_day)
    if day is None:
        faults["when"] = "Please give the day, as 2026-07-06."
    elif not today - LATE_BY <= day <= today:
        faults["when"] = "Please give a day of the past year, today at the latest."
    for name, limit in (("whom", WHOM_LIMIT), ("learned", NOTE_LIMIT), ("recipient", WHOM_LIMIT)):
        if len(getattr(given, name)) > limit:
            faults[name] = f"Please keep it to {limit} letters."
    if len(given.next) > LONGEST_PROMISE:
        faults["next"] = f"Please keep it to {LONGEST_PROMISE} letters."
    due = _day(given.by, given.by_day)
    if given.next and due is None:
        faults["by"] = "Please give the day by which it is done."
    elif given.next and due and not (day or today) <= due <= today + LONGEST_WAIT:
        faults["by"] = "Please give a day from the visit on, and within a year."
    if given.cost and given.cents is None:
        faults["cost"] = "Please give an amount, as 84 or 84.50."
    elif given.recipient and not given.cost:
        faults["cost"] = "Please say what it cost."
    return faults


def _line(form: Mapping[str, str], name: str) -> str:
    return " ".join(plain(form.get(name, "")).split())


def _day(choice: str, text: str) -> date | None:
    """The day that is chosen, or given in the field beside it."""
    try:
        return date.fromisoformat(text if choice == OTHER_DAY else choice)
    except ValueError:
        return None
