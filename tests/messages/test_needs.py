"""What of a week needs a manager, kind by kind, and where it is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quietdrop.domain.digest import Summary, Waiting
from quietdrop.messages.needs import Entry, Need, headline, needs

AS_OF = date(2026, 7, 6)
QUIET = Summary(
    "m@x.example",
    AS_OF,
    practices=9,
    by_status=(),
    coverage=(),
    came_back=(),
    review=(),
    data_through=AS_OF,
    rows_read=9,
    reject_reasons=(),
)
LINE = (Waiting("Lake", "says", "P 1"),)
PLAIN = (("name", "text"),)


def page(rest: str) -> str:
    return f"https://x/desk{rest}"


def test_a_week_in_which_nothing_waits_needs_nobody() -> None:
    assert needs(QUIET, page) == []


def test_every_kind_has_its_heading_its_lines_and_its_page_in_a_fixed_order() -> None:
    everything = replace(
        QUIET,
        aliases=LINE,
        without_liaison=LINE,
        unlisted_liaisons=PLAIN,
        unwanted=LINE,
        closures=("Were you closed?",),
        promises=LINE,
        fallen=PLAIN,
        slow=LINE,
        settings=PLAIN,
        settings_since=date(2026, 6, 29),
    )
    line = (Entry("Lake", "says", "https://x/desk/practice?id=P%201"),)
    plain = (Entry("name", "text"),)
    desk = "https://x/desk"
    assert needs(everything, page) == [
        Need("A new name? Please confirm (1)", line),
        Need("Without a liaison (1)", line, 0, f"{desk}/book?liaison=nobody", "Assign them"),
        Need("Needs a home (1)", plain, 0, f"{desk}/people", "Open People"),
        Need("Another liaison's, it is said (1)", line),
        Need("A closure of ours? (1)", (Entry("", "Were you closed?"),)),
        Need("Promised, and late (1)", line),
        Need("Fell as a whole (1)", plain),
        Need("Slowly fewer (1)", line),
        Need("Settings changed since June 29 (1)", plain, 0, f"{desk}/audit", "Open the audit"),
    ]
    bare = needs(everything)
    assert all(need.url == "" for need in bare)
    assert all(entry.url == "" for need in bare for entry in need.lines)
    assert [need.heading for need in bare] == [need.heading for need in needs(everything, page)]


def test_without_an_earlier_summary_settings_changed_since_today() -> None:
    [need] = needs(replace(QUIET, settings=PLAIN))
    assert need.heading == "Settings changed since July 6 (1)"


@pytest.mark.parametrize(("number", "shown", "more"), [(5, 5, 0), (6, 5, 1), (9, 5, 4)])
def test_five_lines_are_shown_and_the_others_counted(number: int, shown: int, more: int) -> None:
    [need] = needs(replace(QUIET, slow=LINE * number), page)
    assert (need.heading, len(need.lines), need.more) == (f"Slowly fewer ({number})", shown, more)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [(0, "Nothing needs you"), (1, "1 thing needs you"), (2, "2 things need you")],
)
def test_the_headline_counts_kinds(kinds: int, words: str) -> None:
    assert headline([Need("Slowly fewer (9)", ())] * kinds) == words
