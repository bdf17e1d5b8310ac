"""How each clinic stood when it was last looked at; one thread looks, others read."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from quietdrop.jobs.fleet.order import Outcome


@dataclass(frozen=True)
class Look:
    """One clinic: its name, and what its status said at a time; None before the first look."""

    name: str
    outcome: Outcome | None = None
    at: datetime | None = None


class Looks:
    """The last look at each clinic of a fleet."""

    def __init__(self) -> None:
        self._by_name: dict[str, Look] = {}
        self._lock = threading.Lock()

    def expect(self, names: Iterable[str]) -> None:
        """These are the clinics now: others are dropped, and earlier looks stay."""
        with self._lock:
            self._by_name = {name: self._by_name.get(name, Look(name)) for name in names}

    def note(self, outcome: Outcome, at: datetime) -> None:
        """What a status has said."""
        with self._lock:
            self._by_name[outcome.name] = Look(outcome.name, outcome, at)

    def all(self) -> list[Look]:
        """One for each clinic, in the order of the fleet file."""
        with self._lock:
            return list(self._by_name.values())
