"""Which practice is of which tier, when it was last seen, and when it is to be seen again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from quietdrop.checkins.visits import last_contacts, records_began, revisit_days, weeks_between
from quietdrop.config import Settings
from quietdrop.detection.tiers import tiers
from quietdrop.domain.days import EPOCH
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.overrides import matching


@dataclass(frozen=True)
class VisitPlan:
    """By practice: its tier, its last contact, and the day from which on it was not seen for long.

    Who is gone for good is never to be seen again.
    """

    tiers: Mapping[str, str] = field(default_factory=dict)
    seen_on: Mapping[str, date] = field(default_factory=dict)
    revisit_on: Mapping[str, date] = field(default_factory=dict)


NOTHING_PLANNED = VisitPlan()


def visit_plan(evaluation: Evaluation, settings: Settings) -> VisitPlan:
    """The plan of visits of one date, by the weeks that each tier, or an [[override]], lets a
    practice wait."""
    cadence, as_of = evaluation.assessed.cadence, evaluation.as_of
    history = evaluation.history
    last = last_contacts(touch for touch in history.touches if touch.touched_on <= as_of)
    first = records_began(history, as_of)
    began = {
        key: max(first, EPOCH + timedelta(days=int(day)))
        for key, day in zip(cadence.ids, cadence.first_day, strict=True)
    }
    of = tiers(cadence, evaluation.intake.practices)
    staying = {key: tier for key, tier in of.items() if key not in evaluation.plan.closed}
    weeks = weeks_between(staying, settings.visits.every_weeks)
    overrides = matching(settings, evaluation.intake.practices, of)
    weeks |= {
        key: one.every_weeks
        for key, one in overrides.items()
        if one.every_weeks is not None and key in staying
    }
    return VisitPlan(of, last, revisit_days(weeks, last, began))
