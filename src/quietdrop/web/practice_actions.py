"""What a manager changes about a practice: hide, close, reassign, one or two practices, undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import g

from quietdrop.domain.card import Card
from quietdrop.domain.checkin import NO_CONTACT, Kind, Snooze, Touch
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.jobs.assign import assign
from quietdrop.jobs.record_answer import Occasion, record_answer, record_snooze, undo
from quietdrop.web.context import Desk
from quietdrop.web.forms import STAYS_ON_THE_LIST
from quietdrop.web.people_changes import refused_heir, tell_others

WEEKS_HIDDEN = (2, 4, 8)  # weeks that a practice can be hidden for
ENDINGS = ("nothing wrong", "moved", "retired", "acquired", "staff change", "access", "resolved")
Outcome = tuple[str, str]  # what was done, or what is wrong


def act(desk: Desk, card: Card, form: Mapping[str, str]) -> Outcome:
    """Carries out a form of the practice's page.

    Returns:
        A word for what was done and "", or "" and why nothing was done.
    """
    actions = {
        "hide": _hide,
        "close": _close,
        "give": _give,
        "same": _join,
        "apart": _join,
        "undo": _undo,
        "take back": _take_back,
    }
    chosen = actions.get(form.get("do", ""))
    return chosen(desk, card, form) if chosen else ("", "Please choose what is to change.")


def _hide(desk: Desk, card: Card, form: Mapping[str, str]) -> Outcome:
    weeks = form.get("weeks", "")
    if weeks not in map(str, WEEKS_HIDDEN):
        return "", "Please choose for how long they are to be hidden."
    today = desk.today()
    with desk.store.begin() as conn:
        asked = desk.store.checkins.lock_open(conn, card.practice_id)
        if asked is not None and asked.kind == Kind.COMPLAINT:
            return "", STAYS_ON_THE_LIST
        until = today + timedelta(weeks=int(weeks))
        snooze = Snooze(card.practice_id, today, until, "by a manager")
        record_snooze(desk.store, conn, snooze, _now(desk, f"snoozed, until {until.isoformat()}"))
    return "hidden", ""


def _close(desk: Desk, card: Card, form: Mapping[str, str]) -> Outcome:
    why = form.get("why", "")
    with desk.store.begin() as conn:
        asked = desk.store.checkins.lock_open(conn, card.practice_id)
        if asked is None:
            return "", "No check-in of theirs is open any more."
        complained = asked.kind == Kind.COMPLAINT
        if why not in ENDINGS or ((why == "resolved") is not complained and why != "moved"):
            return "", STAYS_ON_THE_LIST if complained else "Please choose why it is closed."
        touch = Touch(desk.today(), card.practice_id, g.visitor.who, NO_CONTACT, "", why)
        record_answer(desk.store, conn, touch, "", _now(desk, why))
    return "closed", ""


def _give(desk: Desk, card: Card, form: Mapping[str, str]) -> Outcome:
    liaison = form.get("liaison", "").strip().lower()
    if liaison == card.liaison:
        return "", "Please choose another liaison."
    if fault := refused_heir(desk, liaison):
        return "", fault
    when = (desk.today(), desk.clock())
    assign(desk.store, card.practice_id, liaison, g.visitor.who, when)
    tell_others(desk, f"{card.name} is given to {liaison}")
    return "given", ""


def _join(desk: Desk, card: Card, form: Mapping[str, str]) -> Outcome:
    """Records whether the practice and its lookalike are one or two."""
    if not card.alike_id or form.get("other") != card.alike_id:
        return "", "What it looks like has changed. Please look again."
    same = form.get("do") == "same"
    kind = DecisionKind.ALIAS if same else DecisionKind.REFUSED_ALIAS
    now, who = desk.clock(), g.visitor.who
    decision = Decision(kind, card.alike_id, card.practice_id, desk.today(), who, now)
    desk.store.decisions.add([decision])
    verb = "is the same practice as" if same else "is not the same practice as"
    tell_others(desk, f"{card.name} {verb} {card.alike_name or card.alike_id}")
    return ("same" if same else "apart"), ""


def _undo(desk: Desk, card: Card, form: Mapping[str, str]) -> Outcome:
    number = form.get("decision", "")
    about = {one.id: one.kind for one in desk.store.decisions.about(card.practice_id)}
    of, now = g.visitor.who, desk.clock()
    if not number.isdecimal() or int(number) not in about:
        return "", "That decision is not about this practice."
    if not desk.store.decisions.undo(int(number), of, now):
        return "", "Somebody has taken that back already."
    tell_others(desk, f"Taken back: {about[int(number)]}, about {card.name}")
    return "undone", ""


def _take_back(desk: Desk, card: Card, form: Mapping[str, str]) -> Outcome:
    """Undoes what was recorded about the practice, whoever did it, until the next run."""
    number = form.get("answer", "")
    answered = (
        desk.store.answers.get(int(number)) if number.isdecimal() and len(number) < 10 else None
    )
    if answered is None or answered.practice_id != card.practice_id:
        return "", "It was undone before."
    fault = undo(desk.store, answered, g.visitor.who, desk.clock(), desk.today())
    return ("", fault) if fault else ("undone", "")


def _now(desk: Desk, answer: str) -> Occasion:
    return Occasion(g.visitor.who, desk.clock(), answer)
