"""A decided date -> what its managers oversee: coverage, the save ledger, honesty. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from quietdrop.checkins import holdout
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.touches import group_by_practice, is_unassigned, was_seen
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.reports import Case, Coverage, Ledger, ReliabilityBin, Verdict
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.reporting.reliability import reliability, verdicts
from quietdrop.reporting.save_ledger import HORIZONS, cases, ledger
from quietdrop.reporting.streams import Streams


def ledgers(evaluation: Evaluation) -> tuple[Ledger, ...]:
    """The save ledger over 13 and over 26 weeks, as of the decided date."""
    cases_so_far, streams = _cases(evaluation), Streams.of(evaluation.assessed)
    return tuple(ledger(cases_so_far, streams, weeks) for weeks in HORIZONS)


def said(evaluation: Evaluation) -> tuple[ReliabilityBin, ...]:
    """How honest the probabilities have been, step by step."""
    return reliability(judged(evaluation))


def judged(evaluation: Evaluation) -> list[Verdict]:
    """How the cases that are old enough turned out."""
    dispersion = evaluation.assessed.frame["dispersion"].to_numpy(dtype=float)
    return verdicts(_cases(evaluation), Streams.of(evaluation.assessed), dispersion)


def coverage(evaluation: Evaluation, liaisons: Iterable[str]) -> tuple[Coverage, ...]:
    """One row a liaison, by address."""
    plan, as_of = evaluation.plan, evaluation.as_of
    history = evaluation.history
    hidden = group_by_practice(history.snoozes)
    new = [*plan.opened, *plan.worse]
    open_now = held(plan)
    names = {email: record.name for email, record in evaluation.intake.liaisons.items()}
    return tuple(
        Coverage(
            liaison,
            new=sum(c.liaison == liaison for c in new),
            open=len(theirs := [c for c in open_now if c.liaison == liaison]),
            seen=sum(
                was_seen(c, evaluation.touches_of(c.practice_id), hidden.get(c.practice_id, ()))
                for c in theirs
            ),
            aging=len(old := [c for c in plan.aging if c.liaison == liaison]),
            oldest=max(((as_of - c.opened_on).days // 7 for c in old), default=0),
            left_out=plan.left_out.get(liaison, 0),
            name=names.get(liaison, ""),
            homeless=sum(is_unassigned(c, evaluation.touches_of(c.practice_id)) for c in theirs),
        )
        for liaison in sorted(set(liaisons))
    )


def held(plan: Plan) -> list[CheckIn]:
    """Every check-in that is open once the plan is carried out."""
    return [
        *(*plan.opened, *plan.worse),
        *(*plan.unanswered, *plan.still_open, *plan.aging, *plan.asleep),
    ]


def unwanted(evaluation: Evaluation) -> list[CheckIn]:
    """The open check-ins of which somebody said that they are another liaison's."""
    return [
        checkin
        for checkin in held(evaluation.plan)
        if is_unassigned(checkin, evaluation.touches_of(checkin.practice_id))
    ]


def held_out(evaluation: Evaluation) -> int:
    """How many practices chance leaves unlisted now."""
    as_of = evaluation.as_of
    return len(holdout.resting((*evaluation.history.unlisted, *evaluation.plan.unlisted), as_of))


def _cases(evaluation: Evaluation) -> list[Case]:
    history = evaluation.history
    return cases(history.checkins, history.unlisted, history.touches)
