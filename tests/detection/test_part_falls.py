"""A part that falls by itself is told from a whole that falls, by what the others send."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.part_falls import PartsOf, part_posterior, thinned
from quietdrop.detection.pool_line import LOW
from quietdrop.domain.arrays import FloatArray

WEEKS, AGO = 130, 14
PRIORS = DriftSettings().priors


def fell(mine: FloatArray, others: FloatArray, exposure: FloatArray | None = None) -> float:
    """How likely it is that the part fell by itself."""
    whole = (mine + others)[None, :]
    chances = np.ones_like(whole) if exposure is None else exposure[None, :]
    basis = Basis(np.ones(1), 0.3)
    every = posterior(whole, chances, basis, PRIORS)
    of = PartsOf(basis, every.log_any, np.zeros(1, dtype=np.int64))
    return float(part_posterior(mine[None, :], whole, chances, of, PRIORS).probability[0])


def every_other_week(place: int) -> FloatArray:
    return np.asarray(np.arange(WEEKS) % 2 == place, dtype=float)


def stopped(counts: FloatArray) -> FloatArray:
    return np.where(np.arange(WEEKS) < WEEKS - AGO, counts, 0.0)


def test_one_of_two_who_stops_is_told_by_itself() -> None:
    mine, other = every_other_week(0), every_other_week(1)
    assert fell(mine, other) < 0.1
    assert fell(stopped(mine), other) > 0.8


def test_where_both_stop_the_whole_explains_it() -> None:
    mine, other = every_other_week(0), every_other_week(1)
    assert fell(stopped(mine), stopped(other)) < 0.1


def test_where_the_others_take_over_it_is_all_the_clearer() -> None:
    mine, other = every_other_week(0), every_other_week(1)
    taken_over = other + (mine - stopped(mine))
    assert fell(stopped(mine), taken_over) >= fell(stopped(mine), other)


def test_a_closure_that_everybody_knows_of_says_nothing() -> None:
    mine, other = every_other_week(0), every_other_week(1)
    open_share = stopped(np.ones(WEEKS))
    assert fell(stopped(mine), stopped(other), open_share) < 0.1


def test_a_part_that_never_came_before_is_no_fall() -> None:
    assert fell(np.zeros(WEEKS), every_other_week(0)) < 0.1


@pytest.mark.parametrize(
    ("phi", "share", "expected"),
    [(3.0, 1.0, 3.0), (3.0, 0.5, 2.0), (3.0, 0.0, 1.0), (0.5, 0.5, 0.75), (LOW, 1.0, LOW)],
)
def test_a_share_of_bursts_is_less_bursty(phi: float, share: float, expected: float) -> None:
    assert thinned(np.array([phi]), np.array([share]))[0] == pytest.approx(expected)


@pytest.mark.parametrize(("mine", "others"), [({50: 2, 90: 1}, {}), ({50: 1}, {60: 1})])
def test_who_sends_all_of_them_or_as_many_is_as_bursty_as_the_whole(
    mine: dict[int, int], others: dict[int, int]
) -> None:
    """Its first week is left out of the whole, so that its share of the rest may be above one."""
    came, rest = np.zeros((1, WEEKS)), np.zeros((1, WEEKS))
    came[0, list(mine)], rest[0, list(others)] = list(mine.values()), list(others.values())
    ones, basis = np.ones((1, WEEKS)), Basis(np.full(1, 3.0), 0.3)
    of = PartsOf(basis, np.zeros(1), np.zeros(1, dtype=np.int64))
    since = (np.arange(WEEKS) > 50).astype(float)
    against = replace(basis, log_rival=np.zeros(1))
    expected = posterior(came * since, ones * since, against, PRIORS).probability
    assert part_posterior(came, came + rest, ones, of, PRIORS).probability == pytest.approx(
        expected, rel=1e-12
    )
