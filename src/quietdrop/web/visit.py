"""Logging a visit: any practice of hers, in a few taps, with what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Flask, render_template, request

from quietdrop.checkins.gifts import person_key, totals
from quietdrop.domain.card import Card
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.promise import LONGEST_PROMISE
from quietdrop.jobs.record_visit import Visit, gift_check, record_visit
from quietdrop.lib.lookup import look_up
from quietdrop.messages.wording import gifts
from quietdrop.web.context import Desk, family_mark, mark_of
from quietdrop.web.forms import NOTE_LIMIT, WHOM_LIMIT
from quietdrop.web.navigation import Navigation
from quietdrop.web.visit_form import KINDS, VisitForm, blank, days_offered, read_visit
from quietdrop.web.worklist import liaison_navigation

FORM_LASTS = timedelta(hours=12)
MOST_VISITS = 60  # a day through the links of one mail: more than anybody drives to
Page = tuple[str, int]


@dataclass(frozen=True)
class Writer:
    """Who logs a visit: `mark` tells her forms from others', `family` is how they are counted."""

    who: str
    navigation: Navigation
    mark: str
    family: str

    @property
    def about(self) -> str:
        """What her forms are about."""
        return f"visit {self.mark}"


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/l/<token>/visit")
    def ask_where(token: str) -> str:
        writer = _liaison(desk, token)
        return _form(desk, writer, None, blank(desk.today(), writer.who))

    @app.post("/l/<token>/visit")
    def save_somewhere(token: str) -> Page:
        writer = _liaison(desk, token)
        given = _read(desk, writer)
        names = desk.store.names_of(writer.who)
        meant = look_up(given.practice, names).key if given.practice else None
        card = desk.store.card(meant) if meant is not None else None
        if card is None:
            fault = {"practice": "Please choose one of your practices."}
            return _form(desk, writer, None, _with(given, fault)), 422
        return save(desk, writer, card, given)

    @app.get("/l/<token>/practice/<reference>/visit")
    def ask_here(token: str, reference: str) -> str:
        writer = _liaison(desk, token)
        card = desk.card_of(reference, writer.who)
        return _form(desk, writer, card, blank(desk.today(), writer.who))

    @app.post("/l/<token>/practice/<reference>/visit")
    def save_here(token: str, reference: str) -> Page:
        writer = _liaison(desk, token)
        card = desk.card_of(reference, writer.who)
        return save(desk, writer, card, _read(desk, writer))

    @app.post("/l/<token>/undo")
    def undo(token: str) -> Page:
        writer = _liaison(desk, token)
        number = request.form.get("touch", "")
        desk.check_form(request.form.get("form", ""), _about_undo(writer, number))
        with desk.store.begin() as conn:
            is_undone = desk.store.undo_touch(conn, int(number), desk.today())
        page = render_template(
            "visit_undone.html.j2", is_undone=is_undone, navigation=writer.navigation
        )
        return page, 200


def _liaison(desk: Desk, token: str) -> Writer:
    claim = desk.claim("list", token)
    liaison = desk.liaison(claim)
    navigation = liaison_navigation(desk, token, liaison, "Log a visit")
    return Writer(liaison, navigation, mark_of(token), family_mark(claim, "visits"))


def _read(desk: Desk, writer: Writer) -> VisitForm:
    desk.check_form(request.form.get("form", ""), writer.about)
    return read_visit(request.form, desk.today(), owners_of(desk, writer.who))


def owners_of(desk: Desk, who: str) -> dict[str, str]:
    """Who may keep a promise, by what a form calls them: whoever writes, the managers, and the
    departments of the config."""
    of = desk.settings()
    managers = {email: f"{email}, manager" for email in of.digest.managers if email != who}
    return {who: f"Me, {who}"} | managers | {name: name for name in of.visits.owners}


def _with(given: VisitForm, faults: Mapping[str, str]) -> VisitForm:
    return replace(given, faults={**faults, **given.faults})


def _form(desk: Desk, writer: Writer, card: Card | None, given: VisitForm) -> str:
    today = desk.today()
    return render_template(
        "visit.html.j2",
        card=card,
        given=given,
        names=[] if card else sorted(set(desk.store.names_of(writer.who).values())),
        kinds=KINDS,
        today=today,
        yesterday=today - timedelta(days=1),
        days=days_offered(today),
        owners=owners_of(desk, writer.who),
        people=_people(card) if card else [],
        so_far=_so_far(desk, card) if card else [],
        limits={"whom": WHOM_LIMIT, "learned": NOTE_LIMIT, "next": LONGEST_PROMISE},
        form=desk.form(writer.about, FORM_LASTS, is_single=True),
        navigation=writer.navigation,
    )


def _people(card: Card) -> list[str]:
    """Who is known to be there: those at the desk, and those who send."""
    desk = card.staff.split(", ") if card.staff else []
    return list(dict.fromkeys([*desk, *(share.name for share in card.providers)]))


def _so_far(desk: Desk, card: Card) -> list[str]:
    """What each of a practice's people was given this year."""
    year = desk.today().year
    limit = desk.settings().gifts.limit_cents(year)
    given = totals([*desk.store.gifts(year), *card.touches], year)
    here = {person_key(name) for name in _people(card)}
    theirs = [
        total
        for total in given
        if total.recipient
        and (card.practice_id in total.practice_ids or person_key(total.recipient) in here)
    ]
    return [gifts.so_far(total.recipient, total.cents, year, limit) for total in theirs]


def save(desk: Desk, writer: Writer, card: Card, given: VisitForm) -> Page:
    """Records a visit, once for each form. LinkRefused where the links of one mail have logged as
    many today as they may."""
    touch = given.touch(card.practice_id, writer.who)
    check = None if given.faults else gift_check(desk.settings(), desk.store, touch, card.touches)
    if check is not None and check.passes_limit and not given.is_given:
        given = _with(given, {"cost": gifts.warning(check)})
    if given.faults:
        return _form(desk, writer, card, given), 422
    visit = Visit(touch, given.learned, given.promise(card.practice_id, writer.who))
    mark, today = mark_of(request.form["form"]), desk.today()
    desk.store.begin_link_day(writer.family, today)
    number = None
    with desk.store.begin() as conn:
        if desk.store.spend(conn, mark, card.practice_id, given.kind, desk.clock()):
            if not desk.store.count_answer(conn, writer.family, today, MOST_VISITS):
                raise LinkRefused("busy")
            number = record_visit(desk.store, conn, visit)
    page = render_template(
        "visited.html.j2",
        card=card,
        visit=visit,
        number=number,
        form=desk.form(_about_undo(writer, str(number)), FORM_LASTS),
        remark=gifts.without_limit(check.year) if check and check.limit is None else "",
        owner=owners_of(desk, writer.who).get(visit.promise.owner, "") if visit.promise else "",
        story=desk.story_url(writer.navigation.home, card.practice_id),
        navigation=writer.navigation,
    )
    return page, 200 if number is not None else 409


def _about_undo(writer: Writer, number: str) -> str:
    return f"undo {writer.mark} {number}"
