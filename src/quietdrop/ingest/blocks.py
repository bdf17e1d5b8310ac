"""Many rows of a table at once, by column; single rows are examined only if something is
irregular."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quietdrop.domain.arrays import BoolArray, IntArray
from quietdrop.ingest.distinct import are_words, compact, encoded

LINES = 256  # a small block; one irregular line makes all of them take the careful path
_END = "end"
_FIELD = 131_072  # characters of a field that Python's reader takes; of longer lines it decides
# Of texts that match it is plain that they fill a cell, and that nothing must be trimmed.
_FILLED = r"[!-~]"
_TRIMMED = r"\A[0-9A-Za-z](?:[ -~]*[!-~])?\z"


Cells: TypeAlias = "pa.Array | tuple[str, ...]"


@dataclass(frozen=True)
class Block:
    """Consecutive rows; None for a missing column.

    A column is an Arrow array: of texts those, or a dictionary of the distinct ones; of a format
    with types of its own what that holds. Of a small block it is a tuple of texts until it is
    picked, since a file may have a million columns.
    """

    line: int  # of the first
    columns: tuple[Cells | None, ...]
    size: int

    def __len__(self) -> int:
        return self.size

    def rows(self) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Yield its rows one by one, each with its line."""
        blank = [""] * self.size
        columns = [blank if cells is None else _listed(cells) for cells in self.columns]
        yield from enumerate(zip(*columns, strict=True), self.line)

    def picked(self, places: Sequence[int | None]) -> Block:
        """Return the columns at these places only, as arrays."""
        chosen = (None if place is None else self.columns[place] for place in places)
        columns = (cells if cells is None else _array(cells) for cells in chosen)
        return Block(self.line, tuple(columns), self.size)

    def in_parts(self, least: int) -> Iterator[Block]:
        """Yield the rows as blocks that grow: each is as large as all before it."""
        begin, end = 0, least
        while begin < self.size:
            end = min(end, self.size)
            yield self.between(begin, end)
            begin, end = end, 2 * end

    def between(self, begin: int, end: int) -> Block:
        """Return some of its rows only, and of the texts only theirs."""
        size = end - begin
        columns = (
            cells and cells[begin:end]
            if cells is None or isinstance(cells, tuple)
            else _alone(cells.slice(begin, size))
            for cells in self.columns
        )
        return Block(self.line + begin, tuple(columns), size)

    def are_rows(self, is_plain: Callable[[str], bool], header: set[str], least: int) -> BoolArray:
        """Whether each row surely is one: a cell is not a text, or `least` are filled and the
        first of those is plain by itself, and none of the header's."""
        surely = np.zeros(self.size, bool)
        filled = np.zeros(self.size, np.int64)
        is_other = np.zeros(self.size, bool)
        for cells in self.columns:
            if cells is not None and not _is_text(cells):
                return np.ones(self.size, bool)
            if isinstance(cells, pa.Array) and cells.null_count:
                is_other |= cells.is_null().to_numpy(zero_copy_only=False)
        for cells in self.columns:
            if surely.all() and (filled >= least).all():
                break
            if cells is None:
                continue
            texts, at = _apart(_filled(_array(cells)))
            is_there, is_row = _judged(texts, is_plain, header)
            if not filled.all():
                surely |= (filled == 0) & is_row[at]
            filled += is_there[at]
        return is_other | (surely & (filled >= least))


def _array(cells: Cells) -> pa.Array:
    return encoded(cells) if isinstance(cells, tuple) else cells


def _listed(cells: Cells) -> Sequence[object]:
    return cells if isinstance(cells, tuple) else cells.to_pylist()


def _is_text(cells: Cells) -> bool:
    if isinstance(cells, tuple):
        return True
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _filled(cells: pa.Array) -> pa.Array:
    """Return texts of whatever kind as plain ones, "" for none."""
    is_dictionary = pa.types.is_dictionary(cells.type)
    if is_dictionary and pa.types.is_string(cells.type.value_type) and not cells.null_count:
        return cells
    texts = cells.dictionary_decode() if is_dictionary else cells
    return pc.cast(texts, pa.string()).fill_null("")


