"""One heap for all threads and for Arrow."""

from __future__ import annotations

import pyarrow as pa

from quietdrop.lib.memory import share_one_heap


def test_arrow_takes_its_memory_from_the_heap_of_everything_else() -> None:
    before = pa.default_memory_pool()
    try:
        share_one_heap()
        assert pa.default_memory_pool().backend_name == "system"
    finally:
        pa.set_memory_pool(before)
