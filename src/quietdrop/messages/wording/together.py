"""The words for practices that began to send less in the same weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import day

MOST_NAMED = 5  # practices in one sentence; the others are counted
_WHERE = {
    "territory": "in {key}",
    "health_system": "of {key}",
    "location": "that send to {key}",
    "service_line": "that mostly send {key} referrals",
    "payer": "whose patients mostly have {key}",
}


def name(kind: str, key: str) -> str:
    """What the group is called: "Practices in North"."""
    return f"Practices {_where(kind, key)}"


def who(names: Sequence[str], size: int, onset: date, as_of: date) -> str:
    """Who fell together, and since when; a cause is only suggested."""
    shown = [single_line(each, 80) for each in names[:MOST_NAMED]]
    more = len(names) - len(shown)
    listed = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return (
        f"{len(names)} of {size} began to send less in the same weeks, about {day(onset, as_of)}: "
        f"{listed}. They likely have one cause: a new competitor, perhaps, or a change of ours."
    )


def aside(kind: str, key: str, number: int) -> str:
    """Beside one of them: that it is not alone."""
    return f"One of {number} practices {_where(kind, key)} that began to send less about then."


def _where(kind: str, key: str) -> str:
    return _WHERE[kind].format(key=single_line(key, 80))
