"""Falls that rows which were not counted would explain: those practices are watched, not listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.exposure import Circumstances
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.assessment import Status
from quietdrop.domain.days import EPOCH
from quietdrop.domain.findings import Doubt
from quietdrop.domain.weekly import Losses, week_start

MIDWEEK = 3  # days from a week's Monday


def uncounted(unread: pd.DataFrame, losses: Losses) -> dict[str, int]:
    """Return how many rows of each practice were rejected or have vanished, in all."""
    rows: dict[str, int] = {}
    if not unread.empty:
        rows = {str(k): int(n) for k, n in unread.groupby("practice_id")["rows"].sum().items()}
    for key, loss in losses.by_practice.items():
        rows[key] = rows.get(key, 0) + loss.referrals
    return rows


def doubts(
    assessed: Assessed,
    settings: DriftSettings,
    surroundings: Circumstances,
    unread: pd.DataFrame,
    losses: Losses,
) -> dict[str, Doubt]:
    """Find the practices over the alert that their uncounted rows would lift under it.

    Rejected rows whose day is not known are spread evenly over the weeks since the onset; then
    everybody is assessed again.

    Args:
        assessed: What the counts alone say.
        settings: The [drift] section.
        surroundings: What bears on everybody's chances, as for `assessed`.
        unread: Rejected rows by practice and day, as in `Reading.unread`.
        losses: Rows that vanished from the source.
    """
    alert = assessed.thresholds.alert
    alarm = assessed.frame["drift_probability"].astype(float) >= alert.each(assessed.frame.index)
    concerned = uncounted(unread, losses).keys() & set(assessed.frame.index[alarm])
    if not concerned:
        return {}
    cadence = assessed.cadence
    counts, added = cadence.counts.copy(), {}
    by_practice = dict(iter(unread.groupby("practice_id"))) if not unread.empty else {}
    for key in sorted(concerned):
        onset = assessed.of(key).onset_week
        rejected = _rejected(by_practice.get(key), cadence.start_day, onset, cadence.weeks)
        vanished = _vanished(losses, key, cadence.start_day, onset, cadence.weeks)
        counts[assessed.row(key)] += rejected + vanished
        added[key] = Doubt(round(float(rejected.sum())), round(float(vanished.sum())))
    again = replace(cadence, counts=counts)
    lifted = assess(again, settings, surroundings, assessed.thresholds).frame
    probability = lifted["drift_probability"].astype(float)
    return {
        key: doubt
        for key, doubt in added.items()
        if doubt != Doubt() and not probability[key] >= alert.of(key)
    }


def watched(assessed: Assessed, doubted: Mapping[str, Doubt]) -> Assessed:
    """Return the assessment with the doubted practices `watching`."""
    if not doubted:
        return assessed
    frame = assessed.frame.copy()
    frame.loc[frame.index.isin(list(doubted)), "status"] = Status.WATCHING.value
    return replace(assessed, frame=frame)


def known_by(unread: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the rejected rows that may have been there on the morning of `as_of`."""
    return unread if unread.empty else unread[unread["day"] < (as_of - EPOCH).days]


def _rejected(rows: pd.DataFrame | None, start: int, onset: int, weeks: int) -> FloatArray:
    """A practice's rejected rows by week since the onset; those without a day spread evenly."""
    number = np.zeros(weeks)
    if rows is None:
        return number
    day, count = rows["day"].to_numpy(), rows["rows"].to_numpy(dtype=float)
    week = (day - start) // 7
    dated = (day >= 0) & (week >= onset) & (week < weeks)
    np.add.at(number, week[dated], count[dated])
    number[onset:] += count[day < 0].sum() / (weeks - onset)
    return number


def _vanished(losses: Losses, key: str, start: int, onset: int, weeks: int) -> FloatArray:
    """A practice's vanished rows by week since the onset."""
    number = np.zeros(weeks)
    loss = losses.by_practice.get(key)
    for calendar_week, count in (loss.weeks if loss else {}).items():
        day = (week_start(calendar_week) - EPOCH).days + MIDWEEK
        week = (day - start) // 7
        if onset <= week < weeks:
            number[week] += count
    return number
