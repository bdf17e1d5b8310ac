"""One column of rows by its distinct texts, chunk after chunk, as Arrow dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quietdrop.domain.arrays import IntArray
from quietdrop.lib.text import clean

CODED = pa.dictionary(pa.int32(), pa.string())
SAMPLE = 512  # texts that tell whether most are distinct
CHUNKS = 32  # that wait before their dictionaries are made one
# Texts that `clean` leaves as they are.
_CLEAN = r"\A(?:[!-~]+(?: [!-~]+)*)?\z"
# Days, and times without a zone, of which `day_part` leaves the day, whatever our zone.
_DAY = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?\z"
_DAY_LENGTH = 10
# A surrogate by itself is no text in Arrow. Nothing tells it from this sign: both are hidden.
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\x01")


def texts_of(cells: Sequence[str]) -> pa.StringArray:
    """Return texts as an Arrow array."""
    try:
        return pa.array(cells, pa.string())
    except UnicodeEncodeError:
        return pa.array([cell.translate(_SURROGATES) for cell in cells], pa.string())


def encoded(cells: Sequence[str]) -> pa.DictionaryArray:
    """Return texts as a dictionary of the distinct ones, and their places in it."""
    return texts_of(cells).dictionary_encode()


def compact(cells: pa.StringArray) -> pa.Array:
    """Return texts encoded, unless most of them seem to be distinct."""
    first = cells.slice(0, SAMPLE)
    many = len(first) == SAMPLE and pc.count_distinct(first).as_py() * 2 > SAMPLE
    return cells if many else cells.dictionary_encode()


def _mapped(
    texts: pa.StringArray, is_plain: pa.BooleanArray, change: Callable[[str], str]
) -> pa.StringArray:
    """Return the texts, those that are not plain as `change` makes them."""
    if pc.all(is_plain).as_py() is not False:
        return texts
    is_other = pc.invert(is_plain)
    others = [change(text) for text in texts.filter(is_other).to_pylist()]
    return pc.replace_with_mask(texts, is_other, pa.array(others, pa.string()))


def cleaned(texts: pa.StringArray) -> pa.StringArray:
    """Return texts as `clean` makes them."""
    return _mapped(texts, pc.match_substring_regex(texts, _CLEAN), clean)


def day_parts(texts: pa.StringArray, part: Callable[[str], str]) -> pa.StringArray:
    """Return texts of days as `part` makes them, which is `day_part` with any zone."""
    is_plain = pc.match_substring_regex(texts, _DAY)
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    if longest > _DAY_LENGTH:
        days = pc.utf8_slice_codeunits(texts, 0, _DAY_LENGTH)
        texts = pc.if_else(is_plain, days, texts)
    return _mapped(texts, is_plain, part)


class Distinct:
    """A column's distinct texts in the order in which they came, and which one each row has."""

    def __init__(self, part: Callable[[str], str] | None = None, *, is_large: bool = False) -> None:
        """Args: `part` gives the text that counts of a cell, a day's without its time; `is_large`
        says that most texts are distinct, so that nothing is gained chunk by chunk."""
        self._part, self._is_large = part, is_large
        self._chunks: list[pa.Array | int] = []  # a number: so many rows without it
        self._whole: pa.DictionaryArray | None = None
        self._words: list[str] | None = None

    def add(self, cells: pa.Array | None, size: int) -> None:
        """Takes the texts of so many rows, encoded or not; None where the column is not there."""
        if cells is None:
            self._chunks.append(size)
            return
        if not self._is_large:
            cells = cells.dictionary_encode()
        if self._part is not None:
            cells = _recoded(cells, day_parts(cells.dictionary, self._part))
        self._chunks.append(cells)
        if len(self._chunks) > CHUNKS and not self._is_large:
            self._chunks = [_joined(self._chunks)]

    @property
    def whole(self) -> pa.DictionaryArray:
        """All rows under one dictionary."""
        if self._whole is None or self._chunks:
            before = [] if self._whole is None else [self._whole]
            self._whole = _joined([*before, *self._chunks])
            self._chunks, self._words = [], None
        return self._whole

    @property
    def texts(self) -> pa.StringArray:
        return self.whole.dictionary

    @property
    def words(self) -> list[str]:
        texts = self.texts
        if self._words is None:
            self._words = list(texts.to_pylist())
        return self._words

    @property
    def codes(self) -> IntArray:
        codes = self.whole.indices
        return np.asarray(codes.to_numpy(zero_copy_only=False))


def _recoded(cells: pa.DictionaryArray, texts: pa.StringArray) -> pa.DictionaryArray:
    """Return cells with other texts in their dictionary's place, each distinct one once."""
    if texts is cells.dictionary:
        return cells
    merged = texts.dictionary_encode()
    return pa.DictionaryArray.from_arrays(merged.indices.take(cells.indices), merged.dictionary)


def _joined(chunks: Sequence[pa.Array | int]) -> pa.DictionaryArray:
    """Return chunks one behind the other, under one dictionary."""
    there = [chunk for chunk in chunks if not isinstance(chunk, int)]
    if not there:
        size = sum(int(chunk) for chunk in chunks)
        blank = pa.array([""] if size else [], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), blank)
    whole = [_joined([chunk]) if isinstance(chunk, int) else chunk for chunk in chunks]
    if all(pa.types.is_dictionary(chunk.type) for chunk in there):
        joined = pa.chunked_array(whole, CODED).unify_dictionaries()
    else:
        texts = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in whole]
        joined = pa.chunked_array(texts, pa.string()).dictionary_encode()
    joined = joined.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
