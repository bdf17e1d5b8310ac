"""A manager's one table of liaisons: how each one's check-ins stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from quietdrop.domain.reports import Coverage

MOST_ROWS = 40  # keep a mail far below the size at which mail programs clip it


class Row(NamedTuple):
    """One liaison's figures, or those of several."""

    name: str
    open: int
    new: int
    seen: int
    waiting: int


def rows(coverage: Sequence[Coverage]) -> list[Row]:
    """Those with open check-ins by name, at most 40, the others in one row, then all of them."""
    busy = [
        Row(one.name or one.liaison or "Nobody", one.open, one.new, one.seen, one.aging)
        for one in coverage
        if one.open
    ]
    kept = sorted(busy, key=lambda row: -row.waiting)[:MOST_ROWS]
    others = sorted(busy, key=lambda row: -row.waiting)[MOST_ROWS:]
    result = sorted(kept, key=lambda row: row.name.casefold())
    if others:
        result.append(_together(f"{len(others)} others", others))
    return [*result, _together("All", busy)] if len(busy) > 1 else result


def _together(name: str, several: Sequence[Row]) -> Row:
    return Row(
        name,
        open=sum(row.open for row in several),
        new=sum(row.new for row in several),
        seen=sum(row.seen for row in several),
        waiting=sum(row.waiting for row in several),
    )
