"""Rows as small numbers: every distinct text is kept, and later judged, once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from quietdrop.domain.arrays import IntArray
from quietdrop.ingest.blocks import Block
from quietdrop.lib.text import clean

MOST_TIMES = 100_000  # distinct cells of days that are remembered; times may be all distinct
DAYS = 2  # columns of KEY, the first ones, that hold days
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


def fields_of(cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return a row's cells, in the order of KEY, by their names, without those that are empty."""
    cleaned = zip(KEY, map(clean, cells), strict=True)
    return tuple((name, text) for name, text in cleaned if text)


class _Words(dict[str, int]):
    """Distinct texts with their codes: a text that is looked up is given the next one."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


class _Days(dict[str, int]):
    """Cells of a column of days with the codes of their day parts."""

    def __init__(self, words: _Words, part: Callable[[str], str]) -> None:
        super().__init__()
        self._words, self._part = words, part

    def __missing__(self, text: str) -> int:
        code = self._words[self._part(text)]
        if len(self) >= MOST_TIMES:
            self.clear()
        self[text] = code
        return code


class Rows:
    """Rows of files, or groups of rows that a database counted."""

    def __init__(self, sources: Sequence[str] = (), part: Callable[[str], str] = str) -> None:
        """Args: the sources; `part` gives the day's text of a cell of days in a block."""
        self._sources = list(sources)
        self._words = [_Words() for _ in KEY]
        self._codes = [array("q") for _ in KEY]
        self._days = [_Days(words, part) for words in self._words[:DAYS]]
        self._source, self._line = array("q"), array("q")
        self._rows, self._kept = array("q"), array("q")

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
        """In: where a row stands, its cells in the order of KEY; of a group, its rows and how
        many of them are left when repetitions are counted once."""
        for words, codes, cell in zip(self._words, self._codes, cells, strict=True):
            codes.append(words[cell])
        self._source.append(source)
        self._line.append(line or 0)
        self._rows.append(rows)
        self._kept.append(kept)

    def add_block(self, source: int, block: Block) -> None:
        """In: where single rows stand that follow each other, their cells in the order of KEY."""
        size = len(block)
        coded = [*self._days, *self._words[DAYS:]]
        for words, codes, cells in zip(coded, self._codes, block.columns, strict=True):
            if cells is None:
                codes.extend([words[""]] * size)
            else:
                codes.extend(map(words.__getitem__, cells))
        self._source.extend([source] * size)
        self._line.extend(range(block.line, block.line + size))
        self._rows.extend([1] * size)
        self._kept.extend([1] * size)

    def words(self, column: str) -> list[str]:
        """In: one of KEY. Out: its distinct texts, in the order of their codes."""
        return list(self._words[KEY.index(column)])

    def codes(self, column: str) -> IntArray:
        """In: one of KEY. Out: for each row, which of its words it has."""
        return _numbers(self._codes[KEY.index(column)])

    def word(self, column: str, row: int) -> str:
        """In: one of KEY, a row's number. Out: the row's text."""
        place = KEY.index(column)
        return self._texts[place][self._codes[place][row]]

    @cached_property
    def _texts(self) -> list[list[str]]:
        return [list(words) for words in self._words]

    def place(self, row: int) -> tuple[str, int | None]:
        """In: a row's number. Out: its source, and its line in it; none in a database."""
        return self._sources[self._source[row]], self._line[row] or None

    @property
    def source(self) -> IntArray:
        """For each row, the place of its source in `sources`."""
        return _numbers(self._source)

    @property
    def rows(self) -> IntArray:
        return _numbers(self._rows)

    @property
    def kept(self) -> IntArray:
        return _numbers(self._kept)


def _numbers(values: array[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
