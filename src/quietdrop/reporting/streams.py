"""The practices' weeks as the managers' reports follow them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from quietdrop.detection.assess import Assessed
from quietdrop.domain.arrays import FloatArray


@dataclass(frozen=True)
class Streams:
    """Streams × weeks of counts and exposure up to `as_of`, rows as `ids`."""

    ids: tuple[str, ...]
    counts: FloatArray
    exposure: FloatArray
    as_of: date

    @classmethod
    def of(cls, assessed: Assessed) -> Streams:
        """Those of an assessment."""
        cadence = assessed.cadence
        return cls(cadence.ids, cadence.counts, assessed.exposure, cadence.as_of)

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return int(self.counts.shape[1])

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Each practice's row."""
        return {practice_id: row for row, practice_id in enumerate(self.ids)}
