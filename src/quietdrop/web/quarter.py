"""The managers' quarter: the page, and its tables as CSV."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from quietdrop.domain.errors import LinkRefused
from quietdrop.reporting.quarter.dates import label
from quietdrop.reporting.quarter.sheets import SHEETS, sheet, totals
from quietdrop.web import quarter_page
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of


def add_pages(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/quarter")
    def quarter() -> str:
        navigation = navigation_of(desk, "The quarter")
        result = desk.store.quarters.last(quarter_page.LARGEST)
        if result is None:
            return render_template("no_quarter.html.j2", navigation=navigation)
        return render_template(
            "quarter.html.j2",
            **quarter_page.values(result),
            navigation=navigation,
            folder=f"{navigation.home}/quarter/",
            story=desk.practice_url,
        )

    @pages.get("/quarter/<name>.csv")
    def table(name: str) -> Response:
        """A table as a file; an unknown name is refused like an unknown page."""
        parts = SHEETS[name][0] if name in SHEETS else ()
        result = desk.store.quarters.parts(*parts)
        if result is None or not (name == "quarters" or result.parts):
            raise LinkRefused("unknown")
        text = totals(result) if name == "quarters" else sheet(result, name, result.parts)
        answer = Response(text, mimetype="text/csv")
        answer.headers["Content-Disposition"] = (
            f'attachment; filename="quietdrop-{label(result.first)}-{name}.csv"'
        )
        return answer
