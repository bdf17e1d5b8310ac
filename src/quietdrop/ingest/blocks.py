"""Rows of a text that are plainly rows, by column: hundreds at a time where nothing is amiss."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LINES = 256  # a block; one line amiss sends all of them the careful way
_END = "end"


@dataclass(frozen=True)
class Block:
    """Rows of one line each that follow each other; None for a column that is not there."""

    line: int  # of the first
    columns: tuple[Sequence[str] | None, ...]
    size: int

    def __len__(self) -> int:
        return self.size

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield its rows one by one, each with its line."""
        columns = [[""] * self.size if cells is None else cells for cells in self.columns]
        yield from enumerate(zip(*columns, strict=True), self.line)

    def picked(self, places: Sequence[int | None]) -> Block:
        """Return the columns at these places only."""
        columns = tuple(None if place is None else self.columns[place] for place in places)
        return Block(self.line, columns, self.size)

    def all_plain(self, is_plain: Callable[[str], bool], least: int) -> bool:
        """Whether each row surely has so many cells, and a first one that is plain by itself."""
        first, *others = self.columns
        if first is None or not all(map(is_plain, set(first))):
            return False
        full = sum(cells is not None and all(map(str.strip, cells)) for cells in others)
        return full + 1 >= least


def block_of(lines: Sequence[str], separator: str, width: int, line: int) -> Block | None:
    """Return lines as a block; None unless each is one row of `width` fields.

    A row behind them tells whether a quote in the last one is still open.
    """
    try:
        *rows, end = csv.reader([*lines, _END], delimiter=separator)
    except csv.Error:
        return None
    if end != [_END] or len(rows) != len(lines) or set(map(len, rows)) != {width}:
        return None
    return Block(line, tuple(zip(*rows, strict=True)), len(rows))
