"""The book of business: every practice, searched, filtered and sorted, and as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request

from quietdrop.domain.book import (
    NOBODY,
    NOT_STEADY,
    PAGE_ROWS,
    BookChoices,
    BookQuery,
    BookRow,
    Sort,
)
from quietdrop.lib.spreadsheets import csv_text
from quietdrop.lib.workbook import workbook
from quietdrop.messages.wording import figures
from quietdrop.web.book_query import (
    FILTERS,
    query_string,
    read_query,
    sort_word,
    sorted_by,
    without,
)
from quietdrop.web.chart import Spark, spark_of
from quietdrop.web.context import Desk
from quietdrop.web.signed_in import navigation_of

STATUSES = (
    *(NOT_STEADY, "quiet", "drifting", "watching", "recovered"),
    *("steady", "new", "occasional", "closed"),
)
# Each column's heading, sort key and cell classes.
COLUMNS = (
    ("Practice", Sort.NAME, ""),
    ("Status", Sort.STATUS, ""),
    ("At stake", Sort.STAKE, "number"),
    ("Usual", Sort.USUAL, "number extra"),
    ("13 weeks", Sort.RECENT, "number"),
    ("52 weeks", None, ""),
    ("How sure", Sort.ODDS, ""),
    ("Last referral", Sort.REFERRAL, "rest"),
    ("Last touch", Sort.TOUCH, "extra"),
    ("Liaison", Sort.LIAISON, "extra"),
    ("Territory", Sort.TERRITORY, "widest"),
)
FILE_COLUMNS = (
    *("practice_id", "practice", "status", "liaison", "territory", "town", "health_system"),
    *("usual_a_week", "last_13_weeks", "usual_in_13_weeks", "at_stake_a_week", "probability"),
    *("last_referral", "last_touch", "last_touch_kind"),
)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Heading:
    """A column's heading, and the link that sorts by it."""

    label: str
    classes: str
    url: str
    order: str  # ascending, descending or nothing


def add_pages(pages: Blueprint, desk: Desk) -> None:
    here = desk.desk_url("/book")

    @pages.get("/book")
    def book() -> str:
        query = read_query(request.args)
        shown = desk.store.book.page(query)
        query = replace(query, page=shown.page)
        return render_template(
            "book.html.j2",
            navigation=navigation_of(desk, "Practices"),
            query=query,
            shown=shown,
            spark=_spark,
            first=(shown.page - 1) * PAGE_ROWS + 1,
            options=_options(shown.choices),
            headings=[_heading(query, here, *column) for column in COLUMNS],
            applied=_applied(query, dict(shown.choices.liaisons)),
            sort=sort_word(query),
            at=lambda page: here + query_string(replace(query, page=page)),
            off=lambda name: here + query_string(without(query, name)),
            files=query_string(replace(query, page=1)),
            here=here,
            practice=desk.practice_url,
            odds=figures.odds,
        )

    @pages.get("/book.csv")
    def book_file() -> Response:
        rows = map(_cells, desk.store.book.rows(read_query(request.args)))
        return _file(csv_text(FILE_COLUMNS, rows), "text/csv", "csv")

    @pages.get("/book.xlsx")
    def book_workbook() -> Response:
        rows = map(_cells, desk.store.book.rows(read_query(request.args)))
        return _file(workbook("Practices", FILE_COLUMNS, rows), EXCEL, "xlsx")

    def _file(content: str | bytes, mimetype: str, ending: str) -> Response:
        answer = Response(content, mimetype=mimetype)
        name = f"quietdrop-practices-{desk.today()}.{ending}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _options(choices: BookChoices) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in each filter, as value and words."""
    named = [(email, name) for email, name in choices.liaisons if email]
    nobody = [(NOBODY, "Nobody")] if len(named) < len(choices.liaisons) else []
    return {
        "status": [(word, word) for word in STATUSES],
        "liaison": named + nobody,
        "territory": [(word, word) for word in choices.territories],
        "line": [(word, word) for word in choices.lines],
        "system": [(word, word) for word in choices.systems],
        "specialty": [(word, word) for word in choices.specialties],
    }


def _spark(row: BookRow) -> Spark | None:
    return spark_of(row.weeks, row.usual, row.onset_index, row.status)


def _heading(query: BookQuery, here: str, label: str, sort: Sort | None, classes: str) -> Heading:
    if sort is None:
        return Heading(label, classes, "", "")
    way = "descending" if query.descending else "ascending"
    url = here + query_string(sorted_by(query, sort))
    return Heading(label, classes, url, way if query.sort is sort else "")


def _applied(query: BookQuery, liaisons: dict[str, str]) -> list[tuple[str, str]]:
    """The filters that are set, by name, in words."""
    words = {name: getattr(query, name) for name in FILTERS if getattr(query, name)}
    if words.get("text"):
        words["text"] = f"“{words['text']}”"
    if words.get("liaison"):
        words["liaison"] = liaisons.get(words["liaison"], words["liaison"])
    return list(words.items())


def _cells(row: BookRow) -> tuple[object, ...]:
    return (
        *(row.practice_id, row.name, row.status, row.liaison, row.territory, row.town),
        *(row.health_system, row.usual, row.recent, row.recent_usual, row.stake),
        None if row.odds is None else round(row.odds, 3),
        *(row.last_referral_on, row.last_touch_on, row.last_touch_kind),
    )
