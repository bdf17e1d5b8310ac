"""Cells with types of their own as text: what a CSV would say."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from quietdrop.ingest.distinct import compact, encoded, texts_of
from quietdrop.lib.text import as_text

_SERIALS = (20_000, 80_000)  # days since a workbook's day 0: 1954 to 2119


def day_of_serial(value: object, epoch: date) -> object:
    """Return the day that a workbook counts as this number."""
    if isinstance(value, (int, float)) and _SERIALS[0] <= value < _SERIALS[1]:
        return epoch + timedelta(days=int(value))
    return value


def as_texts(cells: pa.Array, epoch: date | None) -> pa.Array:
    """Return a column as texts, each distinct value spelled once.

    Args:
        cells: The column, of whatever type.
        epoch: Of a column of days, the day 0 of bare numbers.
    """
    if pa.types.is_dictionary(cells.type) and pa.types.is_string(cells.type.value_type):
        return cells if cells.null_count == 0 else _filled(cells.dictionary_decode())
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    kind = cells.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _filled(cells)
    if pa.types.is_integer(kind) and epoch is None:
        numbers = compact(cells)
        if not pa.types.is_dictionary(numbers.type) or numbers.null_count:
            return _filled(cells)
        texts = pc.cast(numbers.dictionary, pa.string())
        return pa.DictionaryArray.from_arrays(numbers.indices, texts)

    def spelled(value: object) -> str:
        return as_text(value if epoch is None else day_of_serial(value, epoch))

    try:
        coded = cells.dictionary_encode()
    except pa.ArrowNotImplementedError:  # a list, or a record
        return encoded([spelled(value) for value in cells.to_pylist()])
    texts = texts_of([*map(spelled, coded.dictionary.to_pylist()), ""])
    at = coded.indices.fill_null(len(texts) - 1)
    return texts.take(at).dictionary_encode()


def _filled(cells: pa.Array) -> pa.Array:
    texts = pc.cast(cells, pa.string())
    return texts.fill_null("") if texts.null_count else texts
