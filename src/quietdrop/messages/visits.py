"""What a digest says of visits: promises until they are kept, and who was not seen for long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from quietdrop.domain.digest import Digest, Line, Waiting
from quietdrop.domain.promise import Promise
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.visit_plan import VisitPlan
from quietdrop.messages.wording import visits

MOST_PROMISED = 12  # lines of a digest; two a week for longer than most promises wait


def with_visits(
    evaluation: Evaluation, digest: Digest, plan: VisitPlan, most_listed: int
) -> Digest:
    """The digest with what is promised and with whom to see again, at most so many."""
    return replace(
        digest,
        promised=tuple(
            Line(promise.what, _about(evaluation, promise, digest))
            for promise in promises_of(evaluation, digest.recipient)[:MOST_PROMISED]
        ),
        unseen=_unseen(evaluation, digest, plan.revisit_on, plan.seen_on)[:most_listed],
    )


def promises_of(evaluation: Evaluation, liaison: str) -> list[Promise]:
    """The open promises that are a liaison's to keep or that her practices wait for, the one that
    is due first before the others."""
    liaison_of = evaluation.liaison_of
    as_of = evaluation.as_of
    hers = [
        promise
        for promise in evaluation.history.promises
        if promise.kept_on is None
        and promise.made_on <= as_of
        and liaison in (promise.owner, liaison_of.get(promise.practice_id))
    ]
    return sorted(hers, key=lambda promise: (promise.due_on, promise.id or 0))


def aging(evaluation: Evaluation) -> tuple[Waiting, ...]:
    """What managers are told: the practice, and what was promised there and is late by a week or
    more, the latest first."""
    as_of, intake = evaluation.as_of, evaluation.intake
    late = [promise for promise in evaluation.history.promises if promise.is_aging(as_of)]
    rows = []
    for promise in sorted(late, key=lambda promise: (promise.due_on, promise.id or 0)):
        listed = intake.liaisons.get(promise.owner)
        who = (listed.name if listed else "") or promise.owner
        said = ", ".join(part for part in (promise.what, visits.due(promise, as_of), who) if part)
        rows.append(Waiting(intake.practice(promise.practice_id).name, said, promise.practice_id))
    return tuple(rows)


def _about(evaluation: Evaluation, promise: Promise, digest: Digest) -> str:
    """ "Cedar Hill Clinic · by July 3, 3 days late · Scheduling"."""
    intake = evaluation.intake
    parts = [intake.practice(promise.practice_id).name, visits.due(promise, digest.as_of)]
    if promise.owner != digest.recipient:
        listed = intake.liaisons.get(promise.owner)
        parts.append((listed.name if listed else "") or promise.owner)
    return " · ".join(part for part in parts if part)


def _unseen(
    evaluation: Evaluation,
    digest: Digest,
    revisit_on: Mapping[str, date],
    seen_on: Mapping[str, date],
) -> tuple[Line, ...]:
    """Her practices that were not seen for long and of which nothing else is told, the one that
    has waited longest first."""
    busy = evaluation.open_now | evaluation.plan.closed | set(evaluation.plan.spoken_for)
    named = _named(digest)
    waiting = sorted(
        (day, key)
        for key, day in revisit_on.items()
        if day <= digest.as_of
        and evaluation.liaison_of.get(key) == digest.recipient
        and key not in busy
        and evaluation.intake.practice(key).name not in named
    )
    lines = []
    for _, key in waiting:
        practice = evaluation.intake.practice(key)
        said = visits.unseen(seen_on.get(key), digest.as_of)
        where = f"{practice.town}, " if practice.town else ""
        lines.append(Line(practice.name, f"{where}{said}.", practice_id=key))
    return tuple(lines)


def _named(digest: Digest) -> set[str]:
    """The practices of which the digest tells something already."""
    lines = (
        *(*digest.still_open, *digest.came_back, *digest.leaving, *digest.slow, *digest.lookalikes),
        *(*digest.thanks, *digest.growing, *digest.worth_a_look),
    )
    return {line.name for line in lines} | set(digest.watching) | {i.name for i in digest.items}
