"""What a run leaves for the overview: the week's numbers, and which names may be new. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from quietdrop.domain.book import BookRow
from quietdrop.domain.headlines import HALF_YEAR, appended
from quietdrop.evaluation.evaluation import Evaluation

MOST_NAMES = 20
NEW_NAMES = ("renamed", "merged")


def headlines(
    evaluation: Evaluation, rows: Iterable[BookRow], earlier: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of the half-year up to this run, and the practices that may have a new name.

    Args:
        evaluation: the date.
        rows: the book of the same date.
        earlier: what the run before it left.
    """
    falling = [row for row in rows if row.stake > 0]
    weeks = evaluation.assessed.cadence.counts.sum(axis=0)[-HALF_YEAR - 1 :]
    now = {
        "stake": round(sum(row.stake for row in falling), 1),
        "waiting": float(len(evaluation.plan.aging)),
    }
    alike = [
        [key, evaluation.intake.practice(key).name, like.other_name or like.other_id]
        for key, like in sorted(evaluation.lookalikes.items())
        if like.kind in NEW_NAMES
    ]
    return {
        **appended(earlier, now),
        "weeks": [float(value) for value in weeks],
        "falling": len(falling),
        "alike": alike[:MOST_NAMES],
    }
