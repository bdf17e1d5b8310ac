"""Logging a visit to any of her practices in a few taps, with a next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Flask, render_template, request

from quietdrop.checkins.gifts import person_key, totals
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import Touch
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.promise import LONGEST_PROMISE, Promise
from quietdrop.jobs.record_answer import Occasion, undo
from quietdrop.jobs.record_visit import Visit, gift_check, record_visit
from quietdrop.lib.lookup import look_up
from quietdrop.lib.mail_address import is_address
from quietdrop.messages.wording import figures, gifts
from quietdrop.web.context import Desk, family_mark, mark_of
from quietdrop.web.forms import FORM_LASTS, NOTE_LIMIT, WHOM_LIMIT
from quietdrop.web.navigation import Navigation
from quietdrop.web.undo import Undo, about_undoing, undo_of_liaison
from quietdrop.web.visit_form import KINDS, VisitForm, blank, days_offered, read_visit
from quietdrop.web.worklist import liaison_navigation

MOST_VISITS = 60  # a day through the links of one mail: more than anybody can visit
Page = tuple[str, int]


@dataclass(frozen=True)
class Writer:
    """Who logs a visit, and from which pages.

    Attributes:
        who: the liaison's or manager's address, or "local: " and a user of this machine.
        navigation: the header of her pages.
        mark: tells her forms from others'.
        family: how the visits through the links of one mail are counted; "" where no link is used.
        once: the field of the form that makes it count once.
    """

    who: str
    navigation: Navigation
    mark: str
    family: str = ""
    once: str = "form"

    @property
    def about(self) -> str:
        """What her forms are about."""
        return f"visit {self.mark}"


@dataclass(frozen=True)
class Way:
    """What the page after a visit offers: undoing it, and where to go next."""

    undo: Undo
    links: tuple[tuple[str, str], ...]  # (address, words); the usual next step first


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/l/<token>/visit")
    def ask_where(token: str) -> str:
        writer = _liaison(desk, token)
        return show_form(desk, writer, None, blank(desk.today(), writer.who))

    @app.post("/l/<token>/visit")
    def save_somewhere(token: str) -> Page:
        writer = _liaison(desk, token)
        given = read_form(desk, writer, None)
        names = desk.store.stops.names_of(writer.who)
        meant = look_up(given.practice, names).key if given.practice else None
        card = desk.store.cards.get(meant) if meant is not None else None
        if card is None:
            fault = {"practice": "Please choose one of your practices."}
            return show_form(desk, writer, None, _with(given, fault)), 422
        return save(desk, writer, card, given, _way(desk, token, writer, card))

    @app.get("/l/<token>/practice/<reference>/visit")
    def ask_here(token: str, reference: str) -> str:
        writer = _liaison(desk, token)
        card = desk.card_of(reference, writer.who)
        return show_form(desk, writer, card, blank(desk.today(), writer.who))

    @app.post("/l/<token>/practice/<reference>/visit")
    def save_here(token: str, reference: str) -> Page:
        writer = _liaison(desk, token)
        card = desk.card_of(reference, writer.who)
        given = read_form(desk, writer, card)
        return save(desk, writer, card, given, _way(desk, token, writer, card))

    @app.post("/l/<token>/undo")
    def undo_it(token: str) -> Page:
        """Undoes what was recorded about one of her practices, until the next run."""
        writer = _liaison(desk, token)
        number = request.form.get("answer", "")
        desk.check_form(request.form.get("form", ""), about_undoing(token, number))
        answered = desk.store.answers.get(int(number))
        stands = "It was undone before."
        if answered is not None:
            card = desk.store.cards.get(answered.practice_id)
            if card is None or card.liaison != writer.who:
                raise LinkRefused("foreign")
            stands = undo(desk.store, answered, writer.who, desk.clock(), desk.today())
        page = render_template(
            "visit_undone.html.j2",
            said=answered.said if answered else "",
            stands=stands,
            navigation=writer.navigation,
        )
        return page, 409 if stands else 200


def _liaison(desk: Desk, token: str) -> Writer:
    claim = desk.claim("list", token)
    liaison = desk.liaison(claim)
    navigation = liaison_navigation(desk, token, liaison, "Log a visit")
    return Writer(liaison, navigation, mark_of(token), family_mark(claim, "visits"))


def _way(desk: Desk, token: str, writer: Writer, card: Card) -> Way:
    home = writer.navigation.home
    links = ((home, "My week"), (desk.story_url(home, card.practice_id), card.name))
    return Way(undo_of_liaison(desk, token), links)


def read_form(desk: Desk, writer: Writer, card: Card | None) -> VisitForm:
    """The filled-in form. LinkRefused if it is not from the writer's own page."""
    desk.check_form(request.form.get(writer.once, ""), writer.about)
    return read_visit(request.form, desk.today(), owners_of(desk, writer.who, card))


