"""Streams in chunks: all of them, in order, whatever their number."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.chunks import CHUNK, by_chunk, chunks


@pytest.mark.parametrize(
    ("streams", "number"), [(0, 1), (1, 1), (CHUNK, 1), (CHUNK + 1, 2), (2 * CHUNK, 2)]
)
def test_every_stream_is_in_one_chunk(streams: int, number: int) -> None:
    every = list(chunks(streams))
    assert len(every) == number
    rows = np.arange(streams)
    assert np.concatenate([rows[each] for each in every]).tolist() == rows.tolist()


@pytest.mark.parametrize("streams", [0, 3, CHUNK + 3])
def test_each_chunk_gets_the_same_rows_of_all_arrays(streams: int) -> None:
    left = np.arange(2.0 * streams).reshape(streams, 2)
    right = np.arange(float(streams))
    result = by_chunk(lambda a, b: a.sum(axis=1) * b, left, right)
    assert (result == left.sum(axis=1) * right).all()
