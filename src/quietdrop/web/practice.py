"""A practice's page for a manager: what came, why it is listed or not, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.domain.answered import Answered
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Touch
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.outcomes import OUTCOMES
from quietdrop.domain.promise import Promise
from quietdrop.jobs.record_answer import why_it_stands
from quietdrop.messages.wording import figures
from quietdrop.web import practice_actions
from quietdrop.web.context import Desk
from quietdrop.web.odds_chart import odds_chart
from quietdrop.web.signed_in import navigation_of

WEEKS_OF_ODDS = 26
MOST_EVENTS = 30
Event = tuple[str, date, str]
DONE = {
    "hidden": "They are hidden until then, or until it gets clearly worse.",
    "given": "She has them from now on; the next digests follow.",
    "closed": "The check-in is closed.",
    "same": "They are one practice from the next run on.",
    "apart": "They stay two practices.",
    "undone": "That is taken back.",
}


def add_pages(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/practice")
    def practice() -> str:
        return _page(desk, card_asked(desk), DONE.get(request.args.get("done", ""), ""))

    @pages.post("/practice")
    def change() -> Response | tuple[str, int]:
        card = card_asked(desk)
        done, fault = practice_actions.act(desk, card, request.form)
        if fault:
            return _page(desk, card, fault, is_fault=True), 422
        return redirect(f"{desk.practice_url(card.practice_id)}&done={done}", 303)

    @pages.get("/practice/<reference>")
    def practice_of_a_link(reference: str) -> Response:
        """Where a link of the last release led."""
        return redirect(desk.practice_url(desk.card_of(reference).practice_id), 303)


def card_asked(desk: Desk) -> Card:
    """The card of the practice that the address names. LinkRefused where there is none."""
    card = desk.store.card(desk.store.key_of(request.args.get("id", "")))
    if card is None:
        raise LinkRefused("unknown")
    return card


def _page(desk: Desk, card: Card, notice: str, *, is_fault: bool = False) -> str:
    key, of = card.practice_id, desk.settings().drift
    checkins = desk.store.checkins_of(key)
    asked = next((c for c in checkins if c.state == "open"), None)
    decisions = desk.store.decisions_about(key)
    choices = desk.store.book_choices()
    names = dict(choices.liaisons)
    odds = desk.store.odds_of(key, WEEKS_OF_ODDS)
    alike = card.alike_id if not _is_decided(decisions, card.alike_id) else ""
    return render_template(
        "practice.html.j2",
        navigation=navigation_of(desk, "Practices"),
        book=desk.desk_url("/book"),
        here=desk.practice_url(key),
        card=card,
        asked=asked,
        liaison=names.get(card.liaison, card.liaison),
        odds=odds_chart(odds, of.alert_probability, of.watch_probability),
        events=_events(desk, card, checkins, decisions, names),
        decisions=[
            (one, names.get(one.value, one.value)) for one in decisions if one.undone_at is None
        ],
        liaisons=[(email, name) for email, name in choices.liaisons if email != card.liaison],
        endings=[OUTCOMES[name] for name in practice_actions.ENDINGS],
        weeks=practice_actions.WEEKS_HIDDEN,
        alike=alike,
        alike_url=desk.practice_url(alike) if alike else "",
        answered=_last_answer(desk, key),
        notice=notice,
        is_fault=is_fault,
    )


def _last_answer(desk: Desk, practice_id: str) -> Answered | None:
    """What can still be taken back."""
    answered = desk.store.last_answer(practice_id)
    return answered if answered and not why_it_stands(desk.store, answered) else None


def _is_decided(decisions: list[Decision], other: str) -> bool:
    """Whether somebody has said already whether the two are one."""
    return any(
        one.undone_at is None
        and other in (one.subject, one.value)
        and one.kind in (DecisionKind.ALIAS, DecisionKind.REFUSED_ALIAS)
        for one in decisions
    )


def _events(
    desk: Desk,
    card: Card,
    checkins: list[CheckIn],
    decisions: list[Decision],
    names: Mapping[str, str],
) -> list[Event]:
    """What happened and what is to come, the newest first; `names` are of liaisons, by address."""
    events: list[Event] = [
        *(_of_promise(one, names) for one in desk.store.promises_of(card.practice_id)),
        *(event for one in checkins for event in _of_checkin(one)),
        *(_of_touch(one, names) for one in desk.touches(card.practice_id, card)),
        *(_of_decision(one, names) for one in decisions if one.kind is DecisionKind.ASSIGNMENT),
    ]
    return sorted(events, key=lambda event: event[1], reverse=True)[:MOST_EVENTS]


def _of_promise(promise: Promise, names: Mapping[str, str]) -> Event:
    if promise.kept_on is not None:
        return "ours", promise.kept_on, f"Promise kept: {promise.what}"
    owner = names.get(promise.owner, promise.owner)
    return "due", promise.due_on, f"Promised: {promise.what}, {owner}"


def _of_checkin(checkin: CheckIn) -> list[Event]:
    events: list[Event] = []
    if checkin.kind == "complaint":
        events.append(("fell", checkin.opened_on, "A complaint"))
    else:
        sure = f": {figures.sureness(checkin.probability)}" if checkin.probability else ""
        listed = "An old fall" if checkin.state == "review" else "Listed"
        events.append(("fell", checkin.opened_on, listed + sure))
    if checkin.onset is not None:
        events.append(("fell", checkin.onset, "The drop likely began about then"))
    if checkin.resolved_on is not None:
        back = checkin.state == "recovered"
        words = "Back at their usual" if back else f"Check-in closed: {checkin.outcome}"
        events.append(("", checkin.resolved_on, words))
    return events


def _of_touch(touch: Touch, names: Mapping[str, str]) -> Event:
    kind = "Learned" if touch.kind == NO_CONTACT else touch.kind.replace("_", " ").capitalize()
    by = f", {names.get(touch.liaison, touch.liaison)}" if touch.liaison else ""
    whom = f" with {touch.whom}" if touch.whom else ""
    outcome = f": {touch.outcome}" if touch.outcome else ""
    return "ours", touch.touched_on, f"{kind}{by}{whom}{outcome}"


def _of_decision(decision: Decision, names: Mapping[str, str]) -> Event:
    undone = ", taken back later" if decision.undone_at else ""
    heir, by = (names.get(one, one) for one in (decision.value, decision.decided_by))
    return "ours", decision.from_on, f"Given to {heir} by {by}{undone}"
