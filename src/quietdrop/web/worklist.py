"""A page for each of a liaison's practices, and stopping her links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Flask, render_template, request

from quietdrop.checkins.standing import Standing, standings_of
from quietdrop.checkins.touches import snoozes_from
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import State
from quietdrop.web.context import Desk, mark_of
from quietdrop.web.forms import FORM_LASTS
from quietdrop.web.navigation import Navigation, Role
from quietdrop.web.timeline import Past, timeline
from quietdrop.web.undo import undo_of_liaison


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/l/<token>/practice/<reference>")
    def story(token: str, reference: str) -> str:
        liaison = desk.liaison(desk.claim("list", token))
        return _story(desk, desk.card_of(reference, liaison), token)

    @app.get("/l/<token>/stop")
    def ask_to_stop(token: str) -> str:
        liaison = desk.liaison(desk.claim("list", token))
        form = desk.form(f"stop {mark_of(token)}", FORM_LASTS)
        navigation = liaison_navigation(desk, token, liaison)
        return render_template("stop.html.j2", form=form, navigation=navigation)

    @app.post("/l/<token>/stop")
    def stop(token: str) -> str:
        claim = desk.claim("list", token)
        liaison = desk.liaison(claim)
        desk.check_form(request.form.get("form", ""), f"stop {mark_of(token)}")
        desk.stop_links(claim, liaison)
        return render_template("stopped.html.j2")


def liaison_navigation(
    desk: Desk,
    token: str,
    liaison: str,
    current: str = "",
    names: Mapping[str, str] | None = None,
) -> Navigation:
    """The header of a liaison's page; `names` are of liaisons by address, read here if missing."""
    name = desk.name_of(liaison) if names is None else names.get(liaison, liaison)
    return Navigation(Role.LIAISON, desk.links.url("list", token), name, current)


def standings(desk: Desk, liaison: str | None = None) -> list[Standing]:
    """The open check-ins of a liaison, or of all; complaints first, then the oldest."""
    today = desk.today()
    asked = desk.store.checkins.open(liaison)
    cards = desk.store.cards.of(checkin.practice_id for checkin in asked)
    recorded = desk.store.touches.of(checkin.practice_id for checkin in asked)
    touches = [*recorded, *(t for card in cards.values() for t in card.touches)]
    hidden = desk.store.snoozes.of(checkin.practice_id for checkin in asked)
    snoozes = [*hidden, *snoozes_from(touches)]
    return standings_of(asked, touches, snoozes, today)


def _story(desk: Desk, card: Card, token: str) -> str:
    """A practice's cadence, timeline, promises, providers and service lines; its open check-in can
    be answered, a visit logged, and what was recorded since the last run undone."""
    claim, here = desk.claim("list", token), card.practice_id
    names = desk.store.book.liaison_names()
    navigation = liaison_navigation(desk, token, card.liaison, names=names)
    past = Past(desk.store.checkins.of(here), desk.store.promises.of(here))
    return render_template(
        "story.html.j2",
        card=card,
        asked=next((c for c in past.checkins if c.state == State.OPEN), None),
        answer_url=partial(desk.answer_url, claim),
        events=timeline(desk, card, past, names, undo_of_liaison(desk, token)),
        promises=[p for p in past.promises if p.kept_on is None],
        names=names,
        visit_url=f"{desk.story_url(navigation.home, here)}/visit",
        navigation=navigation,
    )
