"""Which practice is to be seen again, and from when on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
from tests.builders.counted import AS_OF, counted

from quietdrop.checkins.history import History
from quietdrop.checkins.plan import Plan
from quietdrop.config import Settings, SourceSettings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.config.visits import VisitSettings
from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Practice
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.visit_plan import NOTHING_PLANNED, VisitPlan, visit_plan

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
PRACTICES = {key: Practice(key, key, tier=tier) for key, tier in (("A", "A"), ("B", "B"))}
VISITS = VisitSettings(every_weeks={"A": 4, "B": 10})


def planned(
    touches: tuple[Touch, ...] = (),
    closed: frozenset[str] = frozenset(),
    overrides: tuple[OverrideSettings, ...] = (),
) -> VisitPlan:
    """Two practices, which are known for twelve weeks."""
    evaluation = Evaluation(
        intake=Intake(pd.DataFrame(), PRACTICES, {}, (), 0, None),
        counts=pd.DataFrame(),
        assessed=counted({"A": [2.0] * 12, "B": [1.0] * 12}),
        streams=[],
        history=History(touches=touches),
        plan=Plan(closed=set(closed)),
        liaison_of={},
        faults=[],
    )
    settings = Settings(source=SourceSettings(referrals="-"), visits=VISITS, override=overrides)
    return visit_plan(evaluation, settings)


def test_each_tier_has_its_own_weeks_from_the_last_contact_on() -> None:
    seen = (Touch(AS_OF - 3 * WEEK, "A"), Touch(AS_OF, "B"), Touch(AS_OF - 30 * WEEK, "B"))
    plan = planned(seen)
    assert plan.tiers == {"A": "A", "B": "B"}
    assert plan.seen_on == {"A": AS_OF - 3 * WEEK, "B": AS_OF}
    assert plan.revisit_on == {"A": AS_OF + WEEK, "B": AS_OF + 10 * WEEK}


def test_a_visit_to_come_is_none_yet() -> None:
    assert planned((Touch(AS_OF + DAY, "A"),)).seen_on == {}


def test_who_was_never_seen_waits_since_the_later_of_its_beginning_and_the_records() -> None:
    began = AS_OF - 12 * WEEK
    old = Touch(AS_OF - 30 * WEEK, "A")
    assert planned((old,)).revisit_on == {"A": AS_OF - 26 * WEEK, "B": began + 10 * WEEK}
    late = Touch(AS_OF - 2 * WEEK, "A")
    assert planned((late,)).revisit_on == {"A": AS_OF + 2 * WEEK, "B": AS_OF + 8 * WEEK}


def test_who_is_gone_for_good_is_not_to_be_seen() -> None:
    override = OverrideSettings(tier="B", every_weeks=2)
    assert planned(closed=frozenset("B"), overrides=(override,)).revisit_on == {
        "A": AS_OF + 4 * WEEK
    }


def test_an_override_says_otherwise_where_it_says_something() -> None:
    two = OverrideSettings(tier="B", every_weeks=2)
    other = OverrideSettings(tier="A", alert_probability=0.7)
    assert planned(overrides=(two, other)).revisit_on == {
        "A": AS_OF + 4 * WEEK,
        "B": AS_OF + 2 * WEEK,
    }


def test_nothing_is_planned_of_nobody() -> None:
    assert replace(NOTHING_PLANNED) == VisitPlan({}, {}, {})
