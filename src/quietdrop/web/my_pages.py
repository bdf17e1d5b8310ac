"""A liaison's own pages: her week, her practices, and what she has promised."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.domain.audit import Actor
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.promise import Promise
from quietdrop.jobs.record_promise import mark_promise
from quietdrop.web.context import Desk, family_mark, mark_of
from quietdrop.web.forms import FORM_LASTS
from quietdrop.web.visit import MOST_VISITS
from quietdrop.web.week import week_of
from quietdrop.web.worklist import liaison_navigation

ON_A_PAGE = 100  # practices
LONGEST_SEARCH = 80  # characters
WEEKEND = 5  # Saturday: the week that is planned is the next one


def add_pages(app: Flask, desk: Desk) -> None:
    @app.get("/l/<token>")
    def my_week(token: str) -> str:
        claim = desk.claim("list", token)
        liaison = desk.liaison(claim)
        here, today = desk.links.url("list", token), desk.today()
        week = week_of(desk, liaison)
        monday = today - timedelta(days=today.weekday())
        if today.weekday() >= WEEKEND:
            monday += timedelta(days=7)
        story = partial(desk.story_url, here)
        people = desk.store.book.liaison_names()
        return render_template(
            "week.html.j2",
            week=week,
            today=today,
            monday=monday,
            friday=monday + timedelta(days=4),
            liaison=liaison,
            people=people,
            marked=_just_kept(desk, liaison),
            here=here,
            story=story,
            visit_url=lambda key=None: f"{story(key) if key else here}/visit",
            answer_url=partial(desk.answer_url, claim),
            promise_form=desk.form(_about(token), FORM_LASTS),
            calendar_url=f"{here}/calendar" if desk.settings().visits.calendar_feed else "",
            navigation=liaison_navigation(desk, token, liaison, "My week", people),
        )

    @app.get("/l/<token>/practices")
    def practices(token: str) -> str:
        liaison = desk.liaison(desk.claim("list", token))
        here = desk.links.url("list", token)
        asked = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
        page = _page_number()
        rows = desk.store.stops.search(liaison, asked, (page - 1) * ON_A_PAGE, ON_A_PAGE + 1)
        return render_template(
            "practices.html.j2",
            rows=rows[:ON_A_PAGE],
            is_more=len(rows) > ON_A_PAGE,
            number=desk.store.stops.count_of(liaison),
            page=page,
            asked=asked,
            turn=lambda to: f"{here}/practices?{urlencode({'q': asked, 'page': to})}",
            story=partial(desk.story_url, here),
            navigation=liaison_navigation(desk, token, liaison, "My practices"),
        )

    @app.post("/l/<token>/promise")
    def mark(token: str) -> Response:
        """Marks a promise as kept or as open again; repeating it changes nothing."""
        claim = desk.claim("list", token)
        liaison = desk.liaison(claim)
        desk.check_form(request.form.get("form", ""), _about(token))
        number = request.form.get("promise", type=int)
        promise = _hers(desk, liaison, number)
        is_kept = request.form.get("is_kept") == "yes"
        family, today = family_mark(claim, "visits"), desk.today()
        desk.store.links.begin_day(family, today)
        with desk.store.begin() as conn:
            if not desk.store.links.count_answer(conn, family, today, MOST_VISITS):
                raise LinkRefused("busy")
            actor = Actor(liaison, desk.clock())
            mark_promise(desk.store, conn, promise, today if is_kept else None, actor)
        kept = f"?kept={promise.id}" if is_kept else ""
        return redirect(f"{desk.links.url('list', token)}{kept}#promised", 303)


def _about(token: str) -> str:
    return f"promises {mark_of(token)}"


def _hers(desk: Desk, liaison: str, number: int | None) -> Promise:
    """A promise that she may mark. LinkRefused if it is unknown or somebody else's."""
    promise = None if number is None else desk.store.promises.get(number)
    if promise is None:
        raise LinkRefused("unknown")
    if liaison not in (promise.owner, promise.liaison):
        card = desk.store.cards.get(promise.practice_id)
        if card is None or card.liaison != liaison:
            raise LinkRefused("foreign")
    return promise


def _just_kept(desk: Desk, liaison: str) -> Promise | None:
    """The promise that was just marked, so it can be undone."""
    number = request.args.get("kept", "")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    try:
        promise = _hers(desk, liaison, int(number))
    except LinkRefused:
        return None
    return promise if promise.kept_on == desk.today() else None


def _page_number() -> int:
    text = request.args.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 5 else 1
