"""Streams a chunk at a time, so that the arrays of each step stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray

CHUNK = 512  # streams: three years of their weeks take 0.6 MB, all weights of their drifts 2 MB


def chunks(streams: int) -> Iterator[slice]:
    """The rows of each chunk, in order; one empty chunk where there are no streams."""
    for low in range(0, max(streams, 1), CHUNK):
        yield slice(low, low + CHUNK)


def by_chunk(
    of_chunk: Callable[..., FloatArray], *arrays: FloatArray | IntArray | BoolArray
) -> FloatArray:
    """What `of_chunk` makes of the same rows of all arrays, chunk by chunk.

    Each stream's result must hang on its own rows alone.
    """
    streams = len(arrays[0])
    result = np.empty(0)
    for rows in chunks(streams):
        part = of_chunk(*(array[rows] for array in arrays))
        if not rows.start:
            result = np.empty((streams, *part.shape[1:]))
        result[rows] = part
    return result
