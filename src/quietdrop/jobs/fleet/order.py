"""What one clinic's process is asked to do, and what came of it. Neither holds a secret."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Self


class Work(StrEnum):
    """What is done for each clinic."""

    RUN = "run"  # the weekly job, now
    DUE = "due"  # the weekly job if its slot has come, else what is owed and due
    STATUS = "status"


@dataclass(frozen=True)
class Order:
    """One clinic's work.

    Attributes:
        name: The clinic's name in the fleet.
        config: Its config file, absolute.
        work: What to do.
        options: More options of `quietdrop run`.
        cron: When its weekly job is due; None: as its config says.
        offset_seconds: How long after that it begins.
        memory_mb: How much memory its process may allocate.
        minutes: How long its process may take.
        disk: Which disk its SQLite store must be on; None where that need not be asked.
    """

    name: str
    config: str
    work: Work
    options: tuple[str, ...] = ()
    cron: str | None = None
    offset_seconds: int = 0
    memory_mb: int = 4096
    minutes: int = 60
    disk: str | None = None

    def to_json(self) -> str:
        """As the process takes it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` gave."""
        given = json.loads(text)
        return cls(**given | {"work": Work(given["work"]), "options": tuple(given["options"])})


class State(StrEnum):
    """How a clinic's work ended."""

    DONE = "done"
    HELD = "held"
    FAILED = "failed"


Figure = str | int | bool | None


@dataclass(frozen=True)
class Outcome:
    """What came of one clinic's work.

    Attributes:
        name: The clinic's name in the fleet.
        state: How it ended.
        words: Why it is held or has failed; empty where it is done.
        figures: A few figures of the run or of the status.
    """

    name: str
    state: State
    words: str = ""
    figures: dict[str, Figure] = field(default_factory=dict)


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """1 where any clinic failed, else 3 where any is held, else 0."""
    states = {one.state for one in outcomes}
    if State.FAILED in states:
        return 1
    return 3 if State.HELD in states else 0
