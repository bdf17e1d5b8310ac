"""One heap for all threads and for Arrow, so that memory which one lets go serves the others."""

from __future__ import annotations

import ctypes
import platform

M_ARENA_MAX = -8  # the option of mallopt for the most heaps, from glibc's malloc.h


def share_one_heap() -> None:
    """Keep this process to one heap from here on.

    Sources are read in a thread, for which glibc opens a heap of its own, and Arrow brings its own
    allocator. What was let go there does not serve the rest: of 2.6 million rows 0.5 GB.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 1)
