"""Each lasting loss of a replayed time beside the listings of its practice. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.detection.assess import Assessed
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.days import week_index
from quietdrop.reporting.hindsight import (
    MONTHLY,
    QUARTERLY,
    Losses,
    losses,
    named_a_report,
    reported,
)

SLACK_WEEKS = 8  # a listing so much before the onset that hindsight finds still points at the loss
COLUMNS = (
    "practice_id",
    "onset",
    "listed_on",
    "weeks",
    "lost",
    "caught",
    "lead_weeks",
    "monthly_lead_weeks",
)


@dataclass(frozen=True)
class Truth:
    """What is known today of the weeks that were replayed: every practice's counts and exposure,
    streams × weeks, the lasting losses, the first day on which a quarterly and a monthly report
    show each of them (None: never), and how many practices a monthly report names."""

    assessed: Assessed
    exposure: FloatArray
    losses: Losses
    quarterly: tuple[date | None, ...]
    monthly: tuple[date | None, ...]
    named_a_month: float

    def week_of(self, day: date) -> int:
        """The index of the week that begins on or before that day; may lie beyond the weeks."""
        cadence = self.assessed.cadence
        return week_index(day, cadence.as_of, cadence.weeks)

    def missing(self, practice_id: str, usual: float, first: date, end: date) -> float:
        """How many referrals of `usual` × exposure did not come from one day to another; at
        least 0."""
        row, weeks = self.assessed.row(practice_id), slice(self.week_of(first), self.week_of(end))
        came, chances = (v[row, weeks].sum() for v in (self.assessed.cadence.counts, self.exposure))
        return max(float(usual * chances - came), 0.0)


def look_back(assessed: Assessed, first: date, last: date) -> Truth:
    """What really happened from `first` to `last`, judged from all that is known today."""
    cadence = assessed.cadence
    week_of, until = (week_index(day, cadence.as_of, cadence.weeks) for day in (first, last))
    exposure = assessed.exposure
    phi = assessed.frame["dispersion"].to_numpy(dtype=float)
    truth = losses(cadence.counts, exposure, phi, week_of, until)
    quarters, months = (_ends(cadence, length) for length in (3, 1))
    return Truth(
        assessed,
        exposure,
        truth,
        _first_days(cadence, reported(cadence.counts, truth.onset, quarters, QUARTERLY)),
        _first_days(cadence, reported(cadence.counts, truth.onset, months, MONTHLY)),
        named_a_report(cadence.counts, months[(months >= week_of) & (months <= until)]),
    )


def _ends(cadence: WeeklyCounts, months: int) -> IntArray:
    """The weeks in which a calendar period of 1 or 3 months ends."""
    ends = [w for w in range(cadence.weeks) if _ends_period(cadence.week_start(w), months)]
    return np.array(ends, dtype=np.int64)


def _first_days(cadence: WeeklyCounts, weeks: IntArray) -> tuple[date | None, ...]:
    """The first day after each week; None for −1."""
    return tuple(cadence.week_start(w + 1) if w >= 0 else None for w in weeks.tolist())


def beside_listings(
    truth: Truth, listed_on: Mapping[str, Sequence[date]]
) -> tuple[pd.DataFrame, int]:
    """Each lasting loss with its practice's first listing, and how many listings had one behind
    them.

    Returns:
        A row a loss (practice_id, onset, listed_on, weeks from onset to listing, referrals lost in
        its first 26 weeks, those of them after the listing, weeks of lead over a quarterly and a
        monthly report), and the number of listings.
    """
    cadence, rows, confirmed = truth.assessed.cadence, [], 0
    for row in np.flatnonzero(truth.losses.onset >= 0).tolist():
        practice_id = cadence.ids[row]
        onset = cadence.week_start(int(truth.losses.onset[row]))
        days = listed_on.get(practice_id, ())
        near = [day for day in days if day >= onset - timedelta(weeks=SLACK_WEEKS)]
        confirmed += len(near)
        lost = truth.losses.lost[row]
        if not near:
            rows.append((practice_id, onset, None, None, lost.sum(), 0.0, None, None))
            continue
        first = min(near)
        caught = lost[truth.week_of(first) :].sum()
        leads = [
            (shown - first).days / 7 if shown else None
            for shown in (truth.quarterly[row], truth.monthly[row])
        ]
        waited = (first - onset).days / 7
        rows.append((practice_id, onset, first, waited, lost.sum(), caught, *leads))
    return pd.DataFrame(rows, columns=list(COLUMNS)), confirmed


def no_losses() -> pd.DataFrame:
    """The same table where nothing was known."""
    return pd.DataFrame(columns=list(COLUMNS))


def _ends_period(week_start: date, months: int) -> bool:
    """Whether a calendar period of 1 or 3 months ends in the week from that day."""
    next_week = week_start + timedelta(days=7)
    return (week_start.month - 1) // months != (next_week.month - 1) // months
