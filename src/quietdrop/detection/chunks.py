"""Streams a chunk at a time, so that the arrays of each step stay small.

Chunks are worked on by one thread a core: numpy lets go of the interpreter while it computes. A
stream's result hangs on its own rows alone, so that it is the same bits with any number of threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.lib.cores import cores

Result = TypeVar("Result")

# Streams: all weights of their drifts take 8 MB a thread. Chunks of 512 took a tenth longer with
# two threads, and those of 128 half as long again.
CHUNK = 2048
_this_thread = threading.local()


def chunks(streams: int, size: int = CHUNK) -> Iterator[slice]:
    """The rows of each chunk, in order; one empty chunk where there are no streams."""
    for low in range(0, max(streams, 1), size):
        yield slice(low, min(low + size, streams))


@contextmanager
def one_thread() -> Iterator[None]:
    """While entered, this thread works on its chunks alone, since others work on other streams."""
    before = getattr(_this_thread, "is_one_of_several", False)
    _this_thread.is_one_of_several = True
    try:
        yield
    finally:
        _this_thread.is_one_of_several = before


def each_chunk(of_rows: Callable[[slice], Result], every: Iterator[slice]) -> list[Result]:
    """What `of_rows` makes of each chunk's rows, in the order of the chunks."""
    rows = list(every)
    if len(rows) < 2 or cores() < 2 or getattr(_this_thread, "is_one_of_several", False):
        return [of_rows(some) for some in rows]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(cores()) as threads:
        return list(threads.map(of_rows, rows))


def by_chunk(
    of_chunk: Callable[..., FloatArray], *arrays: FloatArray | IntArray | BoolArray
) -> FloatArray:
    """What `of_chunk` makes of the same rows of all arrays, chunk by chunk.

    Each stream's result must hang on its own rows alone.
    """
    streams = len(arrays[0])
    every = chunks(streams)
    first = next(every)
    part = of_chunk(*(array[first] for array in arrays))
    result = np.empty((streams, *part.shape[1:]))
    result[first] = part

    def place(rows: slice) -> None:
        result[rows] = of_chunk(*(array[rows] for array in arrays))

    each_chunk(place, every)
    return result
