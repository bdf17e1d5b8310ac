"""What the own past taught, in words."""

from __future__ import annotations

import math
from datetime import date

import pytest

from quietdrop.config import Settings, SourceSettings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.config.settings import DriftSettings
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.hazard import Covariate, HazardCard, Verdict
from quietdrop.evaluation.alert_levels import resolved
from quietdrop.messages.wording.learned import (
    CHANGES,
    REASONS,
    before_the_drop,
    hazard,
    promise,
)

DAY = date(2026, 7, 6)


def test_a_promise_names_the_threshold_the_years_and_the_past() -> None:
    card = AlertCard(DAY, 52, 1000.0, (0.1, 0.2, 0.4, 0.8), (500.0, 150.0, 40.0, 1.0))
    of = Settings(
        source=SourceSettings(referrals="-"),
        drift=DriftSettings(false_alarm_years=10),
        override=(
            OverrideSettings(territory="North", false_alarm_years=1.5),
            OverrideSettings(territory="South", alert_probability=0.5),
        ),
    )
    past = "by 52 weeks of your own past, learned on July 6, 2026"
    assert list(promise(resolved(of, card), card)) == [
        f"listed from 40 %: at most one false check-in a practice in 10 years, {past}",
        '[[override]] territory = "North": listed from 10 %: at most one false check-in a practice '
        f"in 1.5 years, {past}",
    ]


def _card(verdict: Verdict, **weights: float) -> HazardCard:
    named = {Covariate(name): weight for name, weight in weights.items()}
    return HazardCard(DAY, verdict, named, practices=300, weeks=104, drops=51.4)


def test_what_precedes_drops_is_told_with_its_effect_the_largest_first() -> None:
    wait = math.log(1.5) / math.log(1.5)  # half as long again: half as likely again
    card = _card(Verdict.USED, wait=wait, complaint=math.log(2.1), notes=0.0, declined=-1.0)
    assert hazard(card) == (
        "a drop is likelier after: a complaint (2.1 × as likely); a wait half as long again as "
        "others' (1.5 × as likely). Learned from 51 drops of 300 practices, and it held later"
    )


@pytest.mark.parametrize(
    ("covariate", "times"),
    [
        (Covariate.WAIT, "1.5"),
        (Covariate.WAIT_RISE, "1.5"),
        (Covariate.NOTES, "1.6"),
        (Covariate.DECLINED, "1.3"),
        (Covariate.COMPLAINT, "2.7"),
        (Covariate.STAFF_GONE, "2.7"),
        (Covariate.ACQUIRED, "2.7"),
        (Covariate.UNTOUCHED, "1.6"),
        (Covariate.NEIGHBORS, "1.3"),
    ],
)
def test_an_effect_is_that_of_a_change_that_can_be_pictured(
    covariate: Covariate, times: str
) -> None:
    said = hazard(_card(Verdict.USED, **{covariate.value: 1.0}))
    assert said.partition(". ")[0] == (
        f"a drop is likelier after: {CHANGES[covariate][0]} ({times} × as likely)"
    )


@pytest.mark.parametrize(("ratio", "shown"), [(1.09, False), (1.1, True)])
def test_an_effect_of_a_tenth_is_shown(ratio: float, shown: bool) -> None:
    said = hazard(_card(Verdict.USED, complaint=math.log(ratio)))
    assert ("a complaint (1.1 × as likely)" in said) is shown
    assert ("after: nothing alone. " in said) is not shown


def test_the_three_largest_effects_are_shown() -> None:
    card = _card(Verdict.USED, complaint=1.0, acquired=0.9, staff_gone=0.8, notes=0.7)
    assert hazard(card).count("× as likely") == 3
    assert "notes" not in hazard(card)


@pytest.mark.parametrize(
    ("years", "span"), [(1.0, "a year"), (1.5, "1.5 years"), (2.0, "2 years"), (10.0, "10 years")]
)
def test_a_promise_is_one_of_years(years: float, span: str) -> None:
    card = AlertCard(DAY, 1, 1000.0, (0.1, 0.4, 0.8), (500.0, 40.0, 0.5))
    of = Settings(
        source=SourceSettings(referrals="-"), drift=DriftSettings(false_alarm_years=years)
    )
    [said] = promise(resolved(of, card), card)
    assert f"at most one false check-in a practice in {span}, by 1 week of your own past" in said


def test_a_hazard_that_is_not_used_says_why() -> None:
    assert hazard(_card(Verdict.NO_BETTER, wait=1.0)) == (
        "what was recorded before earlier drops does not predict later ones (51 drops of 300 "
        "practices): every practice counts as equally likely to drop"
    )
    assert hazard(_card(Verdict.FEW_DROPS)).startswith("too few drops yet")
    assert hazard(_card(Verdict.SHORT_PAST)).startswith("too short a past yet")
    assert hazard(_card(Verdict.NOTHING_KNOWN)) == ""


@pytest.mark.parametrize("ratio", [0.92, 1.0, 1.09])
def test_what_hardly_matters_is_not_told_of_a_practice(ratio: float) -> None:
    assert before_the_drop(ratio, Covariate.WAIT) == ""


def test_what_matters_is_told_with_what_did_most() -> None:
    said = "by what was known before it, a drop was 2.1 × as likely as usual"
    assert before_the_drop(2.1, Covariate.WAIT) == f"{said}: their patients' wait"
    assert before_the_drop(2.1, None) == said
    slightly = "by what was known before it, a drop was 1.2 × as likely as usual"
    assert before_the_drop(1.2, Covariate.WAIT) == f"{slightly}: their patients' wait"
    assert before_the_drop(0.5, Covariate.WAIT).endswith("0.5 × as likely as usual")
    assert before_the_drop(0.9, None).endswith("0.9 × as likely as usual")


def test_every_covariate_has_words() -> None:
    assert set(CHANGES) == set(REASONS) == set(Covariate)
