"""A practice's page for a manager: its referrals, why it is listed or not, and what was done."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.config import Settings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import State
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.outcomes import OUTCOMES
from quietdrop.web import practice_actions
from quietdrop.web.context import Desk
from quietdrop.web.odds_chart import odds_chart
from quietdrop.web.signed_in import navigation_of
from quietdrop.web.timeline import Past, timeline
from quietdrop.web.undo import undo_of_manager

WEEKS_OF_ODDS = 26  # half a year, of which the line of odds is drawn
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
        """Redirects links of the previous release."""
        return redirect(desk.practice_url(desk.card_of(reference).practice_id), 303)


def card_asked(desk: Desk) -> Card:
    """The card of the practice that the address names. LinkRefused where there is none."""
    card = desk.store.cards.get(desk.store.spellings.current(request.args.get("id", "")))
    if card is None:
        raise LinkRefused("unknown")
    return card


def _levels(of: Settings, card: Card) -> tuple[float, float]:
    """The probabilities from which a practice is listed and watched, under the current settings."""
    tables = [one for one in of.override if one.holds_for(card.territory, card.tier)]
    override = tables[0] if tables else OverrideSettings()
    alert, watch = override.alert_probability, override.watch_probability
    return (
        of.drift.alert_probability if alert is None else alert,
        of.drift.watch_probability if watch is None else watch,
    )


def _page(desk: Desk, card: Card, notice: str, *, is_fault: bool = False) -> str:
    key, of = card.practice_id, desk.settings()
    checkins = desk.store.checkins.of(key)
    asked = next((c for c in checkins if c.state == State.OPEN), None)
    decisions = desk.store.decisions.about(key)
    past = Past(checkins, desk.store.promises.of(key), decisions)
    choices = desk.store.book.choices()
    names = dict(choices.liaisons)
    navigation = navigation_of(desk, "Practices")
    odds = desk.store.book.odds_of(key, WEEKS_OF_ODDS)
    alike = card.alike_id if not _is_decided(decisions, card.alike_id) else ""
    return render_template(
        "practice.html.j2",
        navigation=navigation,
        book=desk.desk_url("/book"),
        here=desk.practice_url(key),
        card=card,
        asked=asked,
        liaison=names.get(card.liaison, card.liaison),
        odds=odds_chart(odds, *_levels(of, card)),
        events=timeline(desk, card, past, names, undo_of_manager(desk, key, navigation.form)),
        decisions=[
            (one, names.get(one.value, one.value)) for one in decisions if one.undone_at is None
        ],
        liaisons=[(email, name) for email, name in choices.liaisons if email != card.liaison],
        endings=[OUTCOMES[name] for name in practice_actions.ENDINGS],
        weeks=practice_actions.WEEKS_HIDDEN,
        alike=alike,
        alike_url=desk.practice_url(alike) if alike else "",
        visit_url=desk.visit_url(key),
        notice=notice,
        is_fault=is_fault,
    )


def _is_decided(decisions: list[Decision], other: str) -> bool:
    """Whether somebody has already decided whether the two are one practice."""
    return any(
        one.undone_at is None
        and other in (one.subject, one.value)
        and one.kind in (DecisionKind.ALIAS, DecisionKind.REFUSED_ALIAS)
        for one in decisions
    )
