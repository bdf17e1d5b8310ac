"""A liaison's promises in her own calendar, through an address that she creates and revokes
herself."""

from __future__ import annotations

from flask import Flask, Response, render_template, request

from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.errors import LinkRefused
from quietdrop.messages.calendar_feed import calendar_feed, feed_url, mark_of_secret, new_secret
from quietdrop.web.context import Desk, mark_of
from quietdrop.web.forms import FORM_LASTS
from quietdrop.web.worklist import liaison_navigation


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/l/<token>/calendar")
    def calendar_address(token: str) -> str:
        return _page(desk, token, _reader(desk, token))

    @app.post("/l/<token>/calendar")
    def change_address(token: str) -> str:
        liaison = _reader(desk, token)
        desk.check_form(request.form.get("form", ""), f"calendar {mark_of(token)}")
        actor = Actor(liaison, desk.clock())
        if request.form.get("action") == "end":
            if desk.store.calendar_feeds.end(liaison):
                desk.store.audit.note(
                    actor.did(AuditAction.STOPPED, "", "the address of a calendar")
                )
            return _page(desk, token, liaison)
        secret = new_secret()
        desk.store.calendar_feeds.save(liaison, mark_of_secret(secret), actor.at)
        desk.store.audit.note(actor.did(AuditAction.CHANGED, "", "the address of a calendar"))
        return _page(desk, token, liaison, feed_url(desk.links.base_url, secret))

    @app.get("/i/<secret>.ics")
    def feed(secret: str) -> Response:
        """The feed itself. Whoever has its address can read it, so there are many ways to end
        it."""
        visits = desk.settings().visits
        reader = (
            desk.store.calendar_feeds.reader_of(mark_of_secret(secret))
            if visits.calendar_feed
            else None
        )
        liaison = next((r for r in desk.store.names.readers() if r.casefold() == reader), None)
        if liaison is None:
            raise LinkRefused("unknown")
        promises = desk.store.promises.of_liaison(liaison)
        stops = desk.store.stops.of(promise.practice_id for promise in promises)
        names = {key: stop.name for key, stop in stops.items()}
        content = calendar_feed(promises, names, desk.clock(), named=visits.calendar_names)
        return Response(content, mimetype="text/calendar")


def _reader(desk: Desk, token: str) -> str:
    """The liaison, where calendars are allowed at all."""
    liaison = desk.liaison(desk.claim("list", token))
    if not desk.settings().visits.calendar_feed:
        raise LinkRefused("unknown")
    return liaison


def _page(desk: Desk, token: str, liaison: str, address: str = "") -> str:
    return render_template(
        "calendar.html.j2",
        made_at=desk.store.calendar_feeds.made_at(liaison),
        address=address,
        is_named=desk.settings().visits.calendar_names,
        form=desk.form(f"calendar {mark_of(token)}", FORM_LASTS),
        navigation=liaison_navigation(desk, token, liaison),
    )
