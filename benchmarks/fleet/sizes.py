"""What a round of a fleet costs on the own cores, by how many clinics it has."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.post import Post
from benchmarks.fleet.clinics import MONDAY, write_fleet
from benchmarks.fleet.processes import start

RUN = ("run", "--as-of", MONDAY.isoformat(), "--send")
WEEKLY = "the weekly job of all"
SIZES = (10, 50)  # beside the large fleet, whose run is timed where it is called again


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processor, and the load average, of one call."""

    clinics: int
    what: str
    wall: float
    cpu: float
    load: float

    def row(self) -> str:
        """As a line of the page's table."""
        each = self.cpu / self.clinics
        return (
            f"| {self.clinics:,} | {self.what} | {self.wall:,.0f} | {self.cpu:,.0f} "
            f"| {each:.2f} | {self.load:.1f} |"
        )


def small_fleets(folder: Path) -> Iterator[Cost]:
    """The weekly job of fleets of each size, and what follows it."""
    for size in SIZES:
        (folder / str(size)).mkdir()
        names = [f"clinic-{number:03d}" for number in range(size)]
        with Post() as post:
            fleet = write_fleet(folder / str(size), *names, port=post.port)
            yield cost(size, WEEKLY, *RUN, fleet)
            yield from idle(fleet, size)


def idle(fleet: Path, clinics: int) -> Iterator[Cost]:
    """A round in which nothing is due, and a status of all."""
    yield cost(clinics, "a round with nothing due", "run", "--due", fleet)
    yield cost(clinics, "`fleet status`", "status", fleet)


def cost(clinics: int, what: str, *words: str | Path) -> Cost:
    """What one `quietdrop fleet` costs, with two clinics at once."""
    before, since = cpu_seconds(), time.perf_counter()
    start("fleet", *words, "--jobs", "2").communicate()
    wall = time.perf_counter() - since
    return Cost(clinics, what, wall, cpu_seconds() - before, os.getloadavg()[0])


def peak_megabytes() -> float:
    """The most memory that one process of all so far has had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def cpu_seconds() -> float:
    """Seconds of the processor of all processes that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