def _apart(cells: pa.Array) -> tuple[pa.StringArray, IntArray | slice]:
    """Return a column's texts, and which one each row has."""
    if pa.types.is_dictionary(cells.type):
        return cells.dictionary, cells.indices.to_numpy(zero_copy_only=False)
    return cells, slice(None)


def _judged(
    texts: pa.StringArray, is_plain: Callable[[str], bool], header: set[str]
) -> tuple[BoolArray, BoolArray]:
    """Whether each text fills a cell, and whether it does and is plain and none of the header's."""
    if are_words(texts):  # the patterns would say the same, in five times the time
        is_there = pc.greater(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
        signs = pc.utf8_slice_codeunits(texts, 0, 1)
        is_row = np.array(pc.ascii_is_alnum(signs).to_numpy(zero_copy_only=False))
        for place in np.flatnonzero(is_there & ~is_row).tolist():
            is_row[place] = is_plain(texts[place].as_py())
    else:
        is_there = _each(texts, _FILLED, lambda text: bool(text.strip()))
        is_row = is_there & _each(texts, _TRIMMED, lambda text: is_plain(text.strip()))
    named = pc.is_in(texts, pa.array(sorted(header), pa.string()))
    return is_there, is_row & ~named.to_numpy(zero_copy_only=False)


def _each(texts: pa.StringArray, pattern: str, test: Callable[[str], bool]) -> BoolArray:
    """Whether each text passes a test, as all do that match the pattern."""
    passes = np.array(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False))
    for place in np.flatnonzero(~passes).tolist():
        passes[place] = test(texts[place].as_py())
    return passes


def _alone(cells: pa.Array) -> pa.Array:
    """Return cells with only their own texts in the dictionary."""
    if pa.types.is_dictionary(cells.type):
        return cells.dictionary_decode().dictionary_encode()
    return cells


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


def large_block_of(raw: bytes, separator: str, width: int, line: int) -> Block | None:
    """As `block_of`, of the bytes of many whole lines in UTF-8; None where there is any doubt that
    Python's reader would say the same."""
    from pyarrow import csv as arrow_csv

    signs = np.frombuffer(raw, np.uint8)
    ends = np.flatnonzero(signs == ord("\n"))
    if width < 2 or not separator.isascii() or separator in '"\r\n':
        return None
    if len(ends) <= width:  # of a wide table each column is so short that nothing is gained
        return None
    is_odd = b"\0" in raw or raw.startswith(b"\xef\xbb\xbf")  # a mark would be left out
    is_odd |= raw.count(b"\r") != raw.count(b"\r\n")
    is_odd |= int(np.diff(ends, prepend=-1).max()) >= _FIELD
    if is_odd or not _are_simple(np.flatnonzero(signs == ord('"')), signs, ord(separator)):
        return None
    names = [str(place) for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(raw),
            arrow_csv.ReadOptions(column_names=names, block_size=len(raw) + 1, use_threads=False),
            arrow_csv.ParseOptions(delimiter=separator),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(ends):  # some are blank
        return None
    columns = (compact(column.combine_chunks()) for column in table.columns)
    return Block(line, tuple(columns), table.num_rows)


def _are_simple(quotes: np.ndarray, signs: np.ndarray, separator: int) -> bool:
    """Whether each quote opens or closes a whole field of one line, with none inside it."""
    if len(quotes) % 2:
        return False
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    before = signs[np.maximum(opening - 1, 0)]
    behind = signs[closing + 1] if closing[-1] + 1 < len(signs) else None
    if behind is None:
        return False
    opens = (before == separator) | (before == ord("\n")) | (opening == 0)
    closes = (behind == separator) | (behind == ord("\n")) | (behind == ord("\r"))
    is_broken = np.add.reduceat(signs == ord("\n"), quotes)[::2] > 0
    return bool(opens.all() and closes.all() and not is_broken.any())
