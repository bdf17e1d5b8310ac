"""What a manager's summary says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from quietdrop.detection.aggregates import fallen
from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.digest import Alike, AtStake, Summary, Waiting
from quietdrop.domain.findings import Cause
from quietdrop.domain.headlines import Headlines, Number
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages import slow, together
from quietdrop.messages.digest import MOST_ASIDES, _holding, lines
from quietdrop.messages.numbers import numbers
from quietdrop.messages.wording import sentences
from quietdrop.reporting import oversight
from quietdrop.reporting.headlines import falling

MOST_AT_STAKE = 5  # practices
MOST_ALIKE = 5  # names a kind


def _reviewed(
    evaluation: Evaluation,
    checkin: CheckIn,
    reasons: Mapping[str, str],
) -> str:
    """What is said of a departure that the first run finds."""
    assessment = evaluation.assessed.of(checkin.practice_id)
    if assessment.settled_onset is None or assessment.onset is not None:
        return reasons.get(checkin.practice_id, "")
    return sentences.settled(
        checkin.baseline_per_week or 0.0,
        assessment.settled_rate or 0.0,
        assessment.settled_onset,
        evaluation.as_of,
    )


def summary(
    evaluation: Evaluation,
    frame: pd.DataFrame,
    recipient: str,
    liaisons: Iterable[str],
) -> Summary:
    """The manager's page: liaisons, what is at stake, what came back, the review, the data."""
    plan, intake = evaluation.plan, evaluation.intake
    as_of = evaluation.as_of
    reasons = dict(zip(frame["practice_id"], frame["reason"], strict=True))
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
        lookalikes=_alike(evaluation, frame),
        aliases=tuple(
            Waiting(intake.practice(key).name, sentences.alias(like, key), key)
            for key, like in sorted(evaluation.findings.lookalikes.items())
            if like.kind in (Cause.RENAMED, Cause.MERGED)
        ),
        ledger=oversight.ledgers(evaluation)[0],
        said=oversight.said(evaluation),
        held_out=oversight.held_out(evaluation),
        fallen=(
            *(
                sentences.whole(stream, as_of)
                for stream in fallen(evaluation.streams, as_of)[:MOST_ASIDES]
            ),
            *together.lines(evaluation),
        ),
        slow=slow.entries(evaluation),
        first_run=evaluation.history.first_run,
        at_stake=_at_stake(evaluation, frame),
        without_liaison=_without_liaison(evaluation, frame),
        unwanted=tuple(
            Waiting(
                intake.practice(checkin.practice_id).name,
                _name_of(evaluation, checkin.liaison),
                checkin.practice_id,
            )
            for checkin in oversight.unwanted(evaluation)
        ),
    )


def numbers_of(evaluation: Evaluation, left: Headlines) -> tuple[Number, ...]:
    """The week's three numbers; `left` is what the run leaves for the overview."""
    plan = evaluation.plan
    return numbers(left, len(plan.aging), len(oversight.held(plan)))


def _at_stake(evaluation: Evaluation, frame: pd.DataFrame) -> tuple[AtStake, ...]:
    most = falling(frame).head(MOST_AT_STAKE)
    return tuple(
        AtStake(
            evaluation.intake.practice(str(row["practice_id"])).name,
            _name_of(evaluation, str(row["liaison"])),
            Status(row["status"]),
            float(row["lost_per_week"]),
            None if pd.isna(row["drift_probability"]) else float(row["drift_probability"]),
        )
        for row in most.to_dict("records")
    )


def _without_liaison(evaluation: Evaluation, frame: pd.DataFrame) -> tuple[Waiting, ...]:
    """The practices that nobody looks after, those with the most at stake first."""
    rows = frame[(frame["liaison"] == "") & (frame["status"] != "closed")]
    ordered = rows.sort_values(["lost_per_week", "practice_id"], ascending=[False, True])
    return tuple(
        Waiting(evaluation.intake.practice(key).name, practice_id=key)
        for key in map(str, ordered["practice_id"])
    )


def _alike(evaluation: Evaluation, frame: pd.DataFrame) -> tuple[Alike, ...]:
    """What is likely no drop, the kind with the most practices first."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for key, like in sorted(evaluation.findings.lookalikes.items()):
        kinds[like.kind].append(evaluation.intake.practice(key).name)
    for key in sorted(evaluation.findings.parts.keys() & _holding(frame)):
        kinds["leaving"].append(evaluation.intake.practice(key).name)
    return tuple(
        Alike(sentences.lookalike_kind(kind, len(names)), len(names), tuple(names[:MOST_ALIKE]))
        for kind, names in sorted(kinds.items(), key=lambda each: -len(each[1]))
    )


def _name_of(evaluation: Evaluation, liaison: str) -> str:
    """A liaison's name, or else the address."""
    listed = evaluation.intake.liaisons.get(liaison)
    return (listed.name if listed else "") or liaison
