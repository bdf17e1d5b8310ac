"""Assessments whose counts, exposure and figures are set by hand, so that nothing is estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed
from quietdrop.detection.exposure import Exposure
from quietdrop.detection.judged import Judged
from quietdrop.detection.thresholds import thresholds
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.days import EPOCH

AS_OF = date(2026, 7, 6)
FIGURES: dict[str, object] = {  # of a practice of which nothing is suspected
    "status": Status.STEADY,
    "baseline_per_week": 2.0,
    "observed": 26,
    "expected": 26.0,
    "drift_probability": 0.01,
    "lost_per_week": 0.0,
    "settled_probability": 0.0,
}


def counted(
    weeks: Mapping[str, Sequence[float]],
    figures: Mapping[str, Mapping[str, object]] | None = None,
    exposure: float = 1.0,
    drift: DriftSettings | None = None,
) -> Assessed:
    """Practices of the same number of weeks, the oldest first, and figures where they are not
    those of a steady one."""
    rows = [
        Assessment(**cast(Any, {"practice_id": key} | FIGURES | dict((figures or {}).get(key, {}))))
        for key in weeks
    ]
    names = [field.name for field in fields(Assessment)]
    columns = {
        name: pd.Series([getattr(row, name) for row in rows], list(weeks), dtype=object)
        for name in names[1:]
    }
    frame = pd.DataFrame(columns, index=pd.Index(list(weeks), name="practice_id"))
    counts = np.array(list(weeks.values()), dtype=float)
    share, ones = np.full(counts.shape, exposure), np.ones(counts.shape)
    none = np.zeros(0, dtype=np.int64)
    first = np.full(len(rows), (AS_OF - EPOCH).days - 7 * counts.shape[1], dtype=np.int64)
    cadence = WeeklyCounts(tuple(weeks), AS_OF, counts, ones, first, none, none, none)
    pool = Exposure(share, np.ones(counts.shape[1]), counts.mean(axis=1), ones)
    judged = Judged(counts, counts < 0, cast(Any, None), cast(Any, None), ones)
    return Assessed(frame, cadence, pool, judged, thresholds(drift or DriftSettings()))
