"""The audit of a promise: what counts as a false check-in, and what rate is ruled out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from benchmarks.detection.promised import BETS, RATES, SURE, Followed, certified, opened

from quietdrop.detection.false_alarms import REST
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.arrays import FloatArray

CARD = AlertCard(date(2026, 7, 6), 52, 40.0, (0.5,), (1.0,))


def followed(said: list[float], clear: list[bool] | None = None) -> Followed:
    """One practice, week by week."""
    so = np.array([clear if clear is not None else [True] * len(said)])
    return Followed(CARD, np.array([said]), so)


def opened_in(of: Followed) -> list[int]:
    begins, _ = opened(of, 0.5)
    return [int(week) for week in np.flatnonzero(begins[0])]


def wealth(rate: float, opens: FloatArray) -> float:
    """The mean over bets of the product that the audit watches, written out."""
    return float(np.mean([np.prod(1.0 + bet * (rate - opens)) for bet in BETS]))


def test_an_alarm_opens_one_check_in_from_the_threshold_on() -> None:
    assert opened_in(followed([0.1, 0.49, 0.5, 0.9, 0.1])) == [1]


def test_what_stood_in_the_first_week_began_before() -> None:
    assert opened_in(followed([0.9, 0.9, 0.1])) == []


@pytest.mark.parametrize(("later", "opens"), [(REST - 1, [0]), (REST, [0, REST])])
def test_an_alarm_so_many_weeks_after_the_last_is_another_one(later: int, opens: list[int]) -> None:
    assert opened_in(followed([0.0, 0.9, *[0.0] * (later - 1), 0.9])) == opens


def test_weeks_after_a_drop_and_weeks_not_judged_do_not_count() -> None:
    of = followed([0.0, 0.9, np.nan, 0.0], [True, False, True, True])
    begins, judged = opened(of, 0.5)
    assert not begins.any()
    assert judged.tolist() == [[False, False, True]]


def test_the_least_rate_is_certified_at_which_the_bets_reach_twenty() -> None:
    opens = np.zeros(400)
    opens[[7, 130]] = 1.0
    rate = certified(opens)
    place = int(np.flatnonzero(rate == RATES)[0])
    assert wealth(RATES[place], opens) >= SURE
    assert wealth(RATES[place - 1], opens) < SURE
    assert rate > 2 / 400


def test_the_order_of_the_weeks_does_not_matter() -> None:
    opens = np.zeros(300)
    opens[:3] = 1.0
    assert certified(opens) == certified(opens[::-1])


def test_nothing_is_certified_from_few_weeks() -> None:
    assert certified(np.zeros(0)) == 1.0
    assert certified(np.zeros(5)) == 1.0
    assert certified(np.zeros(20)) < 0.5


def test_more_false_check_ins_certify_less_and_more_weeks_more() -> None:
    few, many = np.zeros(1000), np.zeros(1000)
    few[:2], many[:20] = 1.0, 1.0
    assert certified(few) < certified(many)
    assert certified(np.tile(few, 4)) < certified(few)


def test_less_than_the_true_rate_is_certified_at_most_once_in_twenty() -> None:
    rng = np.random.default_rng(2022)
    wrong = sum(certified((rng.random(1000) < 0.02).astype(float)) < 0.02 for _ in range(200))
    assert wrong <= 10
