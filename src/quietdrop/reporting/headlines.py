"""What a run leaves for the overview: the week's numbers, and which names may be new. Pure."""

from __future__ import annotations

import pandas as pd

from quietdrop.domain.assessment import FALLING
from quietdrop.domain.headlines import HALF_YEAR, Headlines, appended
from quietdrop.evaluation.evaluation import Evaluation

MOST_NAMES = 20
NEW_NAMES = ("renamed", "merged")


def falling(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of practices that seem to be falling, those with the most at stake first."""
    rows = frame[frame["status"].isin(FALLING) & (frame["lost_per_week"] > 0)]
    return rows.sort_values(["lost_per_week", "practice_id"], ascending=[False, True])


def headlines(evaluation: Evaluation, frame: pd.DataFrame) -> Headlines:
    """The values of the half-year up to this run, and the practices that may have a new name.

    Args:
        evaluation: the date, and what the run before it left.
        frame: the table of the same date.
    """
    at_stake = falling(frame)["lost_per_week"].astype(float)
    weeks = evaluation.assessed.cadence.counts.sum(axis=0)[-HALF_YEAR - 1 :]
    earlier = evaluation.history.headlines
    alike = [
        (key, evaluation.intake.practice(key).name, like.other_name or like.other_id)
        for key, like in sorted(evaluation.findings.lookalikes.items())
        if like.kind in NEW_NAMES
    ]
    return Headlines(
        stake=appended(earlier.stake, round(float(at_stake.sum()), 1)),
        waiting=appended(earlier.waiting, float(len(evaluation.plan.aging))),
        weeks=tuple(float(value) for value in weeks),
        falling=len(at_stake),
        alike=tuple(alike[:MOST_NAMES]),
    )
