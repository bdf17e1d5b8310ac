"""Rows as small numbers: every distinct text is stored, and later checked, once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.distinct import Distinct, encoded
from quietdrop.lib.text import clean

WAITING = 8192  # rows that come one by one and are put away together
# The status that a reader gives to what is surely no referral, such as a draft.
NOT_A_REFERRAL = "not a referral"

# What is read of one row, in this order; patients' columns are not among them.
KEY = (
    "referred_on",
    "recorded_on",
    "practice_id",
    "practice_name",
    "provider_npi",
    "provider_name",
    "service_line",
    "payer",
    "location",
    "status",
    "referral_id",
)
# How a referral was handled; it does not distinguish rows.
TREATED = ("scheduled_on", "seen_on", "note_sent_on")
COLUMNS = (*KEY, *TREATED)
DAYS = {"referred_on", "recorded_on", *TREATED}


def fields_of(cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return a row's cells, in the order of KEY, by their names, without those that are empty."""
    cleaned = zip(KEY, map(clean, cells), strict=True)
    return tuple((name, text) for name, text in cleaned if text)


@dataclass(frozen=True)
class _Chunk:
    """Rows that were added together: how many, of which sources, on which lines (0: none), and
    what each row stands for; one number where it is the same of all, or the first line."""

    size: int
    source: int | IntArray
    line: int | IntArray
    rows: int | IntArray = 1
    kept: int | IntArray = 1


class Rows:
    """Rows of files, or groups of rows that a database counted."""

    def __init__(
        self, sources: Sequence[str] = (), part: Callable[[str], str] | None = None
    ) -> None:
        """Args: the sources; `part` gives the day's text of a cell of days."""
        self._sources = list(sources)
        self._columns = {
            name: Distinct(part if name in DAYS else None, is_large=name == "referral_id")
            for name in COLUMNS
        }
        self._chunks: list[_Chunk] = []
        self._begins: list[int] = []  # of each chunk, the number of its first row
        self._size = 0
        self._waiting: list[tuple[int, int, int, int, Sequence[str]]] = []

    @property
    def sources(self) -> tuple[str, ...]:
        """The files, sheets or tables in which the rows stand."""
        return tuple(self._sources)

    def begin(self, source: str) -> int:
        """Begin a source; return its place in `sources`."""
        self._sources.append(source)
        return len(self._sources) - 1

    def add(
        self, source: int, line: int | None, cells: Sequence[str], rows: int = 1, kept: int = 1
    ) -> None:
        """Takes where a row stands, its cells in the order of COLUMNS; of a group, its rows and how
        many of them are left when repetitions are counted once."""
        self._waiting.append((source, line or 0, rows, kept, cells))
        if len(self._waiting) >= WAITING:
            self._put_away()

    def add_block(self, source: int, block: Block) -> None:
        """Takes where single rows stand that follow each other, their cells in the order of
        COLUMNS."""
        self._put_away()
        self._add(_Chunk(len(block), source, block.line), block.columns)

    def add_groups(
        self, source: int, columns: Sequence[pa.Array | None], rows: IntArray, kept: IntArray
    ) -> None:
        """As `add`, many groups at once, by column."""
        self._put_away()
        self._add(_Chunk(len(rows), source, 0, rows, kept), columns)

    def _put_away(self) -> None:
        if not self._waiting:
            return
        source, line, rows, kept, cells = zip(*self._waiting, strict=True)
        self._waiting.clear()
        numbers = [np.array(each, np.int64) for each in (source, line, rows, kept)]
        columns = [encoded(column) for column in zip(*cells, strict=True)]
        self._add(_Chunk(len(rows), *numbers), columns)

    def _add(self, chunk: _Chunk, columns: Sequence[pa.Array | None]) -> None:
        for distinct, cells in zip(self._columns.values(), columns, strict=True):
            distinct.add(cells, chunk.size)
        self._begins.append(self._size)
        self._chunks.append(chunk)
        self._size += chunk.size

    def _column(self, column: str) -> Distinct:
        self._put_away()
        return self._columns[column]

    def texts(self, column: str) -> pa.StringArray:
        """Takes one of COLUMNS. Returns its distinct texts, in the order of their codes."""
        return self._column(column).texts

    def words(self, column: str) -> list[str]:
        """As `texts`, for a column that has not many."""
        return self._column(column).words

    def codes(self, column: str) -> IntArray:
        """Takes one of COLUMNS. Returns for each row, which of its words it has."""
        return self._column(column).codes

    def word(self, column: str, row: int) -> str:
        """Takes one of COLUMNS, a row's number. Returns the row's text."""
        distinct = self._column(column)
        return str(distinct.texts[int(distinct.codes[row])].as_py())

    def place(self, row: int) -> tuple[str, int | None]:
        """Takes a row's number. Returns its source, and its line in it; none in a database."""
        self._put_away()
        at = bisect_right(self._begins, row) - 1
        chunk, behind = self._chunks[at], row - self._begins[at]
        source = chunk.source if isinstance(chunk.source, int) else int(chunk.source[behind])
        if isinstance(chunk.line, int):
            return self._sources[source], chunk.line + behind if chunk.line else None
        return self._sources[source], int(chunk.line[behind]) or None

    @property
    def source(self) -> IntArray:
        """For each row, the place of its source in `sources`."""
        return self._numbers([chunk.source for chunk in self._chunks_of()])

    @property
    def rows(self) -> IntArray:
        return self._numbers([chunk.rows for chunk in self._chunks_of()])

    @property
    def kept(self) -> IntArray:
        return self._numbers([chunk.kept for chunk in self._chunks_of()])

    def are(self, column: str, test: Callable[[str], bool]) -> BoolArray:
        """For each row, whether its text in a column passes a test."""
        words = self.words(column)
        passes = np.fromiter(map(test, words), bool, len(words))
        return passes[self.codes(column)]

    def _chunks_of(self) -> list[_Chunk]:
        self._put_away()
        return self._chunks

    def _numbers(self, parts: Sequence[int | IntArray]) -> IntArray:
        numbers = np.empty(self._size, np.int64)
        for begin, chunk, part in zip(self._begins, self._chunks, parts, strict=True):
            numbers[begin : begin + chunk.size] = part
        return numbers
