"""A liaison's own pages: her list, and the story of each of her practices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Flask, render_template

from quietdrop import outcomes
from quietdrop.followup import REMIND_AFTER
from quietdrop.model import CheckIn
from quietdrop.told import Card
from quietdrop.web.desk import Desk


@dataclass(frozen=True)
class Standing:
    """An open check-in, and what has been done about it."""

    checkin: CheckIn
    seen: bool
    asleep_until: date | None
    needs_home: bool  # somebody said that it is not hers
    is_aging: bool  # told twice, a week has passed since, and nothing was done


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/l/<token>")
    def my_list(token: str) -> str:
        liaison = desk.liaison(desk.claim("list", token))
        own = standings(desk, liaison)
        cards = desk.store.cards(liaison=liaison)
        return render_template(
            "list.html.j2",
            groups=[
                ("To see", [s for s in own if not s.seen and not s.asleep_until]),
                ("Seen, still open", [s for s in own if s.seen and not s.asleep_until]),
                ("Hidden for now", [s for s in own if s.asleep_until]),
            ],
            by_id={card.practice_id: card for card in cards},
            cards=cards,
            story=partial(desk.story_url, "list", token),
        )

    @app.get("/l/<token>/practice/<reference>")
    def story(token: str, reference: str) -> str:
        liaison = desk.liaison(desk.claim("list", token))
        card = desk.card_of(reference, liaison)
        return story_of(desk, card, desk.links.url("list", token), may_answer=True)


def standings(desk: Desk, liaison: str | None = None) -> list[Standing]:
    """The open check-ins of a liaison, or of all; complaints first, then the oldest."""
    today = desk.today()
    asked = [
        checkin
        for checkin in desk.store.open_checkins()
        if liaison is None or checkin.liaison == liaison
    ]
    cards = desk.store.cards_of(checkin.practice_id for checkin in asked)
    told = desk.store.touches_of(checkin.practice_id for checkin in asked)
    touches = [*told, *(t for card in cards.values() for t in card.touches)]
    snoozes = [*desk.store.snoozes(), *outcomes.snoozes(touches)]
    theirs_of, hidden_of = outcomes.by_practice(touches), outcomes.by_practice(snoozes)
    found = []
    for checkin in asked:
        theirs = theirs_of.get(checkin.practice_id, [])
        hidden = hidden_of.get(checkin.practice_id, [])
        _, hiding = outcomes.that_count(checkin, theirs, hidden)
        ends = [s.until for s in hiding if s.from_on <= today < s.until]
        seen = outcomes.was_seen(checkin, theirs, hidden)
        reminded = checkin.reminded_on
        found.append(
            Standing(
                checkin=checkin,
                seen=seen,
                asleep_until=max(ends, default=None),
                needs_home=outcomes.needs_home(checkin, theirs),
                is_aging=bool(reminded and today - reminded >= REMIND_AFTER and not (seen or ends)),
            )
        )
    return sorted(found, key=lambda s: (s.checkin.kind != "complaint", s.checkin.opened_on))


def story_of(desk: Desk, card: Card, back: str, *, may_answer: bool) -> str:
    """A practice's cadence, check-ins, touches, providers and service lines."""
    here = card.practice_id
    checkins = desk.store.checkins(practice_id=here)
    asked = next((c for c in checkins if c.state == "open"), None)
    return render_template(
        "story.html.j2",
        card=card,
        asked=asked if may_answer else None,
        checkins=checkins[::-1],
        touches=desk.touches(here),
        back=back,
    )
