"""Who is responsible for what: liaisons, territories, covers, and decisions about them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from quietdrop.domain.book import BookQuery
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.web.book_query import query_string
from quietdrop.web.context import Desk
from quietdrop.web.people_changes import STAFFING, change, words_of
from quietdrop.web.signed_in import navigation_of

MOST_SHOWN = 100  # decisions, the newest


def add_pages(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/people")
    def people() -> str:
        return _page(desk)

    @pages.post("/people")
    def change_people() -> Response | tuple[str, int]:
        if fault := change(desk, request.form):
            return _page(desk, fault), 422
        return redirect(desk.desk_url("/people"), 303)


def _page(desk: Desk, fault: str = "") -> str:
    names, today = desk.store.book.liaison_names(), desk.today()
    holding = [one for one in desk.store.decisions.all() if one.undone_at is None]
    decided = [one for one in holding if one.kind in STAFFING][-MOST_SHOWN:]
    return render_template(
        "people.html.j2",
        navigation=navigation_of(desk, "People"),
        here=desk.desk_url("/people"),
        liaisons=desk.store.book.loads(),
        territories=desk.store.book.territory_loads(),
        heirs=_heirs(holding, names),
        names=names,
        book=lambda **of: desk.desk_url("/book") + query_string(BookQuery(**of)),
        decided=[(one, words_of(one, names, today)) for one in decided],
        places=desk.store.book.names(one.subject for one in decided),
        today=today,
        fault=fault,
        given=request.form,
        practice=desk.practice_url,
    )


def _heirs(holding: list[Decision], names: dict[str, str]) -> dict[str, str]:
    """To whom a territory was given, by its name."""
    given = (one for one in holding if one.kind is DecisionKind.TERRITORY)
    return {one.subject: names.get(one.value) or one.value for one in given}
