"""What of a week needs a manager, kind by kind. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from quietdrop.domain.digest import Summary
from quietdrop.messages.wording.figures import day

MOST_LINES = 5  # of a kind; the overview has the others
Entry = tuple[str, str]  # whom or what it is about, and what is to be said of it


@dataclass(frozen=True)
class Need:
    """One kind of thing that waits for a manager: its heading, the first lines, how many more."""

    heading: str
    lines: tuple[Entry, ...]
    more: int = 0


def needs(summary: Summary) -> list[Need]:
    """What needs her, in a fixed order; what is empty is left out."""
    since = day(summary.settings_since or summary.as_of, summary.as_of)
    kinds: tuple[tuple[str, tuple[Entry, ...]], ...] = (
        ("A new name? Please confirm", summary.aliases),
        ("Without a liaison", tuple((name, "") for name in summary.without_liaison)),
        ("Needs a home", summary.unlisted_liaisons),
        ("Another liaison's, it is said", summary.unwanted),
        ("A closure of ours?", tuple(("", question) for question in summary.closures)),
        ("Promised, and late", summary.promises),
        ("Fell as a whole", summary.fallen),
        (f"Settings changed since {since}", summary.settings),
    )
    return [_need(heading, entries) for heading, entries in kinds if entries]


def headline(waiting: list[Need]) -> str:
    """How many kinds of things wait for her."""
    if not waiting:
        return "Nothing needs you"
    return "1 thing needs you" if len(waiting) == 1 else f"{len(waiting)} things need you"


def _need(heading: str, entries: tuple[Entry, ...]) -> Need:
    more = max(len(entries) - MOST_LINES, 0)
    return Need(f"{heading} ({len(entries)})", entries[:MOST_LINES], more)
