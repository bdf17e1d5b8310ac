"""The managers' pages: signing in, coverage, the territory, and what came back."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import Flask, render_template, request

from quietdrop.checkins.standing import Standing
from quietdrop.domain.errors import LinkRefused
from quietdrop.messages import render
from quietdrop.web.context import Desk
from quietdrop.web.navigation import Navigation, Role
from quietdrop.web.worklist import standings, story_of

FORM_LASTS = timedelta(hours=12)
ONE_MAIL_IN = timedelta(minutes=5)
MOST_SHOWN = 200
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Row:
    """One liaison's open check-ins."""

    liaison: str
    open: int
    seen: int
    asleep: int
    aging: int


def add_pages(app: Flask, desk: Desk) -> None:
    _add_sign_in(app, desk)

    @app.get("/m/<token>")
    def coverage(token: str) -> str:
        navigation = navigation_of(desk, token, "Coverage")
        all_standings = standings(desk)
        statuses: dict[str, Counter[str]] = {}
        for territory, status, number in desk.store.territories():
            statuses.setdefault(territory, Counter())[status] += number
        return render_template(
            "coverage.html.j2",
            rows=_by_liaison(all_standings),
            aging=[s for s in all_standings if s.is_aging],
            homeless=[s for s in all_standings if s.needs_home],
            territories=statuses,
            territory_of=partial(desk.links.reference, "territory"),
            navigation=navigation,
            story=partial(desk.story_url, "manager", token),
        )

    @app.get("/m/<token>/back")
    def came_back(token: str) -> str:
        navigation = navigation_of(desk, token, "What came back")
        back = desk.store.came_back(desk.today() - YEAR)
        return render_template(
            "back.html.j2",
            checkins=back[:MOST_SHOWN],
            others=len(back[MOST_SHOWN:]),
            navigation=navigation,
            story=partial(desk.story_url, "manager", token),
        )

    @app.get("/m/<token>/territory/<reference>")
    def territory(token: str, reference: str) -> str:
        navigation = navigation_of(desk, token)
        names = {name for name, _, _ in desk.store.territories()}
        named = [n for n in names if desk.links.reference("territory", n) == reference]
        if not named:
            raise LinkRefused("unknown")
        return render_template(
            "territory.html.j2",
            name=named[0],
            cards=desk.store.cards(territory=named[0]),
            navigation=navigation,
            story=partial(desk.story_url, "manager", token),
        )

    @app.get("/m/<token>/practice/<reference>")
    def practice(token: str, reference: str) -> str:
        navigation = navigation_of(desk, token)
        return story_of(desk, desk.card_of(reference), navigation)


def navigation_of(desk: Desk, token: str, current: str = "") -> Navigation:
    """The header of a manager's page. LinkRefused where the link is not a manager's."""
    manager = desk.manager(desk.claim("manager", token))
    return Navigation(Role.MANAGER, desk.links.url("manager", token), manager, current)


def _add_sign_in(app: Flask, desk: Desk) -> None:
    @app.get("/m")
    def sign_in() -> str:
        return render_template("sign_in.html.j2", form=_blank(desk), sent=False)

    @app.post("/m")
    def mail_link() -> str:
        """Tells nobody whether the address is a manager's, not even by the time that it takes."""
        desk.check_form(request.form.get("form", ""), "sign in")
        asked = request.form.get("email", "").strip().casefold()
        desk.later(partial(_mail_sign_in, desk, asked))
        return render_template("sign_in.html.j2", form=_blank(desk), sent=True)


def _mail_sign_in(desk: Desk, asked: str) -> None:
    """Mails a manager her link, once in a while. For any other address the same work is done, up
    to the mail itself."""
    managers = {manager.casefold(): manager for manager in desk.settings().digest.managers}
    manager = managers.get(asked)
    name = f"sign in {manager}" if manager else f"sign in, not a manager {_decoy(asked)}"
    is_first = desk.store.claim(name, desk.nonce(), desk.clock(), ONE_MAIL_IN)
    hours = desk.settings().web.sign_in_hours
    token = desk.links.token(
        "manager",
        manager or asked,
        desk.clock() + timedelta(hours=hours),
        nonce=desk.nonce(),
        generation=desk.store.link_generation(manager or asked),
    )
    mail = render.render_sign_in(desk.links.url("manager", token), hours)
    if manager and is_first:
        desk.post(manager, mail)


def _decoy(address: str) -> int:
    """One of a few names, so that strangers cannot fill the store."""
    return hashlib.sha256(address.encode("utf-8", "replace")).digest()[0]


def _blank(desk: Desk) -> str:
    return desk.form("sign in", FORM_LASTS)


def _by_liaison(standings: list[Standing]) -> list[Row]:
    liaisons = sorted({s.checkin.liaison for s in standings})
    return [
        Row(
            liaison,
            len(theirs := [s for s in standings if s.checkin.liaison == liaison]),
            sum(s.seen for s in theirs),
            sum(s.asleep_until is not None for s in theirs),
            sum(s.is_aging for s in theirs),
        )
        for liaison in liaisons
    ]
