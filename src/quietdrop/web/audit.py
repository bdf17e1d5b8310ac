"""Who did what, as a page and as a file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from quietdrop.domain.audit import FORGOTTEN
from quietdrop.lib.spreadsheets import csv_text
from quietdrop.store.audit import HEADER, as_row
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of

PAGE_ROWS = 50  # of one page
DEEPEST = 10_000  # pages


def add_pages(pages: Blueprint, desk: Desk) -> None:
    here = desk.desk_url("/audit")

    @pages.get("/audit")
    def audit() -> str:
        asked = request.args.get("page", "")
        page = min(max(int(asked), 1), DEEPEST) if asked.isdecimal() and len(asked) < 9 else 1
        entries = desk.store.audit.entries(limit=PAGE_ROWS + 1, offset=(page - 1) * PAGE_ROWS)
        names = desk.store.book.names(entry.about for entry in entries)
        return render_template(
            "audit.html.j2",
            navigation=navigation_of(desk, "Audit"),
            entries=entries[:PAGE_ROWS],
            names=names,
            practice=desk.practice_url,
            forgotten=FORGOTTEN,
            here=here,
            page=page,
            has_more=len(entries) > PAGE_ROWS,
        )

    @pages.get("/audit.csv")
    def audit_file() -> Response:
        text = csv_text(HEADER, map(as_row, desk.store.audit.entries()))
        answer = Response(text, mimetype="text/csv")
        name = f"quietdrop-audit-{desk.today()}.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
