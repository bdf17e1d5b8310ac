"""A fleet of which a process is killed midway: how long it takes, what is lost and what doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.faults.post import Post
from benchmarks.fleet.clinics import MESSAGES, MONDAY, write_fleet
from benchmarks.fleet.processes import (
    clinics_of,
    cluster,
    start,
    wait_for_the_end,
    worker,
)
from benchmarks.fleet.sizes import cpu_seconds
from quietdrop.domain.mail import MessageState
from quietdrop.store import MessageRow, Store

RUN = ("--as-of", MONDAY.isoformat(), "--send")
MIDWAY = 3  # messages of one clinic that were taken before the process at it is killed
MOST_ROUNDS = 4  # a second one sends the rest; more than that is a fault
LONGEST = 3600.0  # seconds for one round


@dataclass(frozen=True)
class Count:
    """What became of the mail of all clinics."""

    owed: int
    lost: int
    doubled: int
    in_doubt: int  # a second copy of a message that is recorded to be of unknown fate


@dataclass(frozen=True)
class Round:
    """One `fleet run`: the last line it said, its seconds by the clock and, on the own cores, of
    the processor, and the load average."""

    said: str
    wall: float
    cpu: float
    load: float


@dataclass(frozen=True)
class Trial:
    """One fleet with one process killed.

    Attributes:
        engine: Where it ran.
        killed: Which process was killed.
        first: The round with the kill.
        later: The rounds that sent the rest.
        count: What became of the mail.
    """

    engine: str
    killed: str
    first: Round
    later: list[Round]
    count: Count


def on_dask(folder: Path, names: list[str], post: Post) -> Trial:
    """Two workers of one thread each, one of which is killed; a third one is there for the later
    rounds."""
    fleet = write_fleet(folder, *names, port=post.port)
    with cluster(workers=2) as (address, workers):
        options = (*RUN, "--engine", "dask", "--scheduler", address)
        with _killing(post, names, lambda: [one.pid for one in workers]):
            first = _round(fleet, options)
        with worker(address):
            later = list(_later(fleet, options, names))
    return Trial("two Dask workers", "a worker", first, later, _count(fleet.parent, names, post))


def on_cores(folder: Path, names: list[str], post: Post) -> Trial:
    """Two clinics at once; `quietdrop fleet run` itself is killed."""
    fleet = write_fleet(folder, *names, port=post.port)
    options = (*RUN, "--jobs", "2")
    begun: list[subprocess.Popen[str]] = []
    with _killing(post, names, lambda: [one.pid for one in begun]):
        first = _round(fleet, options, begun)
    later = list(_later(fleet, options, names))
    return Trial("own cores", "the fleet", first, later, _count(fleet.parent, names, post))


@contextmanager
def _killing(post: Post, names: list[str], parents: Callable[[], list[int]]) -> Iterator[None]:
    """While entered: once half of all mail is there, the process that a clinic's belongs to is
    killed while the clinic's fourth message is handed over, of which nobody hears the answer."""
    taken: Counter[str] = Counter()
    killed: list[int] = []

    def rule(recipient: str, _before: int) -> str:
        clinic = recipient.partition("@")[2].removesuffix(".example")
        if not killed and taken.total() >= len(names) * MESSAGES // 2 and taken[clinic] == MIDWAY:
            _kill(clinic, names, parents(), killed)
            return "drop before"
        taken[clinic] += 1
        return "take"

    post.begin(rule)
    yield
    assert len(killed) == 1, f"killed: {killed}"
    post.rule = lambda _recipient, _before: "take"


def _kill(clinic: str, names: list[str], parents: list[int], killed: list[int]) -> None:
    """Kills the process that works for a clinic, and returns once all its clinics have ended."""
    parent = next(one for one in parents if clinics_of(one, [clinic]))
    theirs = clinics_of(parent, names)
    killed.append(parent)
    os.kill(parent, signal.SIGKILL)
    wait_for_the_end(theirs)


def _round(
    fleet: Path, options: tuple[str, ...], begun: list[subprocess.Popen[str]] | None = None
) -> Round:
    before, since = cpu_seconds(), time.perf_counter()
    process = start("fleet", "run", fleet, *options)
    if begun is not None:
        begun.append(process)
    said, _ = process.communicate(timeout=LONGEST)
    last = said.splitlines()[-1] if said else f"ended by {-process.returncode}"
    wall = time.perf_counter() - since
    return Round(last, wall, cpu_seconds() - before, os.getloadavg()[0])


def _later(fleet: Path, options: tuple[str, ...], names: list[str]) -> Iterator[Round]:
    """Rounds as cron would make them, until nothing is owed."""
    for _ in range(MOST_ROUNDS):
        yield _round(fleet, options)
        waiting = _waiting(fleet.parent, names)
        if not waiting:
            return
        _sleep_until_claims_have_ended(waiting)


def _waiting(folder: Path, names: list[str]) -> list[MessageRow]:
    """The messages of all clinics that a round is still to send."""
    open_states = (MessageState.PENDING, MessageState.SENDING)
    return [one for name in names for one in _messages(folder / name) if one.state in open_states]


def _sleep_until_claims_have_ended(waiting: list[MessageRow]) -> None:
    """A dead sender's message belongs to it for ten minutes."""
    ends = [one.claimed_until or one.next_try for one in waiting]
    latest = max((end for end in ends if end is not None), default=datetime.now(UTC))
    time.sleep(max((latest - datetime.now(UTC)).total_seconds() + 1, 0))


def _messages(folder: Path) -> list[MessageRow]:
    store = Store.open(f"sqlite:///{folder / 'quietdrop.db'}")
    return store.outbox.messages(MONDAY)


def _count(folder: Path, names: list[str], post: Post) -> Count:
    """Compares what the stores say with what the mail server has."""
    messages = [one for name in names for one in _messages(folder / name)]
    copies = post.copies
    more = [one for one in messages if copies[one.message_id] > 1]
    foreign = copies.total() - sum(copies[one.message_id] for one in messages)
    owed = len(names) * MESSAGES
    return Count(
        owed=owed,
        lost=owed - len(messages) + sum(not copies[one.message_id] for one in messages),
        doubled=foreign + sum(not one.doubts for one in more),
        in_doubt=sum(bool(one.doubts) for one in more),
    )
