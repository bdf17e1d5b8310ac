"""A promised number of years becomes a threshold, by the network's own past."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.planted_past import LAST, planted

from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.config.settings import CalendarSettings, DriftSettings
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.days import EPOCH
from quietdrop.domain.errors import ConfigError
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.alert_levels import LEARNED_EVERY, resolved
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import prepare

WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def intake() -> Intake:
    return planted(40, {1: (94, 0.2)})


def promised(years: float | None, *tables: OverrideSettings) -> Settings:
    return Settings(
        source=SourceSettings(referrals="-"),
        calendar=CalendarSettings(country=""),
        drift=DriftSettings(false_alarm_years=years),
        override=tables,
    )


def decided(intake: Intake, of: Settings, alerts: AlertCard | None = None) -> Evaluation:
    history = History(first_run=False, alerts=alerts)
    return evaluate(of, intake, prepare(intake.counts), history, LAST)


def test_the_threshold_follows_from_the_past_and_more_years_make_it_higher(
    intake: Intake,
) -> None:
    two = decided(intake, promised(2))
    assert two.alerts is not None
    assert two.alerts.learned_on == LAST
    assert two.alerts.practice_years == pytest.approx(40 * (two.alerts.weeks - 1) / 52, rel=0.1)
    alert = two.assessed.thresholds.alert.general
    assert alert == two.alerts.threshold(2)
    five = decided(intake, promised(5), two.alerts)
    assert five.alerts is two.alerts
    assert five.assessed.thresholds.alert.general > alert


@pytest.mark.parametrize(
    ("age", "is_kept"),
    [(LEARNED_EVERY - WEEK, True), (LEARNED_EVERY, False), (-WEEK, False)],
)
def test_a_card_is_kept_for_half_a_year(intake: Intake, age: timedelta, *, is_kept: bool) -> None:
    earlier = AlertCard(LAST - age, 52, 100.0, (0.4,), (1.0,))
    assert (decided(intake, promised(5), earlier).alerts == earlier) is is_kept


def test_nothing_is_learned_where_nothing_is_promised(intake: Intake) -> None:
    assert decided(intake, promised(None)).alerts is None


def _since(intake: Intake, weeks: int) -> Intake:
    first = (LAST - EPOCH).days - 7 * weeks
    return replace(intake, counts=intake.counts[intake.counts["day"] >= first])


def test_under_52_weeks_of_past_it_is_refused_and_with_52_it_is_not(intake: Intake) -> None:
    with pytest.raises(ConfigError, match=r"needs 52 weeks of referrals .*; these are 51\."):
        decided(_since(intake, 51), promised(1))
    assert decided(_since(intake, 52), promised(1)).alerts is not None


def test_more_than_the_past_can_show_is_refused_with_what_it_can(intake: Intake) -> None:
    with pytest.raises(
        ConfigError, match=r"false_alarm_years = 500: the past, .* can show at most"
    ):
        decided(intake, promised(500))


CARD = AlertCard(LAST, 52, 1000.0, (0.1, 0.2, 0.4, 0.8), (500.0, 150.0, 40.0, 1.0))


@pytest.mark.parametrize(("years", "alert", "watch"), [(4, 0.2, 0.2), (15, 0.4, 0.25)])
def test_the_watch_is_never_above_the_threshold(years: float, alert: float, watch: float) -> None:
    drift = resolved(promised(years), CARD).drift
    assert (drift.alert_probability, drift.watch_probability) == (alert, watch)


def test_a_table_that_promises_has_its_own_threshold_and_one_with_a_threshold_keeps_it() -> None:
    north = OverrideSettings(territory="North", false_alarm_years=100)
    south = OverrideSettings(territory="South", alert_probability=0.33)
    of = resolved(promised(5, north, south), CARD)
    assert [one.alert_probability for one in of.override] == [0.8, 0.33]
    alone = resolved(promised(None, north), CARD)
    assert alone.drift.alert_probability == 0.5
    assert alone.override[0].alert_probability == 0.8
