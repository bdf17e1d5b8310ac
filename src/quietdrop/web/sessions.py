"""Sessions: one cookie, a token in every form, and signing out."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import request
from sqlalchemy.engine import Connection
from werkzeug.wrappers import Response

from quietdrop.domain.audit import AuditAction, AuditEntry
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.session import Session, Way
from quietdrop.lib.loopback import is_loopback, may_keep_a_cookie
from quietdrop.web.context import Desk
from quietdrop.web.navigation import Role

COOKIE = "quietdrop_session"
ID_BYTES = 32  # 256 bits: nobody guesses a session
NOT_FROM_ELSEWHERE = ("", "same-origin", "none")  # Sec-Fetch-Site; browsers of before 2023: none


@dataclass(frozen=True)
class Visitor:
    """The visitor of a page. `form` is the token that each form of the page must carry."""

    who: str
    role: Role
    form: str
    mark: str


def can_sign_in(desk: Desk) -> bool:
    """Whether a browser would store the cookie."""
    return may_keep_a_cookie(desk.links.base_url)


def begin(desk: Desk, conn: Connection, who: str, way: Way) -> str:
    """Begins a session in `conn`'s transaction and ends the browser's previous one. Returns the
    cookie's value, which only the browser stores."""
    value = secrets.token_urlsafe(ID_BYTES)
    now = desk.clock()
    ends = now + timedelta(hours=desk.settings().web.sign_in_hours)
    if old := request.cookies.get(COOKIE):
        desk.store.sessions.end(conn, _mark(desk, old))
    desk.store.sessions.begin(conn, Session(_mark(desk, value), who, way, now, ends))
    desk.store.audit.add(conn, AuditEntry(now, who, AuditAction.SIGNED_IN, detail=way))
    return value


def visitor(desk: Desk) -> Visitor | None:
    """The signed-in visitor; None for anybody else and for those who no longer have access."""
    value = request.cookies.get(COOKIE)
    if not value:
        return None
    session = desk.store.sessions.get(_mark(desk, value), desk.clock())
    if session is None:
        return None
    role = _role(desk, session)
    if role is None:
        return None
    return Visitor(session.who, role, desk.links.keyed_hash("form", value), session.mark)


def check_form(of: Visitor) -> None:
    """LinkRefused unless the submitted form belongs to this session."""
    refuse_from_elsewhere()
    sent = request.form.get("form", "")
    if not hmac.compare_digest(of.form.encode(), sent.encode("utf-8", "replace")):
        raise LinkRefused("form")


def refuse_from_elsewhere() -> None:
    """LinkRefused where the browser says that another site sent the form."""
    if request.headers.get("Sec-Fetch-Site", "") not in NOT_FROM_ELSEWHERE:
        raise LinkRefused("form")


def end(desk: Desk, of: Visitor) -> None:
    """Signs out."""
    with desk.store.begin() as conn:
        if desk.store.sessions.end(conn, of.mark):
            entry = AuditEntry(desk.clock(), of.who, AuditAction.SIGNED_OUT)
            desk.store.audit.add(conn, entry)


def set_cookie(desk: Desk, response: Response, value: str) -> None:
    """Sets the cookie, which scripts cannot read and other sites cannot make the browser send."""
    base = urlsplit(desk.links.base_url)
    response.set_cookie(
        COOKIE,
        value,
        max_age=timedelta(hours=desk.settings().web.sign_in_hours),
        path=base.path or "/",
        secure=base.scheme == "https" or not is_loopback(desk.links.base_url),
        httponly=True,
        samesite="Lax",
    )


def delete_cookie(desk: Desk, response: Response) -> None:
    """Makes the browser delete its cookie."""
    response.delete_cookie(COOKIE, path=urlsplit(desk.links.base_url).path or "/")


def _mark(desk: Desk, value: str) -> str:
    return desk.links.keyed_hash("session", value)


def _role(desk: Desk, session: Session) -> Role | None:
    """A visitor's role under the current config."""
    if session.way is Way.LOCAL:
        return desk.local.role if desk.local and desk.local.who == session.who else None
    of = desk.settings()
    if session.who in {email.casefold() for email in of.digest.managers}:
        return Role.MANAGER
    if session.who in {email.casefold() for email in of.web.operators}:
        return Role.OPERATOR
    return None
