"""Thresholds of their own for a territory or a tier, in what is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.planted_past import LAST, planted

from quietdrop.checkins.history import History
from quietdrop.checkins.unlisted import WhyNot
from quietdrop.config import Settings, SourceSettings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.config.settings import CalendarSettings, DigestSettings
from quietdrop.detection.tiers import tiers
from quietdrop.domain.checkin import Touch
from quietdrop.domain.errors import ConfigError
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.overrides import matching, unknown_names
from quietdrop.evaluation.visit_plan import visit_plan
from quietdrop.evaluation.weigh import prepare

DROPS = {1: (94, 0.2), 2: (94, 0.2)}  # two practices of three a week, ten weeks ago


@pytest.fixture(scope="module")
def intake() -> Intake:
    """P01 is in the north, P02 in the south; P00 of tier "key", as the directory says."""
    read = planted(30, DROPS)
    practices = {
        key: replace(one, territory="North" if int(key[1:]) % 2 else "South")
        for key, one in read.practices.items()
    }
    practices["P00"] = replace(practices["P00"], tier="key")
    return replace(read, practices=practices)


def decided(intake: Intake, *overrides: OverrideSettings) -> Evaluation:
    history = History(first_run=False)
    return evaluate(settings(*overrides), intake, prepare(intake.counts), history, LAST)


def settings(*overrides: OverrideSettings) -> Settings:
    return Settings(
        source=SourceSettings(referrals="-"),
        calendar=CalendarSettings(country=""),
        digest=DigestSettings(default_liaison="ann@clinic.example"),
        override=overrides,
    )


def listed(evaluation: Evaluation) -> set[str]:
    return {checkin.practice_id for checkin in evaluation.plan.opened}


def test_a_territory_has_a_threshold_of_its_own(intake: Intake) -> None:
    general = decided(intake)
    assert {"P01", "P02"} <= listed(general)
    strict = decided(intake, OverrideSettings(territory="north ", alert_probability=1.0))
    assert listed(strict) == {key for key in listed(general) if int(key[1:]) % 2 == 0}
    assert strict.plan.why_not["P01"].why is WhyNot.below_threshold
    assert strict.assessed.frame.loc["P01", "status"] == "watching"
    assert strict.assessed.frame.loc["P02", "status"] in ("drifting", "quiet")


def test_the_watch_and_the_least_number_are_the_territorys_too(intake: Intake) -> None:
    evaluation = decided(
        intake,
        OverrideSettings(territory="North", alert_probability=1.0, watch_probability=1.0),
        OverrideSettings(territory="South", min_referrals=10_000),
    )
    assert evaluation.assessed.frame.loc["P01", "status"] == "steady"
    assert evaluation.assessed.frame.loc["P02", "status"] == "new"
    assert not listed(evaluation)


def test_a_tier_comes_from_the_directory_else_from_the_volume(intake: Intake) -> None:
    strict = decided(intake, OverrideSettings(tier="KEY", min_referrals=10_000))
    statuses = strict.assessed.frame["status"]
    assert set(statuses[statuses == "new"].index) == {"P00"}
    by_volume = decided(intake, OverrideSettings(tier="C", min_referrals=10_000))
    new = set(by_volume.assessed.frame.query("status == 'new'").index)
    of = tiers(by_volume.assessed.cadence, intake.practices)
    assert new == {key for key, tier in of.items() if tier == "C"}
    assert 0 < len(new) < 15  # the smallest, which together send a fifth


def test_a_practice_in_two_tables_is_an_error_that_names_both(intake: Intake) -> None:
    both = (
        OverrideSettings(territory="South", every_weeks=2),
        OverrideSettings(tier="key", alert_probability=0.6),
    )
    with pytest.raises(ConfigError) as error:
        decided(intake, *both)
    said = str(error.value)
    assert '[[override]] territory = "South" and [[override]] tier = "key" both hold' in said
    assert '"Practice 0"' in said
    assert said.startswith("[[override]]")
    with pytest.raises(ConfigError, match=r"^clinic\.toml: \[\[override\]\]"):
        matching(
            settings(*both).model_copy(update={"path": Path("clinic.toml")}), intake.practices, {}
        )


def test_a_table_of_territory_and_tier_holds_only_for_both(intake: Intake) -> None:
    one = OverrideSettings(territory="North", tier="key", min_referrals=10_000)
    assert "new" not in set(decided(intake, one).assessed.frame["status"])


def test_how_often_it_is_seen_is_the_territorys_too(intake: Intake) -> None:
    seen = replace(intake, touches=(Touch(LAST - timedelta(days=70), "P00"),))
    of = settings(OverrideSettings(territory="North", every_weeks=2))
    visits = (of, settings())
    northern, general = (visit_plan(decided(seen, *each.override), each) for each in visits)
    key = next(key for key, tier in northern.tiers.items() if tier == "C" and int(key[1:]) % 2)
    assert general.revisit_on[key] - northern.revisit_on[key] == timedelta(weeks=24)
    south = {k: day for k, day in northern.revisit_on.items() if int(k[1:]) % 2 == 0}
    assert south == {k: general.revisit_on[k] for k in south}


def test_a_name_of_nobody_is_remarked(intake: Intake) -> None:
    of = settings(
        OverrideSettings(territory="East", every_weeks=2),
        OverrideSettings(tier="gold", every_weeks=2),
        OverrideSettings(territory="north", tier="KEY", every_weeks=2),
    )
    assert unknown_names(of, intake, LAST) == [
        '[[override]] territory = "East": no practice is of that territory',
        '[[override]] tier = "gold": no practice is of that tier',
    ]
    assert unknown_names(settings(), intake, LAST) == []
    assert unknown_names(of, replace(intake, counts=intake.counts[:0]), LAST) == []
