"""Streams in chunks: all of them, in order, whatever their number."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection import chunks as module
from quietdrop.detection.chunks import CHUNK, by_chunk, chunks, each_chunk


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
    assert by_chunk(lambda a: 2.0 * a, left).tolist() == (2.0 * left).tolist()


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_results_are_in_order_with_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(module, "cores", lambda: cores)
    rows = [(each.start, each.stop) for each in chunks(10, 4)]
    assert rows == [(0, 4), (4, 8), (8, 10)]
    assert each_chunk(lambda some: some.stop - some.start, chunks(10, 4)) == [4, 4, 2]
    values = np.random.default_rng(3).random((4 * CHUNK, 3))
    assert (by_chunk(lambda some: some.sum(axis=1), values) == values.sum(axis=1)).all()


@pytest.mark.parametrize("cores", [1, 2])
def test_a_chunk_that_fails_fails_all(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr(module, "cores", lambda: cores)

    def fails_on_the_last(rows: slice) -> None:
        if rows.stop == 10:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        each_chunk(fails_on_the_last, chunks(10, 4))
