"""The fleet's page, for operators: how each clinic stands. No practice appears in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import Blueprint, Flask, render_template, request

from quietdrop.jobs.fleet.looks import Look
from quietdrop.jobs.fleet.order import Figure, State
from quietdrop.messages.wording import figures
from quietdrop.web import oidc, sign_in
from quietdrop.web.bare_app import bare_app
from quietdrop.web.context import Desk
from quietdrop.web.navigation import PageLink, Role
from quietdrop.web.signed_in import navigation_of, pages_for

ROWS = 100  # of one page
PAGES = (PageLink("The fleet", ""),)


class Standing(StrEnum):
    """How a clinic stands, the worst first; the words of `fleet status`."""

    LOOK = "look"
    FEED = "feed"
    UNSEEN = "not yet"
    WELL = "well"


_OF_STATE = {State.FAILED: Standing.LOOK, State.HELD: Standing.FEED, State.DONE: Standing.WELL}


@dataclass(frozen=True)
class ClinicRow:
    """One clinic; what is not known is None or empty.

    Attributes:
        name: Its name in the fleet file.
        standing: How it stands.
        why: The first thing that is wrong.
        last_run: The date of its last run that could send.
        last_state: How that run ended; "held" where its digests were held back.
        next_run: When its weekly job begins next.
        age_days: How old its newest referral is.
        waiting: Messages that are not sent yet.
        at: When it was looked at.
    """

    name: str
    standing: Standing
    why: str
    last_run: date | None
    last_state: str
    next_run: datetime | None
    age_days: int | None
    waiting: int
    at: datetime | None


def fleet_app(desk: Desk, looks: Callable[[], Sequence[Look]]) -> Flask:
    """The fleet's page as a WSGI application, with the signing in of all pages.

    Args:
        desk: The fleet's own store, links and clock; its settings name the operators.
        looks: How each clinic stood when it was last looked at.
    """
    app = bare_app(desk)
    sign_in.add_pages(app, desk)
    oidc.add_pages(app, desk)
    pages = pages_for(desk, "fleet", Role.OPERATOR)
    _add_fleet(pages, desk, looks)
    app.register_blueprint(pages)

    @app.get("/")
    def home() -> str:
        return render_template("fleet_home.html.j2")

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        """For a monitor, without a login: whether pages are served, and numbers of clinics."""
        return {"status": "ok", "clinics": _counts(rows_of(looks()))}

    return app


def rows_of(looks: Sequence[Look]) -> list[ClinicRow]:
    """The clinics, the worst first, then by name."""
    order = list(Standing)
    rows = [_row(look) for look in looks]
    return sorted(rows, key=lambda row: (order.index(row.standing), row.name.casefold()))


def _add_fleet(pages: Blueprint, desk: Desk, looks: Callable[[], Sequence[Look]]) -> None:
    @pages.get("")
    def fleet() -> str:
        rows = rows_of(looks())
        asked = request.args.get("page", "1")
        last = max(-(-len(rows) // ROWS), 1)
        page = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 9 else 1
        today = desk.today()
        return render_template(
            "fleet.html.j2",
            navigation=navigation_of(desk, "The fleet", PAGES),
            here=desk.desk_url(),
            counts=_counts(rows),
            rows=rows[(page - 1) * ROWS : page * ROWS],
            whole=len(rows),
            held=sum(row.last_state == "held" for row in rows),
            first=(page - 1) * ROWS + 1,
            page=page,
            last=last,
            time=lambda when: f"{figures.short_day(when.date(), today)}, {when:%H:%M %Z}",
            seen=min((row.at for row in rows if row.at), default=None),
        )


def _counts(rows: Sequence[ClinicRow]) -> dict[str, int]:
    standings = Counter(row.standing for row in rows)
    return {standing.value: standings[standing] for standing in Standing}


def _row(look: Look) -> ClinicRow:
    outcome = look.outcome
    said: dict[str, Figure] = outcome.figures if outcome else {}
    last_run, next_run, age = (said.get(key) for key in ("last_run", "next_run", "feed_age_days"))
    return ClinicRow(
        name=look.name,
        standing=_OF_STATE[outcome.state] if outcome else Standing.UNSEEN,
        why=outcome.words if outcome else "",
        last_run=date.fromisoformat(last_run) if isinstance(last_run, str) else None,
        last_state=str(said.get("last_state") or ""),
        next_run=datetime.fromisoformat(next_run) if isinstance(next_run, str) else None,
        age_days=age if isinstance(age, int) else None,
        waiting=int(said.get("waiting") or 0),
        at=look.at,
    )
