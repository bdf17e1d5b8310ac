"""Rows as small numbers: every distinct text is kept, and later judged, once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from quietdrop.domain.arrays import IntArray
from quietdrop.lib.text import clean

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


class Rows:
    """Rows of files, or groups of rows that a database counted."""

    def __init__(self, sources: Sequence[str] = ()) -> None:
        self._sources = list(sources)
        self._words: list[dict[str, int]] = [{} for _ in KEY]
        self._codes = [array("q") for _ in KEY]
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
            codes.append(words.setdefault(cell, len(words)))
        self._source.append(source)
        self._line.append(line or 0)
        self._rows.append(rows)
        self._kept.append(kept)

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
