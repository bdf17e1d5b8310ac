"""Thresholds that follow from `false_alarm_years`: what may not stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from quietdrop.config.values import Where

PROMISE, THRESHOLD = "false_alarm_years", "alert_probability"
INSTEAD_OF = {PROMISE: THRESHOLD, THRESHOLD: PROMISE}
_BOTH = f"goes without {THRESHOLD}, which follows from it; give one of them"


class Promising(Protocol):
    """The `[drift]` section or an `[[override]]` table."""

    @property
    def false_alarm_years(self) -> float | None: ...
    @property
    def model_fields_set(self) -> set[str]: ...


def faults(tables: Iterable[tuple[Where, Promising]]) -> Iterator[tuple[Where, str]]:
    """Where a table gives both.

    Args:
        tables: Each with its place in the file.
    """
    for where, one in tables:
        if THRESHOLD in one.model_fields_set and one.false_alarm_years is not None:
            yield (*where, PROMISE), _BOTH
