"""What more weeks or referrals would make of a practice, against what they do make of it."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from tests.builders.checkin_scene import AS_OF, NETWORK, rows

from quietdrop.config.settings import DriftSettings
from quietdrop.detection import what_if
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.weekly_counts import events, weekly

DRIFT = DriftSettings()
PRIORS = DRIFT.priors
ALERT = DRIFT.alert_probability


def _judged(a_week: list[int], ago: int = 0) -> Assessed:
    """The network with A in it, as of so many weeks ago; A's last week is the newest of all."""
    every = pd.concat([NETWORK, rows("A", a_week)])
    as_of = AS_OF - timedelta(weeks=ago)
    return assess(weekly(events(every).known_on(as_of), as_of), DRIFT)


def _odds(assessed: Assessed) -> float:
    return assessed.of("A").drift_probability or 0.0


def test_judged_again_with_nothing_changed_the_odds_are_the_same() -> None:
    assessed = _judged([3] * 100 + [0] * 2)
    again = what_if.judged_again(what_if.stream_of(assessed, "A"), PRIORS, [])
    assert again.probability[0] == pytest.approx(_odds(assessed))


@pytest.mark.parametrize("a_week", [1, 2, 3])
def test_so_many_weeks_of_silence_do_list_it_and_one_less_does_not(a_week: int) -> None:
    silent = 12
    history = [a_week] * 92 + [0] * silent
    before = _judged(history, ago=silent)
    weeks = what_if.weeks_of_silence(what_if.stream_of(before, "A"), PRIORS, ALERT)
    assert weeks is not None
    assert _odds(_judged(history, ago=silent - weeks)) >= ALERT
    assert _odds(_judged(history, ago=silent - weeks + 1)) < ALERT


def test_the_weeks_of_silence_are_told_by_value() -> None:
    stream = what_if.stream_of(_judged([2] * 104), "A")
    assert what_if.weeks_of_silence(stream, PRIORS, ALERT) == 4
    assert what_if.weeks_of_silence(stream, PRIORS, 0.9) == 5


def test_who_sends_too_seldom_is_listed_by_no_half_year_of_silence() -> None:
    seldom = ([0] * 25 + [1]) * 4
    stream = what_if.stream_of(_judged(seldom), "A")
    assert what_if.weeks_of_silence(stream, PRIORS, ALERT) is None


@pytest.mark.parametrize("silent", [4, 8])
def test_so_many_more_referrals_do_clear_it_and_one_less_does_not(silent: int) -> None:
    history = [3] * (104 - silent) + [0] * silent
    stream = what_if.stream_of(_judged(history), "A")
    more = what_if.referrals_to_clear(stream, PRIORS, ALERT)
    assert more is not None
    assert _odds(_judged([*history[:-1], more])) < ALERT
    assert _odds(_judged([*history[:-1], more - 1])) >= ALERT


def test_no_single_week_clears_a_stop_of_long_ago() -> None:
    stream = what_if.stream_of(_judged([9] * 84 + [0] * 20), "A")
    assert what_if.referrals_to_clear(stream, PRIORS, ALERT) is None
