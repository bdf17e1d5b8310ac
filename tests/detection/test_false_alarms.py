"""How many alarms of the past were false, by what was said and what followed."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.false_alarms import REST, Looks, false_alarms, log_as_ever
from quietdrop.domain.arrays import FloatArray


def _looks(said: FloatArray, log_ratio: float = 0.0) -> Looks:
    return Looks(said, np.full_like(said, log_ratio), np.ones_like(said, dtype=bool))


def _said(*weeks: int, by: float = 0.8) -> FloatArray:
    said = np.zeros((1, 60))
    said[0, list(weeks)] = by
    return said


def test_without_knowing_what_followed_an_alarm_is_as_false_as_was_said() -> None:
    assert false_alarms(_looks(_said(10)), [0.5, 0.8, 0.81]) == pytest.approx([0.2, 0.2, 0.0])


def test_what_followed_moves_it_to_true_or_false() -> None:
    assert false_alarms(_looks(_said(10), 20.0), [0.5])[0] == pytest.approx(1.0)
    assert false_alarms(_looks(_said(10), -20.0), [0.5])[0] == pytest.approx(0.0, abs=1e-6)


def test_an_alarm_within_the_rest_is_the_same_and_after_it_another() -> None:
    same, other = _said(10, 10 + REST - 1), _said(10, 10 + REST)
    assert false_alarms(_looks(same), [0.5])[0] == pytest.approx(0.2)
    assert false_alarms(_looks(other), [0.5])[0] == pytest.approx(0.4)


def test_an_alarm_that_stands_on_the_first_date_began_before() -> None:
    assert false_alarms(_looks(_said(0, 1, 2)), [0.5])[0] == 0.0
    assert false_alarms(_looks(_said(1, 2)), [0.5])[0] == pytest.approx(0.2)


def test_who_was_not_judged_is_no_alarm_and_no_practice_year() -> None:
    looks = Looks(_said(10), np.zeros((1, 60)), np.zeros((1, 60), dtype=bool))
    assert false_alarms(looks, [0.5])[0] == 0.0
    assert looks.practice_years == 0.0
    assert _looks(_said(10)).practice_years == pytest.approx(59 / 52)


def test_as_many_as_ever_speak_for_a_false_alarm_and_as_few_as_said_against_it() -> None:
    weeks, ones = np.ones((2, 10)), np.ones(2)
    counts = np.array([[4.0] * 10, [1.0] * 10])
    ratio = log_as_ever(counts, weeks, 4.0 * ones, 0.25 * ones, ones)
    assert ratio[0] == pytest.approx(40 * np.log(4) - 30)
    assert ratio[1] == pytest.approx(10 * np.log(4) - 30)
    assert ratio[0] > 0 > ratio[1]
    halved = log_as_ever(counts, weeks, 4.0 * ones, 0.25 * ones, 2.0 * ones)
    assert halved == pytest.approx(ratio / 2)


def test_no_week_that_followed_says_nothing() -> None:
    nothing = np.zeros((1, 0))
    assert log_as_ever(nothing, nothing, np.ones(1), np.full(1, 0.3), np.ones(1))[0] == 0.0


@pytest.mark.parametrize("dates", [1, 2, REST - 1, REST, REST + 1])
def test_a_few_dates_have_at_most_one_alarm(dates: int) -> None:
    said = np.full((1, dates), 0.1)
    said[0, -1] = 0.8
    assert false_alarms(_looks(said), [0.5])[0] == pytest.approx(0.2 if dates > 1 else 0.0)


@pytest.mark.parametrize(("weeks", "tell"), [(25, 25), (26, 26), (27, 26)])
def test_half_a_year_tells_whether_an_alarm_was_false(weeks: int, tell: int) -> None:
    ones, each = np.ones(1), np.ones((1, weeks))
    ratio = log_as_ever(each, each, ones, 0.5 * ones, ones)
    assert ratio == pytest.approx([tell * (np.log(2.0) - 0.5)])
