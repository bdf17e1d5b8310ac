"""Planted worlds in which the right proposal is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.builders.planted_past import LAST, planted

from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import CalendarSettings, DigestSettings, DriftSettings
from quietdrop.domain.directory import Prefer
from quietdrop.domain.errors import UsageError
from quietdrop.domain.intake import Intake
from quietdrop.jobs.replay import Replay, mondays
from quietdrop.jobs.tune import candidates, tune
from quietdrop.lib.progress import silent
from quietdrop.messages.tuning import as_text

DATES = tuple(mondays(LAST - timedelta(weeks=55), LAST))


def settings(alert: float = 0.5, budget: int = 6) -> Settings:
    return Settings(
        source=SourceSettings(referrals="-"),
        calendar=CalendarSettings(country=""),
        drift=DriftSettings(alert_probability=alert),
        digest=DigestSettings(budget=budget, default_liaison="ann@clinic.example"),
    )


def replay(intake: Intake) -> Replay:
    return Replay(intake, DATES)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thresholds are enough, and quicker."""
    monkeypatch.setattr("quietdrop.jobs.tune.ALERTS", (0.5, 0.9))


@pytest.mark.usefixtures("few")
def test_a_threshold_that_catches_more_at_the_budget_is_proposed() -> None:
    """Practices fall to four tenths in either half; at 0.9 they are listed late."""
    drops = {n: (50 + n * 5 // 2, 0.4) for n in range(17)}
    result, values = tune(settings(alert=0.9), 6, replay(planted(40, drops)), (), silent)
    assert values["drift.alert_probability"] < 0.9  # type: ignore[operator]
    assert "digest.budget" not in values
    assert result.gain.low > 0
    assert result.proposed.caught > result.today.caught
    assert result.proposed.a_liaison_and_week <= 6
    assert result.changes[0].key == "drift.alert_probability"
    assert "alert_probability = " in as_text(result)


@pytest.mark.usefixtures("few")
def test_in_a_world_of_noise_nothing_is_proposed() -> None:
    result, values = tune(settings(), 6, replay(planted(30, {})), (), silent)
    assert not values
    assert not result.changes
    assert "othing" in as_text(result) or "none catches more" in as_text(result)
    assert "Paste" not in as_text(result)


def test_a_short_past_is_refused() -> None:
    short = Replay(planted(3, {}), DATES[-51:])
    with pytest.raises(UsageError, match="51 weeks"):
        tune(settings(), 6, short, (), silent)


def test_todays_settings_come_first_and_are_held_to_the_budget() -> None:
    tries = list(candidates(settings(budget=6), 4.5))
    assert tries[0][1] == {"digest.budget": 5}
    assert all(each.digest.budget == 5 for each, _ in tries)
    assert len({(each.drift.alert_probability, each.digest.prefer) for each, _ in tries}) == 26
    assert len(tries) == 26  # today's own threshold is not tried twice


def test_a_larger_budget_is_a_change_of_its_own() -> None:
    tries = list(candidates(settings(budget=4), 6))
    assert tries[0][1] == {}
    assert {"drift.alert_probability": 0.5, "digest.budget": 6} in [v for _, v in tries]


def test_the_watch_never_lies_above_the_alert() -> None:
    drift = DriftSettings(alert_probability=0.8, watch_probability=0.6)
    watchful = settings().model_copy(update={"drift": drift})
    for each, values in candidates(watchful, 6):
        assert each.drift.watch_probability <= each.drift.alert_probability
        if each.drift.alert_probability < 0.6:
            assert values["drift.watch_probability"] == each.drift.alert_probability
    assert {each.digest.prefer for each, _ in candidates(watchful, 6)} == set(Prefer)


def test_beside_a_promise_no_threshold_is_tried() -> None:
    drift = DriftSettings(false_alarm_years=5)
    promised = settings(budget=4).model_copy(update={"drift": drift})
    tries = list(candidates(promised, 6))
    assert [values for _, values in tries] == [
        {},
        {"digest.budget": 6},
        {"digest.prefer": "sure", "digest.budget": 6},
    ]
    assert {each.drift for each, _ in tries} == {drift}
