"""Which practice is of which tier, when it was last seen, and when it is to be seen again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from quietdrop.checkins.visits import last_contacts, records_began, revisit_days
from quietdrop.detection.tiers import tiers
from quietdrop.domain.days import EPOCH
from quietdrop.evaluation.evaluation import Evaluation


@dataclass(frozen=True)
class VisitPlan:
    """By practice: its tier, its last contact, and the day from which on it was not seen for long.

    Who is gone for good is never to be seen again.
    """

    tiers: Mapping[str, str] = field(default_factory=dict)
    seen_on: Mapping[str, date] = field(default_factory=dict)
    revisit_on: Mapping[str, date] = field(default_factory=dict)


NOTHING_PLANNED = VisitPlan()


def visit_plan(evaluation: Evaluation, every_weeks: Mapping[str, int]) -> VisitPlan:
    """The plan of visits of one date, by the weeks that each tier may wait."""
    cadence, as_of = evaluation.assessed.cadence, evaluation.assessed.cadence.as_of
    history = evaluation.history
    last = last_contacts(touch for touch in history.touches if touch.touched_on <= as_of)
    first = records_began(history, as_of)
    began = {
        key: max(first, EPOCH + timedelta(days=int(day)))
        for key, day in zip(cadence.ids, cadence.first_day, strict=True)
    }
    of = tiers(cadence, evaluation.intake.practices)
    staying = {key: tier for key, tier in of.items() if key not in evaluation.plan.closed}
    return VisitPlan(of, last, revisit_days(staying, every_weeks, last, began))