def owners_of(desk: Desk, who: str, card: Card | None = None) -> dict[str, str]:
    """Who may keep a promise, by what a form calls them: whoever writes, the practice's liaison,
    the managers, and the departments of the config. A user of this machine has no address."""
    of, names = desk.settings(), desk.store.book.liaison_names()
    owners = {who: f"Me, {names.get(who, who)}"} if is_address(who) else {}
    if card is not None and card.liaison:
        owners.setdefault(card.liaison, names.get(card.liaison, card.liaison))
    for email in of.digest.managers:
        owners.setdefault(email, f"{email}, manager")
    return owners | {name: name for name in of.visits.owners}


def _with(given: VisitForm, faults: Mapping[str, str]) -> VisitForm:
    return replace(given, faults={**faults, **given.faults})


def show_form(desk: Desk, writer: Writer, card: Card | None, given: VisitForm) -> str:
    """The form, empty or with its faults."""
    today = desk.today()
    return render_template(
        "visit.html.j2",
        card=card,
        given=given,
        names=[] if card else sorted(set(desk.store.stops.names_of(writer.who).values())),
        kinds=KINDS,
        today=today,
        yesterday=today - timedelta(days=1),
        days=days_offered(today),
        owners=owners_of(desk, writer.who, card),
        people=_people(card) if card else [],
        so_far=_so_far(desk, card) if card else [],
        limits={"whom": WHOM_LIMIT, "learned": NOTE_LIMIT, "next": LONGEST_PROMISE},
        once=(writer.once, desk.form(writer.about, FORM_LASTS, is_single=True)),
        navigation=writer.navigation,
    )


def _people(card: Card) -> list[str]:
    """The people known at the practice: staff, and referring providers."""
    desk = card.staff.split(", ") if card.staff else []
    return list(dict.fromkeys([*desk, *(share.name for share in card.providers)]))


def _so_far(desk: Desk, card: Card) -> list[str]:
    """What each of a practice's people was given this year."""
    year = desk.today().year
    limit = desk.settings().gifts.limit_cents(year)
    given = totals([*desk.store.touches.gifts(year), *listed_gifts(desk, year, card)], year)
    here = {person_key(name) for name in _people(card)}
    theirs = [
        total
        for total in given
        if total.recipient
        and (card.practice_id in total.practice_ids or person_key(total.recipient) in here)
    ]
    return [gifts.so_far(total.recipient, total.cents, year, limit) for total in theirs]


def listed_gifts(desk: Desk, year: int, card: Card) -> tuple[Touch, ...]:
    """The source's gifts of a year; until the first run of this release only those to the practice
    itself are known."""
    return tuple(desk.store.touches.listed_gifts(year)) or card.touches


def save(desk: Desk, writer: Writer, card: Card, given: VisitForm, way: Way) -> Page:
    """Records a visit, once for each form. LinkRefused where the links of one mail have logged as
    many today as they may."""
    touch = given.touch(card.practice_id, writer.who)
    listed = listed_gifts(desk, touch.touched_on.year, card)
    check = None if given.faults else gift_check(desk.settings(), desk.store, touch, listed)
    if check is not None and check.passes_limit and not given.is_given:
        given = _with(given, {"cost": gifts.warning(check)})
    if given.faults:
        return show_form(desk, writer, card, given), 422
    visit = Visit(touch, given.learned, given.promise(card.practice_id, writer.who))
    number = _record(desk, writer, visit)
    promise = visit.promise
    page = render_template(
        "visited.html.j2",
        card=card,
        visit=visit,
        said=_in_words(desk, touch),
        undo=None if number is None else way.undo(number),
        is_recorded=number is not None,
        remark=gifts.without_limit(check.year) if check and check.limit is None else "",
        owner=_owner(desk, writer, card, promise) if promise else "",
        links=way.links,
        navigation=writer.navigation,
    )
    return page, 200 if number is not None else 409


def _record(desk: Desk, writer: Writer, visit: Visit) -> int | None:
    """Returns the number under which the visit can be undone; None where its form was sent
    before."""
    touch, today, now = visit.touch, desk.today(), desk.clock()
    occasion = Occasion(writer.who, now, _in_words(desk, touch))
    mark = mark_of(request.form[writer.once])
    if writer.family:
        desk.store.links.begin_day(writer.family, today)
    with desk.store.begin() as conn:
        if not desk.store.links.spend(conn, mark, touch.practice_id, touch.kind, now):
            return None
        if writer.family and not desk.store.links.count_answer(
            conn, writer.family, today, MOST_VISITS
        ):
            raise LinkRefused("busy")
        return record_visit(desk.store, conn, visit, occasion)


def _in_words(desk: Desk, touch: Touch) -> str:
    """ "Thank-you, July 6"."""
    kind = touch.kind.replace("_", "-")
    return f"{kind}, {figures.day(touch.touched_on, desk.today())}"


def _owner(desk: Desk, writer: Writer, card: Card, promise: Promise) -> str:
    """Who keeps the promise, if it is not the writer."""
    if promise.owner == writer.who:
        return ""
    return owners_of(desk, writer.who, card).get(promise.owner, promise.owner)
