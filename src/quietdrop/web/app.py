"""The pages of one installation, each behind a link or a session."""

from __future__ import annotations

from flask import Flask, render_template

from quietdrop.jobs.health import Freshness, health
from quietdrop.lib.cron import next_slot
from quietdrop.web import (
    answer,
    audit,
    book,
    calendar_feed,
    coverage,
    gifts,
    manager_visit,
    my_pages,
    oidc,
    overview,
    people,
    practice,
    quarter,
    release,
    service,
    sign_in,
    thresholds,
    visit,
    worklist,
)
from quietdrop.web.bare_app import bare_app
from quietdrop.web.context import Desk
from quietdrop.web.navigation import Role
from quietdrop.web.signed_in import pages_for

FOR_MANAGERS = (
    *(overview, book, practice, manager_visit, coverage),
    *(people, gifts, audit, quarter, thresholds),
)


def create_app(desk: Desk) -> Flask:
    """The pages as a WSGI application. A link needs no cookie and sets none; only signing in does.
    A GET or HEAD changes nothing."""
    app = bare_app(desk)
    for part in (answer, my_pages, visit, calendar_feed, worklist, release, sign_in, oidc):
        part.add_pages(app, desk)
    _add_signed_in_pages(app, desk)
    _add_plain_pages(app, desk)
    return app


def _add_signed_in_pages(app: Flask, desk: Desk) -> None:
    for_managers = pages_for(desk, "managers", Role.MANAGER)
    for part in FOR_MANAGERS:
        part.add_pages(for_managers, desk)
    for_all = pages_for(desk, "staff", Role.MANAGER, Role.OPERATOR)
    service.add_pages(for_all, desk)
    for pages in (for_managers, for_all):
        app.register_blueprint(pages)


def _add_plain_pages(app: Flask, desk: Desk) -> None:
    @app.get("/")
    def home() -> str:
        return render_template("home.html.j2")

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, object], int]:
        """For a monitor, without a login: only numbers and days, no names or addresses."""
        of, now = desk.settings(), desk.clock()
        due = next_slot(of.schedule.cron, of.schedule.timezone, now)
        fresh = Freshness(of.feed.max_age_days, of.source.period)
        state = health(desk.store, fresh, desk.today(), now, due)
        # A service waiting for its first run is not broken: a monitor must not restart it.
        problems = [problem for problem in state.problems if not problem.is_new]
        content: dict[str, object] = {
            "status": "look" if problems else "ok",
            "problems": len(problems),
            "last_run": state.last_run and state.last_run.isoformat(),
            "last_state": state.last_state,
            "next_run": state.next_run and state.next_run.isoformat(),
            "feed_age_days": state.feed_age_days,
            "outbox": state.outbox,
        }
        return content, 503 if problems else 200
