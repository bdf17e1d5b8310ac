"""What of a week needs a manager, kind by kind, and where it is settled. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from quietdrop.domain.book import NOBODY
from quietdrop.domain.digest import Summary, Waiting
from quietdrop.messages.wording.figures import day

MOST_LINES = 5  # of a kind; the overview has the others
PageUrl = Callable[[str], str]  # a page for those who have signed in, by its path under /desk


class Entry(NamedTuple):
    """Whom or what it is about, what is to be said of it, and its page; "" where it has none."""

    name: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Need:
    """One kind of thing that waits for a manager: its heading, the first lines, how many more,
    and the page on which all of them are settled, with what its link says."""

    heading: str
    lines: tuple[Entry, ...]
    more: int = 0
    url: str = ""
    says: str = ""


def needs(summary: Summary, page: PageUrl | None = None) -> list[Need]:
    """What needs her, in a fixed order; what is empty is left out.

    Args:
        summary: The week.
        page: Where a page of the desk is; None where there are no pages.
    """
    since = day(summary.settings_since or summary.as_of, summary.as_of)
    closures = (Waiting("", question) for question in summary.closures)
    kinds: tuple[tuple[str, Iterable[Waiting], str, str], ...] = (
        ("A new name? Please confirm", summary.aliases, "", ""),
        ("Without a liaison", summary.without_liaison, f"/book?liaison={NOBODY}", "Assign them"),
        ("Needs a home", _plain(summary.unlisted_liaisons), "/people", "Open People"),
        ("Another liaison's, it is said", summary.unwanted, "", ""),
        ("A closure of ours?", closures, "", ""),
        ("Promised, and late", summary.promises, "", ""),
        ("Fell as a whole", _plain(summary.fallen), "", ""),
        ("Slowly fewer", summary.slow, "", ""),
        (f"Settings changed since {since}", _plain(summary.settings), "/audit", "Open the audit"),
    )
    return [
        _need(heading, tuple(entries), page, (rest, says))
        for heading, waiting, rest, says in kinds
        if (entries := list(waiting))
    ]


def headline(waiting: list[Need]) -> str:
    """How many kinds of things wait for her."""
    if not waiting:
        return "Nothing needs you"
    return "1 thing needs you" if len(waiting) == 1 else f"{len(waiting)} things need you"


def _plain(entries: Iterable[tuple[str, str]]) -> Iterable[Waiting]:
    return (Waiting(name, text) for name, text in entries)


def _need(
    heading: str, entries: tuple[Waiting, ...], page: PageUrl | None, where: tuple[str, str]
) -> Need:
    shown = tuple(
        Entry(each.name, each.text, _practice(page, each.practice_id))
        for each in entries[:MOST_LINES]
    )
    more = len(entries) - len(shown)
    rest, says = where
    url = page(rest) if page and rest else ""
    return Need(f"{heading} ({len(entries)})", shown, more, url, says)


def _practice(page: PageUrl | None, practice_id: str) -> str:
    if page is None or not practice_id:
        return ""
    return page(f"/practice?id={quote(practice_id, safe='')}")
