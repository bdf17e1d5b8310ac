"""The processes of a fleet: `quietdrop`, and a Dask cluster on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

SOURCE = Path(__file__).parents[2] / "src"


def start(*words: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Begin `quietdrop` in a process, as cron would."""
    return subprocess.Popen(
        [sys.executable, "-m", "quietdrop", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)} | (env or {}),
    )


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a Dask scheduler on this machine, and its workers of one thread each."""
    with ExitStack() as stack:
        file = Path(stack.enter_context(TemporaryDirectory())) / "scheduler.json"
        # It chooses its port itself: one that was free a moment ago may be a worker's by now.
        where = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        begun = stack.enter_context(_of_dask("scheduler", *where, "--no-dashboard"))
        address = _address_in(file, begun)
        yield address, [stack.enter_context(worker(address)) for _ in range(workers)]


def _address_in(file: Path, scheduler: subprocess.Popen[bytes]) -> str:
    """What a scheduler writes as its address once it listens."""
    while scheduler.poll() is None:
        with suppress(OSError, ValueError):  # not written yet, or not to its end
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        time.sleep(0.05)
    raise RuntimeError("The scheduler has ended.")


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """One more worker of the scheduler at an address; nobody begins it again if it is killed."""
    words = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    with _of_dask(*words) as begun:
        yield begun


@contextmanager
def _of_dask(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    begun = subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )
    with begun:
        try:
            yield begun
        finally:
            begun.kill()


def clinics_of(pid: int, names: Collection[str]) -> list[int]:
    """The clinics' processes of these names that a process has had begun, however indirectly."""
    every = [pid]
    for parent in every:
        every += _children(parent)
    return [one for one in every[1:] if _name_of(one) in names]


def _children(pid: int) -> list[int]:
    """The processes that one has begun; none if it has just ended."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").glob("*/children"))
        return [int(child) for task in tasks for child in task.read_text().split()]
    except OSError:
        return []


def _name_of(pid: int) -> str:
    """What a process is called; nothing if it has just ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").rstrip("\n")
    except OSError:
        return ""


def wait_for_the_end(clinics: list[int]) -> None:
    """Waits for clinics' processes to end; they end with the process that began them."""
    while any(map(_name_of, clinics)):
        time.sleep(0.01)
