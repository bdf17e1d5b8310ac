"""The lesser parts of a manager's summary, each as entries of a heading and a text. Pure."""

from __future__ import annotations

from quietdrop.domain.digest import Summary
from quietdrop.lib.reader import decimal
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.summary import back, findings, group, reliability

Entry = tuple[str, str]  # whom or what it is about, and what is to be said of it


def came_back(summary: Summary) -> list[Entry]:
    """Who is back at their usual."""
    return [(line.name, line.text) for line in summary.came_back]


def alike(summary: Summary) -> list[Entry]:
    """What is likely no drop, by name, a kind a line."""
    entries = []
    for words, number, names in summary.lookalikes:
        more = number - len(names)
        listed = "; ".join(single_line(name, 80) for name in names)
        entries.append(
            (f"{decimal(number)} {words}", f"{listed}; and {more} more" if more else listed)
        )
    return entries


def ledger(summary: Summary) -> list[Entry]:
    """What came after check-ins, by group, and what it shows."""
    if summary.ledger is None:
        return []
    groups = [(group(name), back(figures)) for name, figures in summary.ledger.groups]
    weeks = f"In the {summary.ledger.weeks} weeks after each opened"
    heading = [("", f"{weeks}:")] if groups else []
    return [*heading, *groups, *(("", line) for line in findings(summary.ledger))]


def quarter(summary: Summary, *, has_pages: bool) -> list[Entry]:
    """The main facts of a quarter that has just ended, and where the whole page is."""
    if not summary.quarter:
        return []
    where = "The overview leads to it." if has_pages else "`quietdrop quarter` writes it."
    return [("", line) for line in (*summary.quarter, where)]


def statuses(summary: Summary) -> str:
    """How many practices have which status, in one line."""
    return " · ".join(f"{decimal(number)} {status}" for status, number in summary.by_status)


def honest(summary: Summary) -> list[str]:
    """How right we were: in one line where that is known, else step by step."""
    if summary.track_record:
        return [f"How right we were: {summary.track_record}."]
    return reliability(summary.said)
