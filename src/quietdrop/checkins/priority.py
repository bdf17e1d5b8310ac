"""What stands first: what a visit to each practice may bring back. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.directory import Prefer

ACQUIRED_HOPE = 0.2  # how likely an acquired practice comes back, against any other


@dataclass(frozen=True)
class Ranking:
    """By what practices are ordered: which loss counts, and which practices were acquired."""

    prefer: Prefer = Prefer.VOLUME
    acquired: Collection[str] = ()


def priority(frame: pd.DataFrame, ranking: Ranking) -> FloatArray:
    """What a visit may bring back, in referrals a week, × 0.2 where the practice was acquired.

    `sure`: P × referrals lost a week, as the drift's shape has it. `volume`: P × the greater of
    that loss and of how far the last eight weeks are below the last year.
    """
    chance = frame["drift_probability"].to_numpy(dtype=float)
    stake = frame["lost_per_week"].to_numpy(dtype=float)
    if ranking.prefer is Prefer.VOLUME:
        stake = np.fmax(stake, frame["fallen_per_week"].to_numpy(dtype=float))
    hope = np.where(frame.index.isin(list(ranking.acquired)), ACQUIRED_HOPE, 1.0)
    return np.asarray(chance * stake * hope, dtype=float)
