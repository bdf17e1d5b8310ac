"""What a manager changes on the people page: practices, territories, liaisons, covers, undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import g

from quietdrop.delivery.policy import may_be_mailed
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.staffing import (
    LONGEST_NAME,
    MOST_BUDGET,
    cover_value,
    liaison_value,
    read_cover,
    read_liaison,
)
from quietdrop.jobs.assign import assign, assign_territory
from quietdrop.lib.lookup import look_up
from quietdrop.lib.mail_address import is_address
from quietdrop.lib.text import single_line
from quietdrop.messages import render
from quietdrop.messages.wording import figures
from quietdrop.web.context import Desk

STAFFING = (
    DecisionKind.ASSIGNMENT,
    DecisionKind.TERRITORY,
    DecisionKind.LIAISON,
    DecisionKind.COVER,
)
NOT_MAILED = "Mail may not go there: the domain is not among [digest] allowed_domains."
NO_ADDRESS = "Please choose a liaison, or give her e-mail address."


def change(desk: Desk, form: Mapping[str, str]) -> str:
    """Carries out a form of the page. Returns what is wrong; "" if it was done."""
    actions = {
        "give": _give,
        "territory": _territory,
        "liaison": _liaison,
        "cover": _cover,
        "undo": _undo,
    }
    chosen = actions.get(form.get("do", ""))
    return chosen(desk, form) if chosen else "Please choose what is to change."


def tell_others(desk: Desk, words: str) -> None:
    """Mails the other managers what one of them has decided."""
    who = g.visitor.who
    mail = render.render_decided(who, words, desk.desk_url("/people"))
    for manager in desk.settings().digest.managers:
        if manager.casefold() != who:
            desk.post(manager, mail)


def refused_heir(desk: Desk, email: str) -> str:
    """Why somebody cannot be assigned practices; "" if she can."""
    if not is_address(email):
        return NO_ADDRESS
    allowed = desk.settings().digest.allowed_domains
    return "" if may_be_mailed(email, allowed) else NOT_MAILED


def words_of(decision: Decision, names: Mapping[str, str], today: date) -> str:
    """A decision about people in words, without a practice's name."""
    heir, subject = (names.get(one) or one for one in (decision.value, decision.subject))
    if decision.kind is DecisionKind.ASSIGNMENT:
        return f"given to {heir}"
    if decision.kind is DecisionKind.TERRITORY:
        return f"{decision.subject} is {heir}’s territory"
    if decision.kind is DecisionKind.LIAISON:
        budget, name = read_liaison(decision.value)
        called = [f"is called {name}"] if name else []
        number = [] if budget is None else [f"gets {budget} check-ins a week"]
        return f"{decision.subject} {' and '.join(called + number)}"
    cover, first, last = read_cover(decision.value)
    until = f" to {figures.day(last, today)}" if last else ", until it is undone"
    begun = figures.day(first, today)
    return f"{names.get(cover) or cover} covers for {subject} from {begun}{until}"


def _give(desk: Desk, form: Mapping[str, str]) -> str:
    asked, liaison = form.get("practice", "").strip(), _email(form, "liaison")
    names = desk.store.names.of_practices()
    meant = look_up(asked, names)
    if meant.several:
        return f"{single_line(asked, 80)} is the name of several: open the one that you mean."
    if meant.key is None:
        near = " or ".join(single_line(names[key] or key, 80) for key in meant.near)
        return f"No practice matches.{f' Did you mean {near}?' if near else ''}"
    if fault := refused_heir(desk, liaison):
        return fault
    assign(desk.store, meant.key, liaison, g.visitor.who, (desk.today(), desk.clock()))
    tell_others(desk, f"{names[meant.key] or meant.key} is given to {_name(desk, liaison)}")
    return ""


def _territory(desk: Desk, form: Mapping[str, str]) -> str:
    which, liaison = form.get("territory", ""), _email(form, "liaison")
    if which not in {load.name for load in desk.store.book.territory_loads()} - {""}:
        return "Please choose a territory."
    if fault := refused_heir(desk, liaison):
        return fault
    when = (desk.today(), desk.clock())
    assign_territory(desk.store, which, liaison, g.visitor.who, when)
    tell_others(desk, f"{which} is {_name(desk, liaison)}’s territory")
    return ""


def _liaison(desk: Desk, form: Mapping[str, str]) -> str:
    email, name = _email(form, "liaison"), single_line(form.get("name", ""), LONGEST_NAME)
    budget = form.get("budget", "").strip()
    if fault := refused_heir(desk, email):
        return fault
    is_number = budget.isascii() and budget.isdigit() and len(budget) < 5
    if budget and not (is_number and int(budget) <= MOST_BUDGET):
        return f"Please give a number of check-ins a week, at most {MOST_BUDGET}."
    if not name and not budget:
        return "Please give a name or a number of check-ins."
    _decide(desk, DecisionKind.LIAISON, email, liaison_value(int(budget) if budget else None, name))
    return ""


def _cover(desk: Desk, form: Mapping[str, str]) -> str:
    away, by = _email(form, "away"), _email(form, "by")
    if not is_address(away) or not is_address(by) or away == by:
        return "Please choose who is away, and somebody else who covers."
    if fault := refused_heir(desk, by):
        return fault
    first, last = _day(form.get("first", "")), _day(form.get("last", ""))
    if first is None or (form.get("last") and last is None) or (last and last < first):
        return "Please give the first day, and a last one that is not before it."
    _decide(desk, DecisionKind.COVER, away, cover_value(by, first, last), first)
    return ""


def _decide(
    desk: Desk, kind: DecisionKind, subject: str, value: str, from_on: date | None = None
) -> None:
    now, who = desk.clock(), g.visitor.who
    decision = Decision(kind, subject, value, from_on or desk.today(), who, now)
    desk.store.decisions.add([decision])
    tell_others(desk, words_of(decision, desk.store.book.liaison_names(), desk.today()))


def _undo(desk: Desk, form: Mapping[str, str]) -> str:
    number = form.get("decision", "")
    standing = {str(one.id): one for one in desk.store.decisions.all() if one.kind in STAFFING}
    of, now = g.visitor.who, desk.clock()
    if number not in standing or not desk.store.decisions.undo(int(number), of, now):
        return "Somebody has taken that back already."
    words = words_of(standing[number], desk.store.book.liaison_names(), desk.today())
    tell_others(desk, f"Taken back: {words}")
    return ""


def _email(form: Mapping[str, str], field: str) -> str:
    return form.get(field, "").strip().lower()


def _name(desk: Desk, email: str) -> str:
    return desk.store.book.liaison_names().get(email, email)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
