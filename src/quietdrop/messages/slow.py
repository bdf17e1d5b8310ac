"""What is told of a slow decline: once to the managers and, as a line, to the liaison."""

from __future__ import annotations

from datetime import timedelta

from quietdrop.domain.assessment import Status
from quietdrop.domain.digest import Line, Waiting
from quietdrop.domain.findings import Slow
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages.wording import slow as words

AGAIN = timedelta(weeks=52)  # a slide lasts a year or longer; told twice it would be a nuisance
LOUDER = (Status.NEW, Status.DRIFTING, Status.QUIET, Status.CLOSED, Status.RECOVERED)


def slow_of(evaluation: Evaluation, practice_id: str) -> Slow | None:
    """The practice's slow decline; None where it has none, or something plainer is told of it."""
    one = evaluation.findings.slow.get(practice_id)
    if one is None or evaluation.assessed.of(practice_id).status in LOUDER:
        return None
    like = evaluation.findings.lookalikes.get(practice_id)
    spoken_for = (
        evaluation.open_now,
        evaluation.recovered,
        evaluation.plan.closed,
        evaluation.findings.parts,
        evaluation.findings.doubts,
    )
    if (like and like.explains) or any(practice_id in each for each in spoken_for):
        return None
    return one if words.slid(one.before, one.now) else None


def news(evaluation: Evaluation) -> list[Slow]:
    """The slow declines that nobody was told of within a year, the most referrals lost first."""
    as_of, last_told = evaluation.as_of, evaluation.history.told_slow
    fresh = [
        one
        for key in evaluation.findings.slow
        if as_of - last_told.get(key, as_of - AGAIN) >= AGAIN
        and (one := slow_of(evaluation, key)) is not None
    ]
    return sorted(fresh, key=lambda one: (one.now - one.before, one.practice_id))


def entries(evaluation: Evaluation) -> tuple[Waiting, ...]:
    """What the managers are told: the practice, and from what to what since when."""
    as_of = evaluation.as_of
    return tuple(
        Waiting(
            evaluation.intake.practice(one.practice_id).name,
            words.entry(one, as_of),
            one.practice_id,
        )
        for one in news(evaluation)
    )


def lines(evaluation: Evaluation, liaison: str) -> tuple[Line, ...]:
    """What a liaison is told of her own practices, a line each; of who is worth a look more is said
    already."""
    as_of = evaluation.as_of
    looks = evaluation.plan.worth_a_look.get(liaison, ())
    return tuple(
        Line(
            evaluation.intake.practice(one.practice_id).name,
            words.line(one, as_of),
            practice_id=one.practice_id,
        )
        for one in news(evaluation)
        if evaluation.liaison_of.get(one.practice_id) == liaison and one.practice_id not in looks
    )


def aside(evaluation: Evaluation, practice_id: str) -> str:
    """The sentence behind a practice's own; empty where it does not go down slowly."""
    one = slow_of(evaluation, practice_id)
    return words.sentence(one, evaluation.as_of) if one else ""
