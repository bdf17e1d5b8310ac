"""A whole live run beside the check-ins of the run a week before, with pages, recorded in SQLite.

python -m benchmarks.speed.whole_run [PRACTICES] [LIAISONS]

Prints the seconds of each run and of its steps, and its peak of memory. Each is a process of its
own, as cron would start it, and so is the writing of the network, which takes more memory than a
run. Sending is not in it.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.speed.cases import peak
from benchmarks.speed.network import UNTIL, write
from quietdrop.config import load
from quietdrop.jobs.occasion import Occasion
from quietdrop.jobs.weekly import run
from quietdrop.messages.links import Links
from quietdrop.store import Store

WEEKS, RATE = 130, 0.8
KEY = "a key for links that nobody follows, long enough to be taken"


class Clock:
    """Seconds by the clock and of the processor, a line a step."""

    def __init__(self) -> None:
        self.step = ""
        self.at = time.perf_counter(), time.process_time()

    def tell(self, words: str, _done: int = 0, _total: int = 0, /) -> None:
        """Progress of the run: a new step ends the one before it."""
        step = words.partition(":")[0]  # without counts
        if step == self.step:
            return
        now = time.perf_counter(), time.process_time()
        if self.step:
            wall, cpu = (after - before for after, before in zip(now, self.at, strict=True))
            print(f"  {self.step}: {wall:.1f} s, {cpu:.1f} of the processor", flush=True)
        self.step, self.at = step, now


def measured(folder: Path, weeks_before: int) -> None:
    """One run, and what it came to."""
    settings = load(folder / "quietdrop.toml", {})
    store = Store.open(settings.store.url)
    as_of, clock = UNTIL - timedelta(weeks=weeks_before), Clock()
    now = datetime.combine(as_of, datetime.min.time(), UTC)
    links = Links("https://quietdrop.example", KEY)
    began, used = time.perf_counter(), time.process_time()
    report = run(settings, store, Occasion(as_of, now, as_of, live=True, links=links), clock.tell)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    clock.tell("")
    checkins = sum(each.state == "open" for each in store.checkins.all())
    print(
        f"{as_of}: {report.state}, {wall:.1f} s, {cpu:.1f} of the processor, peak {peak():.2f} GB; "
        f"{report.owed} messages, {checkins} check-ins open",
        flush=True,
    )


def main() -> None:
    practices, liaisons = (int(word) for word in (*sys.argv[1:], "10000", "100")[:2])
    spawned = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, spawned, max_tasks_per_child=1) as process,
    ):
        rows = process.submit(write, Path(folder), practices, liaisons, WEEKS, RATE).result()
        print(f"{practices:,} practices, {liaisons:,} liaisons, {rows:,} referrals", flush=True)
        for weeks_before in (1, 0):
            process.submit(measured, Path(folder), weeks_before).result()


if __name__ == "__main__":
    main()
