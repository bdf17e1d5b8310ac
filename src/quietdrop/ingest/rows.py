"""Rows as small numbers: every distinct text is stored, and later checked, once; of many rows those
that are the same are, too."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pyarrow as pa

from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.distinct import Distinct, encoded, looked_up
from quietdrop.ingest.ids import ALONE, NONE, Ids
from quietdrop.ingest.stretches import Stretches, chosen_of
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
_ID, _SOURCE = "referral_id", "source"
_CODED = [name for name in COLUMNS if name != _ID]


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


@dataclass(frozen=True)
class _Entries:
    """Of each entry the code of its text by column, its source, its rows, how many of them are left
    when repetitions are counted once, its id as `Ids.codes` says, and its group in Stretches."""

    codes: dict[str, IntArray]
    source: IntArray
    rows: IntArray
    kept: IntArray
    ids: IntArray
    group: IntArray | None = None


class Rows:
    """Rows of files, or groups of rows that a database counted. All are added before any is asked
    for.

    An entry is one of them. Of a large source it is all rows whose cells are the same, unless
    another row has their referral_id: such a row is an entry by itself. Entries are in the order
    of their first rows.
    """

    def __init__(
        self,
        sources: Sequence[str] = (),
        part: Callable[[str], str] | None = None,
        stretch: int | None = None,
    ) -> None:
        """Args: the sources; `part` gives the day's text of a cell of days; where there are more
        rows than `stretch`, they are put together, and each must stand for itself."""
        self._sources, self._stretch = list(sources), stretch
        self._columns = {name: Distinct(part if name in DAYS else None) for name in _CODED}
        self._ids, self._has_id = Ids(), list[BoolArray]()
        self._chunks: list[_Chunk] = []
        self._begins: list[int] = []  # of each chunk, the number of its first row
        self._size = 0
        self._waiting: list[tuple[int, int, int, int, Sequence[str]]] = []
        self._stretches, self._done = Stretches(), 0  # so many chunks are put together
        self._whole: _Entries | None = None

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
        for name, cells in zip(COLUMNS, columns, strict=True):
            if name == _ID:
                self._has_id.append(self._ids.add(cells, chunk.size))
            else:
                self._columns[name].add(cells, chunk.size)
        self._begins.append(self._size)
        self._chunks.append(chunk)
        self._size += chunk.size
        if self._stretch and self._size - self._begins[self._done] > self._stretch:
            self._put_together()

    def _put_together(self) -> None:
        """Put the rows together that were added since the last time."""
        columns = {name: column.take() for name, column in self._columns.items()}
        columns[_SOURCE] = self._numbers("source", self._done)
        columns[_ID] = np.concatenate(self._has_id)
        self._has_id.clear()
        self._ids.set_aside()
        self._stretches.add(columns)
        self._done = len(self._chunks)

    def _read(self) -> _Entries:
        self._put_away()
        if self._whole is None:
            self._whole = self._together() if self._done else self._one_by_one()
        return self._whole

    def _one_by_one(self) -> _Entries:
        codes = {name: column.take() for name, column in self._columns.items()}
        source, rows, kept = (self._numbers(name) for name in (_SOURCE, "rows", "kept"))
        return _Entries(codes, source, rows, kept, self._ids.codes())

    def _together(self) -> _Entries:
        if self._done < len(self._chunks):
            self._put_together()
        columns, count, first = self._stretches.groups()
        alone, number = self._ids.repeated()
        group = self._stretches.of(alone)
        count = count - np.bincount(group, minlength=len(count))
        left = np.flatnonzero(count)
        ids = np.where(columns[_ID][left], ALONE, NONE)
        order = np.argsort(np.concatenate([first[left], alone]), kind="stable")
        group = np.concatenate([left, group])[order]
        rows = np.concatenate([count[left], np.ones(len(alone), np.int64)])[order]
        codes = {name: chosen_of(columns.pop(name), group) for name in (*_CODED, _SOURCE)}
        source, ids = codes.pop(_SOURCE), np.concatenate([ids, number])[order]
        return _Entries(codes, source, rows, rows, ids, group)

    def texts(self, column: str) -> pa.StringArray:
        """Takes one of COLUMNS but the id's. Returns its distinct texts, in the order of their
        codes."""
        return self._column(column).texts

    def words(self, column: str) -> list[str]:
        """As `texts`, as a list."""
        return self._column(column).words

    def _column(self, column: str) -> Distinct:
        self._read()
        return self._columns[column]

    def codes(self, column: str) -> IntArray:
        """Takes one of COLUMNS but the id's. Returns for each entry, which of its words it has."""
        return self._read().codes[column]

    def word(self, column: str, entry: int) -> str:
        """Takes one of COLUMNS but the id's, an entry's number. Returns the entry's text."""
        return str(self.texts(column)[int(self.codes(column)[entry])].as_py())

    @property
    def ids(self) -> IntArray:
        """For each entry a number above 0 where another row has its referral_id, the same for the
        same; ALONE where none has, NONE where it has no id."""
        return self._read().ids

    @property
    def source(self) -> IntArray:
        """For each entry, the place of its source in `sources`."""
        return self._read().source

    @property
    def rows(self) -> IntArray:
        """For each entry, how many rows it is."""
        return self._read().rows

    @property
    def kept(self) -> IntArray:
        """For each entry, how many of its rows are left when repetitions are counted once."""
        return self._read().kept

    def are(self, column: str, test: Callable[[str], bool]) -> BoolArray:
        """For each entry, whether its text in a column passes a test."""
        words = self.words(column)
        passes = np.fromiter(map(test, words), bool, len(words))
        return cast(BoolArray, looked_up(passes, self.codes(column)))

    def one_by_one(self, entries: IntArray) -> Iterator[tuple[int, int, int]]:
        """Takes entries in their order, of those whose cells are the same all. Yields the rows in
        them, or the groups of a database: each one's number, an entry with its cells, and how many
        rows it is."""
        whole = self._read()
        if whole.group is None:
            places = entries.tolist()
            yield from zip(places, places, whole.rows[entries].tolist(), strict=True)
            return
        groups, first = np.unique(whole.group[entries], return_index=True)
        for row, place in self._stretches.rows(groups):
            yield row, int(entries[first[place]]), 1

    def place(self, row: int) -> tuple[str, int | None]:
        """Takes a row's number. Returns its source, and its line in it; none in a database."""
        self._put_away()
        at = bisect_right(self._begins, row) - 1
        chunk, behind = self._chunks[at], row - self._begins[at]
        source = chunk.source if isinstance(chunk.source, int) else int(chunk.source[behind])
        if isinstance(chunk.line, int):
            return self._sources[source], chunk.line + behind if chunk.line else None
        return self._sources[source], int(chunk.line[behind]) or None

    def cells(self, row: int, entry: int) -> list[str]:
        """Takes a row's number and its entry's. Returns its cells in the order of KEY."""
        return [self._ids.text(row) if name == _ID else self.word(name, entry) for name in KEY]

    def _numbers(self, name: str, begin: int = 0) -> IntArray:
        """A number of each chunk from one on, for each of its rows; where all are the same they
        take no space."""
        chunks = self._chunks[begin:]
        parts: list[int | IntArray] = [getattr(chunk, name) for chunk in chunks]
        size = sum(chunk.size for chunk in chunks)
        same = {part if isinstance(part, int) else None for part in parts}
        if len(same) == 1 and None not in same:
            return np.broadcast_to(np.array(parts[:1], np.int64), size)
        numbers, end = np.empty(size, np.int64), 0
        for chunk, part in zip(chunks, parts, strict=True):
            numbers[end : end + chunk.size] = part
            end += chunk.size
        return numbers
