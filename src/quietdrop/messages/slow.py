"""What is told of a slow decline: once to the managers and, as a line, to the liaison."""

from __future__ import annotations

from collections.abc import Iterable
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


def is_news(evaluation: Evaluation, practice_id: str) -> bool:
    """Whether the practice goes down slowly and nobody was told of it within a year."""
    as_of, last_told = evaluation.as_of, evaluation.history.told_slow
    is_old = as_of - last_told.get(practice_id, as_of - AGAIN) < AGAIN
    return not is_old and slow_of(evaluation, practice_id) is not None


def news(evaluation: Evaluation, practice_ids: Iterable[str] | None = None) -> list[Slow]:
    """The slow declines that nobody was told of within a year, the most referrals lost first; of
    `practice_ids` alone where they are given."""
    slow = evaluation.findings.slow
    keys = slow if practice_ids is None else (key for key in practice_ids if key in slow)
    fresh = [slow[key] for key in keys if is_news(evaluation, key)]
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
        for one in news(evaluation, evaluation.practices_of(liaison))
        if one.practice_id not in looks
    )


def aside(evaluation: Evaluation, practice_id: str) -> str:
    """The sentence behind a practice's own; empty where it does not go down slowly."""
    one = slow_of(evaluation, practice_id)
    return words.sentence(one, evaluation.as_of) if one else ""
