"""What is told of practices that fell together: once to the managers, and beside each listing."""

from __future__ import annotations

from datetime import timedelta

from quietdrop.domain.findings import Together
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages.wording import together as words

AGAIN = timedelta(weeks=26)  # as long as an onset stays in sight; then it would be another one


def news(evaluation: Evaluation) -> list[Together]:
    """The groups that managers have not been told of within half a year."""
    as_of, last_told = evaluation.as_of, evaluation.history.told_together
    return [
        one
        for one in evaluation.findings.together
        if as_of - last_told.get((one.kind, one.key), as_of - AGAIN) >= AGAIN
    ]


def lines(evaluation: Evaluation) -> list[tuple[str, str]]:
    """What a manager is told of them: the group's name, who fell and since when."""
    as_of = evaluation.as_of
    return [
        (
            words.name(one.kind, one.key),
            words.who(
                [evaluation.intake.practice(key).name for key in one.members],
                one.size,
                one.onset,
                as_of,
            ),
        )
        for one in news(evaluation)
    ]


def group_of(evaluation: Evaluation, practice_id: str) -> Together | None:
    """The group with which a practice fell; None where it fell by itself, or not at all."""
    return next((one for one in evaluation.findings.together if practice_id in one.members), None)


def aside(evaluation: Evaluation, practice_id: str) -> str:
    """The sentence beside a listing; empty where the practice fell by itself."""
    one = group_of(evaluation, practice_id)
    return words.aside(one.kind, one.key, len(one.members)) if one else ""
