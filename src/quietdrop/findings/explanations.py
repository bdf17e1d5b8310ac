"""What looks like a drift and is likely something else: a new name, a move, our own doing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.findings.provider_flows import Flows
from quietdrop.findings.relocations import gone_on

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

CLOSED_SHARE = 0.75  # open less than this of the last weeks: our own doing
CLOSED_WEEKS = 6  # the newest, in which that share is taken
LOW_SEASON = 0.75  # of an ordinary week or less, in the last weeks, is a low season
LOW_WEEKS = 6  # the newest, in which that is looked for
LEAST_USUAL = 3.0  # referrals that these weeks would bring in an ordinary season
LIKELY = 0.5  # probability: likelier than not
AWAY = 0.2  # probability from which an absence is told that is likelier than a drift


def lookalikes(
    assessed: Assessed,
    flows: Flows,
    practices: Mapping[str, Practice],
    provider_names: Mapping[str, str],
    open_share: FloatArray | None,
) -> dict[str, Lookalike]:
    """In: the assessment, who sent from where, the directory, the share of each week in which we
    were open (streams × weeks). Out: by practice, what its fall likely is; `explains` where that
    is no drift at all."""
    return (
        _by_season(assessed)
        | _by_rival(assessed.frame)
        | _by_closure(assessed, open_share)
        | gone_on(assessed, flows, practices, provider_names)
    )


def _by_rival(frame: pd.DataFrame) -> dict[str, Lookalike]:
    """Those whose evidence itself says that it is no drift."""
    absence, drift = (frame[f"{what}_probability"].astype(float) for what in ("absence", "drift"))
    rivals = {
        Cause.BATCH: frame["batch_week"] >= 0,
        Cause.HONEYMOON: frame["honeymoon_probability"].astype(float) >= LIKELY,
        Cause.ABSENCE: (absence > drift) & (absence >= AWAY),
    }
    return {
        str(practice_id): Lookalike(kind, str(practice_id), explains=False)
        for kind, so in rivals.items()
        for practice_id in frame.index[so]
    }


def _by_season(assessed: Assessed) -> dict[str, Lookalike]:
    """Those who send little now as in earlier years, and who are steady otherwise; since when their
    season is low."""
    frame, cadence = assessed.frame, assessed.cadence
    weeks = min(LOW_WEEKS, cadence.weeks)
    usual = frame["baseline_per_week"].to_numpy(dtype=float) * weeks
    few = cadence.counts[:, -weeks:].sum(axis=1) < LOW_SEASON * usual
    level = np.lib.stride_tricks.sliding_window_view(assessed.season, weeks, axis=1).mean(axis=2)
    ordinary = level[:, ::-1] >= LOW_SEASON  # the newest weeks first
    steady = (frame["status"] == "steady").to_numpy()
    named = ~ordinary[:, 0] & few & steady & (usual >= LEAST_USUAL)
    length = np.where(ordinary.any(axis=1), ordinary.argmax(axis=1), cadence.weeks)
    return {
        str(key): Lookalike(
            Cause.SEASON,
            str(key),
            explains=False,
            since=cadence.as_of - timedelta(weeks=int(ago)),
        )
        for key, ago in zip(frame.index[named], length[named], strict=True)
    }


def _by_closure(assessed: Assessed, open_share: FloatArray | None) -> dict[str, Lookalike]:
    """Those from whom little came because we were closed, and who do not fall otherwise."""
    if open_share is None:
        return {}
    counts, frame = assessed.cadence.counts, assessed.frame
    weeks = min(CLOSED_WEEKS, counts.shape[1])
    opened = open_share[:, -weeks:].mean(axis=1)
    usual = frame["baseline_per_week"].to_numpy(dtype=float) * weeks
    steady = frame["drift_probability"].astype(float).to_numpy() < LIKELY
    few = counts[:, -weeks:].sum(axis=1) < CLOSED_SHARE * usual
    closed = (opened < CLOSED_SHARE) & few & steady & (usual >= 3.0)
    return {
        practice_id: Lookalike(Cause.CLOSURE, practice_id, explains=False)
        for practice_id in frame.index[np.flatnonzero(closed)].astype(str)
    }
