"""Some of a group fall together: none of them is sure, and their date is."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.joint_falls import (
    Evidence,
    JointFall,
    evidence,
    joint_falls,
    least_factor,
)
from quietdrop.domain.arrays import FloatArray, IntArray

WEEKS, PRACTICES = 130, 120
AGO = 12  # weeks since the common cause
PRIORS = DriftSettings().priors
QUARTERS = [np.arange(30 * group, 30 * group + 30) for group in range(4)]


def network(seed: int) -> tuple[FloatArray, np.random.Generator]:
    """Practices × weeks of mean referrals, log-normal about 1.4 a week."""
    rng = np.random.default_rng(seed)
    return np.repeat(rng.lognormal(0.3, 0.6, (PRACTICES, 1)), WEEKS, axis=1), rng


def falls(counts: FloatArray, groups: list[IntArray] | None = None) -> list[JointFall]:
    exposure, basis = np.ones_like(counts), Basis(np.ones(len(counts)), 0.3)
    every = posterior(counts, exposure, basis, PRIORS)
    weighed = evidence(counts, exposure, basis, PRIORS, every.log_any)
    return joint_falls(weighed, groups or QUARTERS)


def test_most_networks_in_which_twelve_of_thirty_lose_a_third_are_told_within_a_quarter() -> None:
    """And of those who are named, most did fall, about then."""
    detected, named, fell, wrong = 0, 0, 0, 0
    for seed in range(10):
        rate, rng = network(seed)
        rate[:12, -AGO:] *= 2.0 / 3.0
        for fall in falls(rng.poisson(rate).astype(float)):
            if fall.group != 0:
                wrong += 1
                continue
            assert abs(fall.onset - (WEEKS - AGO)) <= 8
            detected, named = detected + 1, named + len(fall.members)
            fell += sum(member < 12 for member in fall.members)
    assert detected >= 6
    assert wrong <= 1
    assert fell >= 0.6 * named


@pytest.mark.parametrize("seed", range(6))
def test_a_steady_network_has_no_common_cause(seed: int) -> None:
    rate, rng = network(100 + seed)
    assert falls(rng.poisson(rate).astype(float)) == []


def test_one_practice_that_stops_explains_itself() -> None:
    rate, rng = network(7)
    rate[0], rate[0, -AGO:] = 9.0, 0.0
    assert falls(rng.poisson(rate).astype(float)) == []


def test_falls_at_different_times_have_no_common_cause() -> None:
    rate, rng = network(8)
    for practice, ago in enumerate((6, 14, 22, 30, 38)):
        rate[practice], rate[practice, -ago:] = 5.0, 0.5
    assert falls(rng.poisson(rate).astype(float)) == []


def test_three_clear_falls_of_one_week_have_one() -> None:
    rate, rng = network(9)
    rate[:4], rate[:4, -AGO:] = 5.0, 1.5
    [fall] = falls(rng.poisson(rate).astype(float))
    assert set(range(4)) <= set(fall.members)


@pytest.mark.parametrize(("members", "number"), [(4, 0), (5, 1)])
def test_a_group_has_five_members_at_least(members: int, number: int) -> None:
    rate, rng = network(9)
    rate[:4], rate[:4, -AGO:] = 5.0, 1.0
    assert len(falls(rng.poisson(rate).astype(float), [np.arange(members)])) == number


@pytest.mark.parametrize(
    ("members", "least"),
    [(60, 0.0), (30, 0.0), (20, 0.8), (15, 1.6), (10, 3.2), (9, 1.6 * 21 / 9), (8, 4.0), (5, 4.0)],
)
def test_small_groups_need_more_evidence(members: int, least: float) -> None:
    assert least_factor(members) == pytest.approx(least)


def test_small_groups_rarely_agree_by_chance() -> None:
    """Twelve groups of ten, in twenty networks in which nothing happens."""
    tens = [np.arange(first, first + 10) for first in range(0, PRACTICES, 10)]
    coincidences = 0
    for seed in range(100, 120):
        rate, rng = network(seed)
        coincidences += len(falls(rng.poisson(rate).astype(float), tens))
    assert coincidences <= 1


def test_a_fall_of_three_weeks_may_be_a_snow_storm() -> None:
    rate, rng = network(10)
    rate[:15], rate[:15, -3:] = 5.0, 1.0
    assert falls(rng.poisson(rate).astype(float)) == []


def test_no_weeks_and_no_groups_have_nothing() -> None:
    assert falls(np.zeros((6, 2)), [np.arange(6)]) == []
    assert falls(np.ones((6, 60)), [np.array([], dtype=np.int64)]) == []


@pytest.mark.parametrize(("fallen", "number"), [(2, 0), (3, 1)])
def test_three_who_surely_fell_are_enough_and_two_are_a_coincidence(
    fallen: int, number: int
) -> None:
    factor = np.full((6, 30, 3), -800.0)
    factor[:fallen, 10] = 60.0
    joint = joint_falls(Evidence(factor, 7), [np.arange(6)])
    assert joint == [JointFall(0, 17, (0, 1, 2))][:number]


@pytest.mark.parametrize(("phi", "is_given"), [(0.8, True), (0.79, False)])
def test_only_the_very_regular_are_weighed_anew(phi: float, is_given: bool) -> None:
    """With the φ of 0.8; all others with what was made of them before."""
    counts, ones = np.ones((1, 60)), np.ones((1, 60))
    shifted = np.full(1, 5.0)
    basis = Basis(np.full(1, phi), 0.3)
    of = evidence(counts, ones, basis, PRIORS, shifted).log_factor
    plain = evidence(counts, ones, basis, PRIORS, 0.0 * shifted).log_factor
    assert (plain - of) == pytest.approx(np.full(of.shape, 5.0 if is_given else 0.0))
