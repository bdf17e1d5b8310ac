"""The clinics on this machine, so many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing

from quietdrop.jobs.fleet.clinic_process import Lifeline, begin
from quietdrop.jobs.fleet.order import Order, Outcome


def on_own_cores(orders: Sequence[Order], jobs: int) -> Iterator[Outcome]:
    """Yield the outcomes as they come, with `jobs` processes at once. Whoever stops listening, or
    is interrupted, ends them all."""
    with (
        closing(Lifeline()) as line,
        ThreadPoolExecutor(jobs, thread_name_prefix="clinic") as pool,
    ):
        try:
            futures = [pool.submit(begin, order, line) for order in orders]
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            line.cut()
