"""What a manager's summary says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from quietdrop.detection.aggregates import fallen
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.digest import Summary
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages import together
from quietdrop.messages.digest import MOST_ASIDES, _holding, lines
from quietdrop.messages.wording import sentences
from quietdrop.reporting import oversight


def _reviewed(
    evaluation: Evaluation,
    checkin: CheckIn,
    reasons: Mapping[str, str],
) -> str:
    """What is said of a departure that the first run finds."""
    row = evaluation.assessed.figures(checkin.practice_id)
    if row["settled_onset"] is None or row["onset"] is not None:
        return reasons.get(checkin.practice_id, "")
    return sentences.settled(
        checkin.baseline_per_week or 0.0,
        row["settled_rate"],
        row["settled_onset"],
        evaluation.assessed.cadence.as_of,
    )


def summary(
    evaluation: Evaluation,
    frame: pd.DataFrame,
    recipient: str,
    liaisons: Iterable[str],
) -> Summary:
    """The manager's page: coverage by liaison, what came back, the review, the data."""
    plan, intake = evaluation.plan, evaluation.intake
    as_of = evaluation.assessed.cadence.as_of
    reasons = dict(zip(frame["practice_id"], frame["reason"], strict=True))
    kinds = Counter(like.kind for like in evaluation.lookalikes.values())
    kinds["leaving"] = len(evaluation.parts.keys() & _holding(frame))
    return Summary(
        recipient=recipient,
        as_of=as_of,
        practices=len(frame),
        by_status=tuple((str(k), int(v)) for k, v in frame["status"].value_counts().items()),
        coverage=oversight.coverage(evaluation, liaisons),
        came_back=lines(plan.recovered, None, reasons),
        review=tuple(
            (intake.practice(c.practice_id).name, _reviewed(evaluation, c, reasons))
            for c in plan.review
        ),
        data_through=intake.newest,
        rows_read=intake.rows_read,
        reject_reasons=tuple(intake.reject_reasons().items()),
        notes=tuple(intake.notes.most_common()),
        lookalikes=tuple((sentences.lookalike_kind(k, n), n) for k, n in (+kinds).most_common()),
        aliases=tuple(
            (intake.practice(key).name, sentences.alias(like, key))
            for key, like in sorted(evaluation.lookalikes.items())
            if like.kind in ("renamed", "merged")
        ),
        ledger=oversight.ledgers(evaluation)[0],
        said=oversight.said(evaluation),
        held_out=oversight.held_out(evaluation),
        fallen=(
            *(
                sentences.whole(s.kind, s.key, s.observed, s.expected, s.onset, as_of)
                for s in fallen(evaluation.streams, as_of)[:MOST_ASIDES]
            ),
            *together.lines(evaluation),
        ),
        first_run=evaluation.history.first_run,
    )
