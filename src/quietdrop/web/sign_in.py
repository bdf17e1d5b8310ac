"""Signing in and out. A link opens a page; only the button on it begins a session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import quote

from flask import Flask, redirect, render_template, request
from sqlalchemy.engine import Connection
from werkzeug.wrappers import Response

from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.session import Way
from quietdrop.messages import render
from quietdrop.messages.links import Grant
from quietdrop.web import sessions
from quietdrop.web.context import Desk, mark_of
from quietdrop.web.forms import FORM_LASTS
from quietdrop.web.return_path import return_path

ONE_MAIL_IN = timedelta(minutes=5)  # to one address, so that nobody can flood an inbox
Answer = str | Response


def add_pages(app: Flask, desk: Desk) -> None:
    _add_asking(app, desk)
    _add_mailed_link(app, desk)
    _add_local(app, desk)

    @app.post("/out")
    def sign_out() -> Answer:
        of = sessions.visitor(desk)
        if of is not None:
            sessions.check_form(of)
            sessions.end(desk, of)
        response = redirect(f"{desk.links.base_url}/", 303)
        sessions.delete_cookie(desk, response)
        return response


def _add_asking(app: Flask, desk: Desk) -> None:
    @app.get("/m")
    def sign_in() -> Answer:
        refuse_without_tls(desk)
        asked = return_path(request.args.get("next", ""))
        if sessions.visitor(desk):
            return redirect(f"{desk.links.base_url}{asked}", 303)
        return asking_page(desk, asked, sent=False)

    @app.post("/m")
    def mail_link() -> Answer:
        """Reveals to nobody whether the address is a manager's, not even by its response time."""
        desk.check_form(request.form.get("form", ""), "sign in")
        refuse_without_tls(desk)
        address = request.form.get("email", "").strip().casefold()
        asked = return_path(request.form.get("next", ""))
        desk.later(partial(_mail_link, desk, address, asked))
        return asking_page(desk, asked, sent=True)


def _add_mailed_link(app: Flask, desk: Desk) -> None:
    @app.get("/m/<token>")
    def offer(token: str) -> Answer:
        refuse_without_tls(desk)
        asked = return_path(request.args.get("next", ""))
        if sessions.visitor(desk):
            return redirect(f"{desk.links.base_url}{asked}", 303)
        desk.staff(desk.claim("manager", token))
        if desk.store.links.spent(mark_of(token)):
            raise LinkRefused("used")
        return _continue_page(desk, token, asked)

    @app.post("/m/<token>")
    def enter(token: str) -> Answer:
        refuse_without_tls(desk)
        who = desk.staff(desk.claim("manager", token)).casefold()
        _check_own_form(desk, token)

        def use_up(conn: Connection) -> bool:
            return desk.store.links.spend(conn, mark_of(token), "", "signed in", desk.clock())

        return begin(desk, who, Way.MAIL, use_up, return_path(request.form.get("next", "")))

    @app.get("/m/<token>/<path:rest>")
    def moved(token: str, rest: str) -> Answer:
        """Before sessions, a link's pages were below the link."""
        asked = quote(return_path(f"/desk/{rest}"), safe="")
        return redirect(f"{desk.links.url('manager', token)}?next={asked}", 303)


def _add_local(app: Flask, desk: Desk) -> None:
    local = desk.local
    if local is None:
        return

    @app.before_request
    def refuse_other_hosts() -> None:
        if request.host not in local.hosts:
            raise LinkRefused("host")

    @app.get("/open/<token>")
    def offer_local(token: str) -> Answer:
        if sessions.visitor(desk):
            return redirect(f"{desk.links.base_url}{return_path('')}", 303)
        if not local.is_unused(token):
            raise LinkRefused("reopen")
        return _continue_page(desk, token, return_path(""))

    @app.post("/open/<token>")
    def enter_local(token: str) -> Answer:
        _check_own_form(desk, token)
        if not local.use(token):
            raise LinkRefused("reopen")
        return begin(
            desk,
            local.who,
            Way.LOCAL,
            lambda _: True,
            return_path(request.form.get("next", "")),
        )


def begin(
    desk: Desk, who: str, way: Way, use_up: Callable[[Connection], bool], asked: str
) -> Response:
    """Begins a session and uses up the link that allows it: both or neither."""
    with desk.store.begin() as conn:
        if not use_up(conn):
            raise LinkRefused("used")
        value = sessions.begin(desk, conn, who, way)
    response = redirect(f"{desk.links.base_url}{asked}", 303)
    sessions.set_cookie(desk, response, value)
    return response


def _check_own_form(desk: Desk, token: str) -> None:
    """LinkRefused unless this link's page on this site sent the form: otherwise another site could
    sign its visitor in as somebody else."""
    sessions.refuse_from_elsewhere()
    desk.check_form(request.form.get("form", ""), mark_of(token))


def refuse_without_tls(desk: Desk) -> None:
    if not sessions.can_sign_in(desk):
        raise LinkRefused("insecure")


def asking_page(desk: Desk, asked: str, *, sent: bool, is_away: bool = False) -> str:
    """The page that mails links; `is_away` says that the OpenID Connect provider is."""
    form = desk.form("sign in", FORM_LASTS)
    rest = f"?next={quote(asked, safe='')}" if asked != return_path("") else ""
    other = f"{desk.links.base_url}/oidc{rest}" if desk.oidc and not is_away else ""
    return render_template(
        "sign_in.html.j2", form=form, sent=sent, asked=asked, other=other, is_away=is_away
    )


def _continue_page(desk: Desk, token: str, asked: str) -> str:
    form, hours = desk.form(mark_of(token), FORM_LASTS), desk.settings().web.sign_in_hours
    return render_template("continue.html.j2", form=form, asked=asked, hours=hours)


def _mail_link(desk: Desk, address: str, asked: str) -> None:
    """Mails a manager or operator her link, at most once in a while. For any other address the same
    work is done, except for the mail itself."""
    staff = {email.casefold(): email for email in desk.all_staff()}
    reader = staff.get(address)
    name = f"sign in {reader}" if reader else f"sign in, not a manager {_decoy(address)}"
    is_first = desk.store.claims.take(name, desk.nonce(), desk.clock(), ONE_MAIL_IN)
    hours = desk.settings().web.sign_in_hours
    token = desk.links.token(
        Grant(
            "manager",
            reader or address,
            desk.clock() + timedelta(hours=hours),
            nonce=desk.nonce(),
            generation=desk.store.links.generation(reader or address),
        )
    )
    rest = f"?next={quote(asked, safe='')}" if asked != return_path("") else ""
    mail = render.render_sign_in(desk.links.url("manager", token, rest), hours)
    if reader and is_first:
        desk.post(reader, mail)


def _decoy(address: str) -> int:
    """One of a limited set of names, so that strangers cannot fill the store."""
    return hashlib.sha256(address.encode("utf-8", "replace")).digest()[0]
