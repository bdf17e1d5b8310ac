"""What stands first: what a visit to each practice may bring back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.directory import Practice, Prefer

ACQUIRED_HOPE = 0.2  # how likely an acquired practice comes back, against any other


@dataclass(frozen=True)
class Ranking:
    """By what practices are ordered: which loss counts, which practices were acquired, and what a
    referral of a practice is `worth` against a usual one (1 where nothing is known)."""

    prefer: Prefer = Prefer.VOLUME
    acquired: Collection[str] = ()
    worth: Mapping[str, float] = field(default_factory=dict)


def worth(practices: Iterable[Practice]) -> dict[str, float]:
    """What a referral of each practice is worth against the median of those that have a value.

    The unit of the values does not matter then, and a practice without one counts as the median.
    """
    values = {one.practice_id: one.value for one in practices if one.value is not None}
    usual = median(values.values()) if values else 1
    return {practice_id: value / usual for practice_id, value in values.items()}


def stake(frame: pd.DataFrame, prefer: Prefer) -> FloatArray:
    """The referrals a week that may be missing for good, if the practice drifts.

    `sure`: those lost as the drift's shape has it, × the square of the share that is lost.
    `volume`: the greater of that loss and of how far the last eight weeks are below the last year,
    × the share that is lost. Of falls that are equally likely and equally large, the deeper one
    more often lasts (decision 13).
    """
    lost = frame["lost_per_week"].to_numpy(dtype=float)
    depth = 1.0 - frame["remaining_share"].to_numpy(dtype=float)
    if prefer is Prefer.SURE:
        return np.asarray(lost * depth**2, dtype=float)
    fallen = frame["fallen_per_week"].to_numpy(dtype=float)
    return np.asarray(np.fmax(lost, fallen) * depth, dtype=float)


def priority(frame: pd.DataFrame, ranking: Ranking) -> FloatArray:
    """What a visit may bring back, in usual referrals a week: P × `stake` × what a referral of the
    practice is worth, and × 0.2 where the practice was acquired."""
    chance = frame["drift_probability"].to_numpy(dtype=float)
    hope = np.where(frame.index.isin(list(ranking.acquired)), ACQUIRED_HOPE, 1.0)
    each = np.array([ranking.worth.get(str(key), 1.0) for key in frame.index], dtype=float)
    return np.asarray(chance * stake(frame, ranking.prefer) * hope * each, dtype=float)
