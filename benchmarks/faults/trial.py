"""One office on one store: harm a run, let it come to rest as cron would, and count."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.faults import child
from benchmarks.faults.office import MESSAGES, MONDAY
from benchmarks.faults.post import Post
from quietdrop.store import Store
from quietdrop.store.tables import metadata

SEVEN = datetime(2026, 7, 6, 7, tzinfo=UTC)
PATIENCE_ROUNDS = 30
LONGEST = 120.0  # seconds for one process

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["benchmarks.faults.child"])


@dataclass
class Count:
    """What became of fifty messages and their check-ins, over `trials`."""

    trials: int = 0
    lost: int = 0
    doubled: int = 0
    in_doubt: int = 0  # a second copy of a message that is known to be of unknown fate
    failed: int = 0  # refused for good, and the managers were told
    tracebacks: int = 0
    struck: dict[str, int] = field(default_factory=dict)  # where the fault struck

    def __iadd__(self, other: Count) -> Count:
        for name in (f.name for f in fields(self) if f.name != "struck"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for where, times in other.struck.items():
            self.struck[where] = self.struck.get(where, 0) + times
        return self

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing sent twice, no traceback."""
        return not (self.lost or self.doubled or self.tracebacks)


@dataclass
class Office:
    """The office of `config`, its store at `url` and its mail server."""

    config: Path
    url: str
    post: Post
    now: datetime = SEVEN

    def begin(self) -> None:
        """An empty store, an empty mail server, Monday at seven."""
        self.now = SEVEN
        Store.open(self.url)
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.begin() as conn:
            for table in reversed(metadata.sorted_tables):
                conn.execute(sa.delete(table))
        self.post.begin()

    def start(self, file_limit: int | None = None) -> ForkServerProcess:
        """One process that runs and sends."""
        return self._start(child.attempt, file_limit)

    def start_many(self, number: int) -> list[ForkServerProcess]:
        """Several at the same moment."""
        self._barrier = CONTEXT.Barrier(number)  # kept until they have all begun
        return [self._start(child.at_once, self._barrier) for _ in range(number)]

    def _start(self, target: Callable[..., None], more: Any) -> ForkServerProcess:
        process = CONTEXT.Process(
            target=target, args=(self.config, self.url, MONDAY, self.now, more)
        )
        process.start()
        return process

    def end(self, *processes: ForkServerProcess) -> int:
        """Waits for them. Out: how many showed a traceback."""
        for process in processes:
            process.join(LONGEST)
            assert process.exitcode is not None, "a process did not end"
        return sum(process.exitcode not in (0, child.KNOWN_ERROR, -9) for process in processes)

    def rest(self, step: timedelta = timedelta(hours=1)) -> int:
        """Lets cron come again and again until nothing is owed. Out: tracebacks."""
        tracebacks = 0
        for _ in range(PATIENCE_ROUNDS):
            if self.is_quiet():
                break
            self.now += step
            tracebacks += self.end(self.start())
        return tracebacks

    def is_quiet(self) -> bool:
        """Whether the week's run is done and nothing more is to be sent."""
        store = Store.open(self.url)
        waiting = [m for m in store.outbox.messages() if m.state == "sending" or m.next_try]
        return store.runs.last_finished(MONDAY) is not None and not waiting

    def count(self, expected: set[str]) -> Count:
        """What has become of one trial. `expected`: the practices whose check-ins must be open."""
        store = Store.open(self.url)
        weekly = [m for m in store.outbox.messages(MONDAY) if m.kind in ("digest", "summary")]
        failed = [m for m in weekly if m.state == "failed"]
        sent = [m for m in weekly if m.state != "failed"]
        twice = [m for m in sent if self.post.copies[m.message_id] > 1]
        open_now = {c.practice_id for c in store.checkins.open()}
        return Count(
            trials=1,
            lost=MESSAGES
            - len(weekly)
            + sum(not self.post.copies[m.message_id] for m in sent)
            + len(expected ^ open_now),
            doubled=sum(not m.doubts for m in twice),
            in_doubt=sum(bool(m.doubts) for m in twice),
            failed=len(failed),
        )

    def unharmed(self) -> tuple[set[str], float]:
        """The practices that an unharmed run opens check-ins for, and how long it takes."""
        warm = CONTEXT.Process(target=child.warm_up)
        warm.start()  # the fork server starts with its first child
        self.end(warm)
        self.begin()
        began = time.perf_counter()
        tracebacks = self.end(self.start())
        seconds = time.perf_counter() - began
        opened = {c.practice_id for c in Store.open(self.url).checkins.open()}
        counted = self.count(opened)
        assert not tracebacks, "an unharmed run shows a traceback"
        assert opened, "an unharmed run opens no check-in"
        assert counted == Count(trials=1), counted
        return opened, seconds
