"""A liaison's own pages: her list, and the story of each of her practices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Flask, render_template, request

from quietdrop.checkins.standing import Standing, standings_of
from quietdrop.checkins.touches import snoozes_from
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import CheckInKey
from quietdrop.web.context import Desk, mark_of
from quietdrop.web.navigation import Navigation, Role

FORM_LASTS = timedelta(hours=12)


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/l/<token>")
    def my_list(token: str) -> str:
        claim = desk.claim("list", token)
        liaison = desk.liaison(claim)
        theirs = standings(desk, liaison)
        cards = desk.store.cards(liaison=liaison)
        return render_template(
            "list.html.j2",
            groups=[
                ("To see", [s for s in theirs if not s.seen and not s.asleep_until]),
                ("Seen, still open", [s for s in theirs if s.seen and not s.asleep_until]),
                ("Hidden for now", [s for s in theirs if s.asleep_until]),
            ],
            by_id={card.practice_id: card for card in cards},
            cards=cards,
            story=partial(desk.story_url, desk.links.url("list", token)),
            answer_url=partial(desk.answer_url, claim),
            stop_url=desk.links.url("list", token, "/stop"),
            navigation=_navigation(desk, token, liaison, "My list"),
        )

    @app.get("/l/<token>/practice/<reference>")
    def story(token: str, reference: str) -> str:
        claim = desk.claim("list", token)
        liaison = desk.liaison(claim)
        card = desk.card_of(reference, liaison)
        navigation = _navigation(desk, token, liaison)
        return story_of(desk, card, navigation, partial(desk.answer_url, claim))

    @app.get("/l/<token>/stop")
    def ask_to_stop(token: str) -> str:
        liaison = desk.liaison(desk.claim("list", token))
        form = desk.form(f"stop {mark_of(token)}", FORM_LASTS)
        navigation = _navigation(desk, token, liaison)
        return render_template("stop.html.j2", form=form, navigation=navigation)

    @app.post("/l/<token>/stop")
    def stop(token: str) -> str:
        claim = desk.claim("list", token)
        liaison = desk.liaison(claim)
        desk.check_form(request.form.get("form", ""), f"stop {mark_of(token)}")
        desk.stop_links(claim, liaison)
        return render_template("stopped.html.j2")


def _navigation(desk: Desk, token: str, liaison: str, current: str = "") -> Navigation:
    return Navigation(Role.LIAISON, desk.links.url("list", token), liaison, current)


def standings(desk: Desk, liaison: str | None = None) -> list[Standing]:
    """The open check-ins of a liaison, or of all; complaints first, then the oldest."""
    today = desk.today()
    asked = desk.store.open_checkins(liaison)
    cards = desk.store.cards_of(checkin.practice_id for checkin in asked)
    recorded = desk.store.touches_of(checkin.practice_id for checkin in asked)
    touches = [*recorded, *(t for card in cards.values() for t in card.touches)]
    hidden = desk.store.snoozes_of(checkin.practice_id for checkin in asked)
    snoozes = [*hidden, *snoozes_from(touches)]
    return standings_of(asked, touches, snoozes, today)


def story_of(
    desk: Desk,
    card: Card,
    navigation: Navigation,
    answer_url: Callable[[CheckInKey, str], str] | None = None,
) -> str:
    """A practice's cadence, check-ins, touches, providers and service lines; with `answer_url`
    its open check-in can be answered."""
    here = card.practice_id
    checkins = desk.store.checkins_of(here)
    asked = next((c for c in checkins if c.state == "open"), None)
    return render_template(
        "story.html.j2",
        card=card,
        asked=asked if answer_url else None,
        answer_url=answer_url,
        checkins=checkins[::-1],
        touches=desk.touches(here, card),
        navigation=navigation,
    )
