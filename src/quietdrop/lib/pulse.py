"""Whether the work under way still makes progress."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class _Work:
    name: str
    patience: float
    moved: float


class Pulse:
    """Work under way, by thread. Each piece must take a step within its patience, in seconds.

    `clock` is a monotonic clock in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._works: dict[int, _Work] = {}
        self._lock = threading.Lock()

    @contextmanager
    def work(self, name: str, patience: float) -> Iterator[None]:
        """While entered, the calling thread does this work."""
        thread = threading.get_ident()
        with self._lock:
            self._works[thread] = _Work(name, patience, self._clock())
        try:
            yield
        finally:
            with self._lock:
                self._works.pop(thread, None)

    def step(self) -> None:
        """Records a step of the calling thread's work."""
        with self._lock:
            if work := self._works.get(threading.get_ident()):
                work.moved = self._clock()

    def stalled(self) -> list[str]:
        """Work without a step for longer than its patience."""
        now = self._clock()
        with self._lock:
            return sorted(w.name for w in self._works.values() if now - w.moved > w.patience)
