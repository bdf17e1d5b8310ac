"""From which figures on a practice is judged, watched and listed; some have their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from quietdrop.config.settings import DriftSettings
from quietdrop.domain.arrays import FloatArray


@dataclass(frozen=True)
class Level:
    """A threshold: of `general` practices, and of those with `overrides`, by id."""

    general: float
    overrides: Mapping[str, float] = field(default_factory=dict)

    def of(self, practice_id: str) -> float:
        """The practice's threshold."""
        return self.overrides.get(practice_id, self.general)

    def each(self, ids: Iterable[object]) -> FloatArray:
        """The thresholds of these practices, in their order."""
        if not self.overrides:
            return np.full(len(tuple(ids)), self.general, dtype=float)
        return np.array([self.of(str(key)) for key in ids], dtype=float)


@dataclass(frozen=True)
class OwnLevels:
    """What one practice has otherwise; None where it is as all are."""

    alert_probability: float | None = None
    watch_probability: float | None = None
    min_referrals: int | None = None


@dataclass(frozen=True)
class Thresholds:
    """The thresholds of all practices."""

    alert: Level
    watch: Level
    min_referrals: Level


def thresholds(
    general: DriftSettings, overrides: Mapping[str, OwnLevels] | None = None
) -> Thresholds:
    """The thresholds of all practices.

    Args:
        general: The `[drift]` section.
        overrides: What some practices have otherwise, by id.
    """
    levels = (overrides or {}).items()
    return Thresholds(
        *(
            Level(
                getattr(general, name),
                {key: value for key, each in levels if (value := getattr(each, name)) is not None},
            )
            for name in ("alert_probability", "watch_probability", "min_referrals")
        )
    )
