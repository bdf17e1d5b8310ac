"""Bounds on the whole time that a piece of work may take, whatever it waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Result = TypeVar("Result")
CUT_AGAIN_AFTER = 1.0  # seconds: the work may have opened something new in the meantime


class Overdue(Exception):
    """The work did not finish in time."""


@contextmanager
def cut_after(seconds: float, cut: Callable[[], None]) -> Iterator[None]:
    """Calls `cut` when the block has taken too long, and again each second until it ends.

    Args:
        seconds: How long the block may take.
        cut: Ends what the block waits for, such as a socket. It runs in another thread and must
            not raise.
    """
    done = threading.Event()

    def watch() -> None:
        pause = seconds
        while not done.wait(pause):
            cut()
            pause = CUT_AGAIN_AFTER

    watching = threading.Thread(target=watch, name="deadline", daemon=True)
    watching.start()
    try:
        yield
    finally:
        done.set()
        watching.join()


def within(seconds: float, work: Callable[[], Result], name: str) -> Result:
    """The work's result. Work that takes too long is abandoned.

    The work runs in a daemon thread of its own. An abandoned thread holds up nobody, but its
    work may still take effect.

    Args:
        seconds: How long to wait.
        work: What to do.
        name: What the thread is called.

    Returns:
        What `work` returns.

    Raises:
        Overdue: If the work is not done in time.
        BaseException: Whatever `work` raises.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # handed on to the caller below
            errors.append(error)

    working = threading.Thread(target=run, name=name, daemon=True)
    working.start()
    working.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise Overdue
    return results[0]
