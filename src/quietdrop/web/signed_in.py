"""The pages for those who have signed in, behind one guard."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from quietdrop.domain.errors import LinkRefused
from quietdrop.web import sessions
from quietdrop.web.context import Desk
from quietdrop.web.navigation import Navigation, PageLink, Role
from quietdrop.web.return_path import HOME, return_path


def pages_for(desk: Desk, name: str, *roles: Role) -> Blueprint:
    """Pages under `/desk` that only these roles reach. A form from another session is refused
    before the page sees it."""
    pages = Blueprint(name, __name__, url_prefix=HOME)

    @pages.before_request
    def admit() -> Response | None:
        of = sessions.visitor(desk)
        if of is None:
            if request.method == "POST":
                raise LinkRefused("signed out")
            asked = return_path(request.full_path.rstrip("?"))
            return redirect(f"{desk.links.base_url}/m?next={quote(asked, safe='')}", 303)
        if of.role not in roles:
            if request.path == HOME and request.method != "POST":
                return redirect(desk.desk_url("/service"), 303)
            raise LinkRefused("role")
        if request.method == "POST":
            sessions.check_form(of)
        g.visitor = of
        return None

    return pages


def navigation_of(
    desk: Desk, current: str = "", links: tuple[PageLink, ...] | None = None
) -> Navigation:
    """The header of a page for the visitor that the guard admitted. `links`: the header's pages,
    where they are not those of the visitor's role."""
    of: sessions.Visitor = g.visitor
    return Navigation(of.role, desk.desk_url(), of.who, current, of.form, links)
