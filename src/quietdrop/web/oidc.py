"""Signing in with OpenID Connect. Going to the provider and back changes nothing: only the button
on the page in between begins a session."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.session import Way
from quietdrop.web import sessions, sign_in
from quietdrop.web.context import Desk, mark_of
from quietdrop.web.oidc_provider import Attempt, NotVerified, Provider, ProviderAway
from quietdrop.web.return_path import return_path

COOKIE = "quietdrop_openid"
LASTS = timedelta(minutes=10)  # from leaving for the provider until coming back
LONGEST_CODE = 4096  # characters


def add_pages(app: Flask, desk: Desk) -> None:
    provider = desk.oidc
    if provider is None:
        return

    @app.get("/oidc")
    def go() -> str | Response | tuple[str, int]:
        sign_in.refuse_without_tls(desk)
        asked = return_path(request.args.get("next", ""))
        ends = int((desk.clock() + LASTS).timestamp())
        kept = f"{ends}.{secrets.token_urlsafe(32)}.{asked}"
        try:
            response = redirect(provider.sign_in_url(_attempt(desk, kept)), 303)
        except ProviderAway as error:
            app.logger.warning("the OpenID Connect provider %s", error)
            return sign_in.asking_page(desk, asked, sent=False, is_away=True), 503
        _keep(desk, response, kept)
        return response

    @app.get("/oidc/back")
    def come_back() -> str:
        kept = _kept(desk, request.args.get("state", ""))
        code = request.args.get("code", "")
        if not code or len(code) > LONGEST_CODE:  # she declined, or the provider did
            raise LinkRefused("openid")
        state = _attempt(desk, kept).state
        form = desk.form(mark_of(state), LASTS)
        return render_template("oidc.html.j2", form=form, state=state, code=code)

    @app.post("/oidc/back")
    def finish() -> str | Response | tuple[str, int]:
        sessions.refuse_from_elsewhere()
        kept = _kept(desk, request.form.get("state", ""))
        attempt, asked = _attempt(desk, kept), return_path(kept.split(".", 2)[2])
        desk.check_form(request.form.get("form", ""), mark_of(attempt.state))
        if desk.store.links.spent(mark_of(attempt.state)):
            raise LinkRefused("used")
        try:
            who = _vouched_for(desk, provider, attempt)
        except ProviderAway as error:
            app.logger.warning("the OpenID Connect provider %s", error)
            return sign_in.asking_page(desk, asked, sent=False, is_away=True), 503
        response = sign_in.begin(
            desk,
            who,
            Way.OPENID,
            lambda conn: desk.store.links.spend(
                conn, mark_of(attempt.state), "", "signed in", desk.clock()
            ),
            asked,
        )
        response.delete_cookie(COOKIE, path=_path(desk))
        return response


def _vouched_for(desk: Desk, provider: Provider, attempt: Attempt) -> str:
    """The manager or operator that the provider vouches for. LinkRefused if it vouches for nobody
    or for somebody else."""
    code = request.form.get("code", "")
    try:
        who = provider.verified_address(code, attempt, desk.clock()).casefold()
    except NotVerified:
        raise LinkRefused("openid") from None
    if who not in {email.casefold() for email in desk.all_staff()}:
        raise LinkRefused("openid")
    return who


def _attempt(desk: Desk, kept: str) -> Attempt:
    """All three are derived from the browser's cookie and our key: nothing is stored, and the
    cookie alone reveals none of them."""
    return Attempt(
        *(desk.links.keyed_hash(f"openid {w}", kept) for w in ("state", "nonce", "pkce"))
    )


def _kept(desk: Desk, state: str) -> str:
    """The cookie of the attempt that an answer belongs to. LinkRefused where this browser has
    begun none, another one, or one that is over."""
    kept = request.cookies.get(COOKIE, "")
    ends, _, rest = kept.partition(".")
    wanted = _attempt(desk, kept).state
    if not rest or not hmac.compare_digest(wanted.encode(), state.encode("utf-8", "replace")):
        raise LinkRefused("openid")
    if int(ends) < desk.clock().timestamp():
        raise LinkRefused("openid")
    return kept


def _keep(desk: Desk, response: Response, kept: str) -> None:
    secure = desk.links.base_url.startswith("https:")
    response.set_cookie(
        COOKIE,
        kept,
        max_age=LASTS,
        path=_path(desk),
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def _path(desk: Desk) -> str:
    return f"{urlsplit(desk.links.base_url).path}/oidc"
