"""Cells as they are in a file, before their meaning is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TypeGuard

from quietdrop.ingest.blocks import Block
from quietdrop.lib.text import as_text

LOOKED_AT = 30  # rows searched for the header; longer preambles have not been seen

# A row's line, and its cells; None where the row is broken.
Line = tuple[int, Sequence[object] | None]


@dataclass(frozen=True)
class Ragged:
    """A row of a text with other than the header's number of fields.

    `cells` are those of its first line. `is_short`: it only lacks trailing fields, and may be
    filled up where the columns that are needed are there.
    """

    cells: Sequence[str]
    separator: str
    is_short: bool


# The same as a text has it, before it is known which columns are needed.
TextLine = tuple[int, Sequence[object] | Ragged | None]
# Lines or, of a grid that may come in blocks, many rows at a time.
Piece = TextLine | Block


@dataclass
class Grid:
    """One sheet, table or file: its name within its file ("" where it is the whole file) and rows.

    `is_named`: the first row surely names the columns, because the format does. `is_headed`: the
    rows begin with the header, title rows left out. `is_1904`: the workbook counts days from 1904.
    `is_hidden`: nobody sees the sheet. `names` are what the header's cells mean, where that is more
    than they say, and `above` the title rows, of a grid that is headed; both are there once its
    first row is. `remarks` are the reader's own, for a person.
    """

    name: str
    rows: Iterator[Piece]
    is_named: bool = False
    is_headed: bool = False
    is_1904: bool = False
    is_hidden: bool = False
    names: list[str] = field(default_factory=list)
    above: list[list[str]] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    in_blocks: bool = False  # set by who reads on behind the header, and takes blocks as well

    def first(self) -> list[tuple[int, list[str]]]:
        """Return the first rows as text; they are read again afterwards."""
        taken = [piece for piece in islice(self.rows, LOOKED_AT) if not isinstance(piece, Block)]
        self.rows = chain(taken, self.rows)
        return [(line, texts(cells)) for line, cells in taken if is_whole(cells)]


def is_whole(cells: Sequence[object] | Ragged | None) -> TypeGuard[Sequence[object]]:
    """Whether a row has all its cells."""
    return cells is not None and not isinstance(cells, Ragged)


def texts(cells: Sequence[object]) -> list[str]:
    """Return a row's cells as a CSV would say them."""
    return [cell if isinstance(cell, str) else as_text(cell) for cell in cells]
