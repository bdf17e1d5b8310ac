"""The page behind a check-in's links: five choices, a short follow-up, and what follows."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, render_template, request

from quietdrop.domain.card import Card
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Kind
from quietdrop.domain.promise import LONGEST_PROMISE
from quietdrop.messages.links import Claim
from quietdrop.web import answered
from quietdrop.web.answered import Page, answered_before, reader
from quietdrop.web.choices import LARGE, TITLES, Choice, tiles
from quietdrop.web.context import Desk, mark_of
from quietdrop.web.forms import (
    FORM_LASTS,
    KINDS,
    NOTE_LIMIT,
    SNOOZES,
    STAYS_ON_THE_LIST,
    TRIED,
    WHOM_LIMIT,
    Answer,
    read_answer,
)

MOST_PEOPLE = 8  # names suggested for the person spoken with


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/c/<token>")
    def ask(token: str) -> Page:
        claim = desk.claim("checkin", token)
        checkin = desk.checkin(claim)
        if previous := answered_before(desk, claim, token, checkin):
            return previous
        card = desk.store.cards.get(checkin.practice_id)
        return _form(desk, token, checkin, card, _begun(desk, claim, checkin, card)), 200

    @app.post("/c/<token>")
    def answer(token: str) -> Page:
        claim = desk.claim("checkin", token)
        checkin = desk.checkin(claim)
        desk.check_form(request.form.get("form", ""), mark_of(token))
        if previous := answered_before(desk, claim, token, checkin):
            return previous
        snoozing = claim.action == "snooze"
        given = read_answer(request.form, checkin, desk.today(), snoozing=snoozing)
        if given.faults:
            card = desk.store.cards.get(checkin.practice_id)
            return _form(desk, token, checkin, card, given), 422
        return answered.keep(desk, token, claim, checkin, given)

    answered.add_pages(app, desk)


def _begun(desk: Desk, claim: Claim, checkin: CheckIn, card: Card | None) -> Answer:
    """The form's first state: the choice that was tapped in the mail. Nothing that would end a
    complaint is preselected."""
    if claim.action == "known":
        return Answer(choice=Choice.THEIRS, kind=NO_CONTACT)
    if checkin.kind == Kind.COMPLAINT:
        hiding = claim.action == "snooze"
        return Answer(faults={"learned": STAYS_ON_THE_LIST} if hiding else {})
    if claim.action == "snooze":
        until = desk.today() + SNOOZES[-1]
        return Answer(choice=Choice.AWAY, until=until, until_text=until.isoformat())
    stands_out = card is not None and card.our_side
    return Answer(choice=Choice.OURS if stands_out else Choice.FIXED)


def _form(desk: Desk, token: str, checkin: CheckIn, card: Card | None, given: Answer) -> str:
    claim, today = desk.claim("checkin", token), desk.today()
    return render_template(
        "answer.html.j2",
        checkin=checkin,
        card=card,
        last=desk.last_contact(checkin.practice_id, card),
        given=given,
        tiles=tiles(checkin, snoozing=claim.action == "snooze"),
        rest=[(choice, title) for choice, title in TITLES.items() if choice not in LARGE],
        kinds=KINDS,
        tried=TRIED,
        people=_people(card),
        snoozes={(today + each).isoformat(): each.days // 7 for each in SNOOZES},
        note_limit=NOTE_LIMIT,
        whom_limit=WHOM_LIMIT,
        step_limit=LONGEST_PROMISE,
        today=today,
        tomorrow=today + timedelta(days=1),
        form=desk.form(mark_of(token), FORM_LASTS),
        **reader(desk, claim, checkin),
    )


def _people(card: Card | None) -> list[str]:
    """The people she probably spoke with."""
    if card is None:
        return []
    desk = [card.staff] if card.staff else []
    return [*desk, *(share.name for share in card.providers)][:MOST_PEOPLE]
