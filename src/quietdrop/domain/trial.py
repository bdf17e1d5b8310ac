"""A rehearsal of settings, or a proposal of some, that a manager has asked for on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrialState(StrEnum):
    """How it stands. At most one is running."""

    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


@dataclass(frozen=True)
class Trial:
    """Who asked when for which `changes` ("section.key": a TOML value); so many of its `weeks` are
    replayed. `detail` says why it failed or was cancelled; `report` is the comparison as JSON.

    `budget` is that of a proposal: the most check-ins a liaison and week. A rehearsal has none."""

    id: int
    asked_by: str
    asked_at: datetime
    changes: Mapping[str, str]
    state: TrialState
    weeks_done: int = 0
    weeks: int = 0
    detail: str = ""
    report: str | None = None
    budget: float | None = None
