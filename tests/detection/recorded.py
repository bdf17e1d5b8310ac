"""Recorded networks that detection once got wrong, replayed week by week."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.circumstances import share_arrived
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.days import EPOCH
from quietdrop.lib.holidays import public_holidays

CASES = Path(__file__).parents[1] / "cases" / "detection"


def replayed(name: str, first: date, weeks: int) -> list[Assessed]:
    """The assessments of the case's Mondays, each with only what was known before it."""
    rows = pd.read_csv(CASES / name / "referrals.csv", parse_dates=["referred_on"])
    day = (rows["referred_on"] - pd.Timestamp(EPOCH)).dt.days
    counts = (
        pd.DataFrame({"practice_id": rows["practice_id"], "day": day})
        .value_counts(sort=False)
        .rename("referrals")
        .reset_index()
    )
    referrals = events(counts)
    assessments = []
    for as_of in (first + timedelta(weeks=week) for week in range(weeks)):
        cadence = weekly(referrals, as_of)
        holidays = public_holidays("US", "", cadence.week_start(0), as_of)
        around = Circumstances(holidays, share_arrived(cadence, referrals))
        assessments.append(assess(cadence, DriftSettings(), around))
    return assessments


def probabilities(assessments: list[Assessed]) -> pd.DataFrame:
    """P(drift now), practices × weeks; missing where too little is known."""
    columns = [each.frame["drift_probability"].astype(float) for each in assessments]
    return pd.concat(columns, axis=1, keys=range(len(columns)))
