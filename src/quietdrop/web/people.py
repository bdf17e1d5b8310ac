"""Who looks after what: liaisons, who covers for whom, and what was decided about them."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.delivery.policy import may_be_mailed
from quietdrop.domain.book import BookQuery
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.staffing import cover_value, read_cover
from quietdrop.lib.mail_address import is_address
from quietdrop.messages import render
from quietdrop.web.book_query import query_string
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of

STAFFING = (DecisionKind.ASSIGNMENT, DecisionKind.COVER)
MOST_SHOWN = 100
NOT_MAILED = "Mail may not go there: the domain is not among [digest] allowed_domains."


def add_pages(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/people")
    def people() -> str:
        return _page(desk)

    @pages.post("/people")
    def change_people() -> Response | tuple[str, int]:
        do = request.form.get("do", "")
        fault = _undo(desk) if do == "undo" else _cover(desk)
        if fault:
            return _page(desk, fault), 422
        return redirect(desk.desk_url("/people"), 303)


def tell_others(desk: Desk, words: str) -> None:
    """Mails the other managers what one of them has decided."""
    who = g.visitor.who
    mail = render.render_decided(who, words, desk.desk_url("/people"))
    for manager in desk.settings().digest.managers:
        if manager.casefold() != who:
            desk.post(manager, mail)


def _page(desk: Desk, fault: str = "") -> str:
    names = desk.store.book.liaison_names()
    decided = [
        one for one in desk.store.decisions.all() if one.kind in STAFFING and one.undone_at is None
    ]
    return render_template(
        "people.html.j2",
        navigation=navigation_of(desk, "People"),
        here=desk.desk_url("/people"),
        liaisons=desk.store.book.loads(),
        names=names,
        book=lambda email: desk.desk_url("/book") + query_string(BookQuery(liaison=email)),
        decided=[(one, _words(one, names)) for one in decided[-MOST_SHOWN:]],
        places=desk.store.book.names(one.subject for one in decided[-MOST_SHOWN:]),
        today=desk.today(),
        fault=fault,
        practice=desk.practice_url,
    )


def _words(decision: Decision, names: dict[str, str]) -> str:
    """What was decided, in words, but for the practice's name."""
    if decision.kind is DecisionKind.ASSIGNMENT:
        return f"given to {names.get(decision.value) or decision.value}"
    cover, first, last = read_cover(decision.value)
    until = f" to {last.isoformat()}" if last else ", until it is undone"
    who = names.get(decision.subject) or decision.subject
    return f"{names.get(cover) or cover} covers for {who} from {first.isoformat()}{until}"


def _cover(desk: Desk) -> str:
    """Has one liaison covered by another. Returns what is wrong, or nothing."""
    form = request.form
    away, by = form.get("away", "").strip(), form.get("by", "").strip()
    if not is_address(away) or not is_address(by) or away == by:
        return "Please choose who is away, and somebody else who covers."
    if not may_be_mailed(by, desk.settings().digest.allowed_domains):
        return NOT_MAILED
    first, last = _day(form.get("first", "")), _day(form.get("last", ""))
    if first is None or (form.get("last") and last is None) or (last and last < first):
        return "Please give the first day, and a last one that is not before it."
    value = cover_value(by, first, last)
    who, now = g.visitor.who, desk.clock()
    decision = Decision(DecisionKind.COVER, away, value, first, who, now)
    desk.store.decisions.add([decision])
    tell_others(desk, _words(decision, desk.store.book.liaison_names()))
    return ""


def _undo(desk: Desk) -> str:
    number = request.form.get("decision", "")
    standing = {str(one.id): one for one in desk.store.decisions.all() if one.kind in STAFFING}
    of, now = g.visitor.who, desk.clock()
    if number not in standing or not desk.store.decisions.undo(int(number), of, now):
        return "Somebody has taken that back already."
    words = _words(standing[number], desk.store.book.liaison_names())
    tell_others(desk, f"Taken back: {words}")
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
