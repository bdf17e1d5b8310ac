"""Parsing the book's addresses, and building them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from quietdrop.domain.book import BookQuery, Sort
from quietdrop.lib.text import single_line

LONGEST = 255  # characters of a filter
DEEPEST = 10_000  # pages
FILTERS = ("text", "status", "liaison", "territory", "line", "system", "specialty")
NAMES = {"text": "q"}  # the name in an address, where it differs
# Sorted ascending on the first click.
RISING = (Sort.NAME, Sort.STATUS, Sort.LIAISON, Sort.TERRITORY)
BLANK = BookQuery()


def read_query(args: Mapping[str, str]) -> BookQuery:
    """Returns what an address's fields ask for; invalid fields are ignored."""
    filters = {
        name: single_line(args.get(NAMES.get(name, name), ""), LONGEST).strip() for name in FILTERS
    }
    word = args.get("sort", "")
    descending, word = word.startswith("-"), word.removeprefix("-")
    page = args.get("page", "")
    return BookQuery(
        **filters,
        sort=Sort(word) if word in set(Sort) else BLANK.sort,
        descending=descending if word in set(Sort) else BLANK.descending,
        page=min(max(int(page), 1), DEEPEST) if page.isdecimal() and len(page) < 9 else 1,
    )


def query_string(query: BookQuery) -> str:
    """The shortest query string for it, with "?" in front; "" for the whole book."""
    fields = {
        NAMES.get(name, name): getattr(query, name) for name in FILTERS if getattr(query, name)
    }
    if (query.sort, query.descending) != (BLANK.sort, BLANK.descending):
        fields["sort"] = sort_word(query)
    if query.page > 1:
        fields["page"] = str(query.page)
    return f"?{urlencode(fields)}" if fields else ""


def sort_word(query: BookQuery) -> str:
    """The sort field of an address, with its direction."""
    return f"{'-' if query.descending else ''}{query.sort}"


def sorted_by(query: BookQuery, sort: Sort) -> BookQuery:
    """The same rows sorted by another column, or reversed if it is the same column."""
    turned = not query.descending if query.sort is sort else sort not in RISING
    return replace(query, sort=sort, descending=turned, page=1)


def without(query: BookQuery, name: str) -> BookQuery:
    """The same query without one filter."""
    changes: dict[str, str] = {name: ""}
    return replace(query, page=1, **changes)  # type: ignore[arg-type]
