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


def compact(cells: pa.Array) -> pa.Array:
    """Return cells encoded, unless most of them seem to be distinct."""
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


def are_words(texts: pa.StringArray) -> bool:
    """Whether there is no space, control character or letter of other alphabets in any of the
    texts, so that nothing of them is cleaned. It takes a fifth of the time of a pattern."""
    _, ends, signs = texts.buffers()
    if not len(texts) or signs is None:
        return True
    begin, end = np.frombuffer(ends, np.int32)[[texts.offset, texts.offset + len(texts)]]
    used = np.frombuffer(signs, np.uint8)[begin:end]
    return not len(used) or bool(used.min() > ord(" ") and used.max() <= ord("~"))


def cleaned(texts: pa.StringArray) -> pa.StringArray:
    """Return texts as `clean` makes them."""
    if are_words(texts):
        return texts
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

    def __init__(self, part: Callable[[str], str] | None = None) -> None:
        """Args: `part` gives the text that counts of a cell, a day's without its time."""
        self._part = part
        self._chunks: list[pa.Array | int] = []  # a number: so many rows without it
        self._texts: pa.StringArray = texts_of([])
        self._words: list[str] | None = None

    def add(self, cells: pa.Array | None, size: int) -> None:
        """Takes the texts of so many rows, encoded or not; None where the column is not there."""
        if cells is None:
            self._chunks.append(size)
            return
        cells = cells.dictionary_encode()
        if self._part is not None:
            cells = _recoded(cells, day_parts(cells.dictionary, self._part))
        self._chunks.append(cells)
        if len(self._chunks) > CHUNKS:
            self._chunks = [_joined(self._chunks)]

    def take(self) -> IntArray:
        """Returns which of `texts` the rows have that came since the last time. They are not kept.

        Where all have the same it takes no space, and cannot be written to.
        """
        sizes = [chunk for chunk in self._chunks if isinstance(chunk, int)]
        is_missing = len(sizes) == len(self._chunks)
        size = sum(sizes) if is_missing else sum(map(_size, self._chunks))
        if not size:
            return np.zeros(0, np.int32)
        new = _joined([1] if is_missing else self._chunks)
        self._chunks = []
        # Codes that were given before stay as they are: texts are only added.
        nothing = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), self._texts)
        both = pa.chunked_array([nothing, new], CODED).unify_dictionaries()
        whole = both.chunk(both.num_chunks - 1)
        self._texts, self._words = whole.dictionary, None
        codes = np.asarray(whole.indices.to_numpy(zero_copy_only=False))
        return np.broadcast_to(codes[:1], size) if codes.min() == codes.max() else codes

    @property
    def texts(self) -> pa.StringArray:
        """Those of all rows that were taken."""
        return self._texts

    @property
    def words(self) -> list[str]:
        if self._words is None:
            self._words = list(self._texts.to_pylist())
        return self._words


def _size(chunk: pa.Array | int) -> int:
    return chunk if isinstance(chunk, int) else len(chunk)


def looked_up(values: np.ndarray, codes: IntArray) -> np.ndarray:
    """Return the value of each code; where all codes are the same they take no space."""
    if codes.strides == (0,):
        return np.broadcast_to(values[codes[:1]], len(codes))
    return np.asarray(values[codes])


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
