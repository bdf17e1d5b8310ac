"""A pool whose rates rise as often as they fall is not a pool of drifters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.background_shifts import (
    LEAST_LIFE,
    UNSEEN,
    USUAL,
    USUAL_WEIGHT,
    wander_hazards,
)
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.templates import LEVELS, templates
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.priors import Priors

WEEKS, WINDOW = 104, 39
STREAMS = 400
PRIORS = Priors(window_weeks=WINDOW, hazard=0.004, absence_hazard=None, discount=0.985)
LEVEL_OF_HALF = LEVELS.index(0.45)
MIRRORED_IN_ORDER = [3, 2, 1, 4, 5]  # 0.3, 0.45, 0.6, and the two ramps, as the templates are


def pool(seed: int, spread: float) -> FloatArray:
    """Poisson streams of about 2 a week whose log rate is an AR(1) of that standard deviation."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0.0, spread, STREAMS)
    counts = np.zeros((STREAMS, WEEKS))
    for week in range(WEEKS):
        counts[:, week] = rng.poisson(2.0 * np.exp(level))
        level = 0.97 * level + rng.normal(0.0, spread * np.sqrt(1 - 0.97**2), STREAMS)
    return counts


def learned(counts: FloatArray, exposure: float = 1.0) -> FloatArray:
    return wander_hazards(
        counts,
        np.full_like(counts, exposure),
        np.ones(len(counts)),
        PRIORS,
        prior_rate=0.25 * exposure,
    )


def said(counts: FloatArray, wander: FloatArray | None) -> FloatArray:
    basis = Basis(np.ones(len(counts)), 0.25, wander=wander)
    return posterior(counts, np.ones_like(counts), basis, PRIORS).probability


def test_a_pool_that_wanders_teaches_more_of_it_than_a_steady_one() -> None:
    steady, wandering = learned(pool(1, 0.0)), learned(pool(1, 0.4))
    assert wandering[LEVEL_OF_HALF:].sum() > 3 * steady[LEVEL_OF_HALF:].sum()


def test_nobody_wanders_into_silence() -> None:
    shifts = learned(pool(2, 0.4))
    shapes = templates(WINDOW)
    deep = shapes.share[shapes.is_drift].min(axis=1) < 0.3
    assert (shifts[deep] == 0).all()
    assert (shifts[~deep] > 0).all()


@pytest.mark.parametrize("weeks", [WINDOW + LEAST_LIFE - 1, WINDOW + LEAST_LIFE])
def test_a_pool_without_enough_past_is_taken_for_the_usual_one(weeks: int) -> None:
    shifts = learned(pool(3, 0.4)[:, :weeks])
    usual = UNSEEN * USUAL[MIRRORED_IN_ORDER]
    assert np.allclose(shifts[shifts > 0], usual) == (weeks < WINDOW + LEAST_LIFE)


def test_few_streams_move_the_usual_little() -> None:
    few = learned(pool(4, 0.0)[:5])
    usual = UNSEEN * USUAL[MIRRORED_IN_ORDER]
    share = 5 * WINDOW / (5 * WINDOW + USUAL_WEIGHT)
    assert few[few > 0] == pytest.approx(usual, rel=2 * share)


def test_the_order_of_streams_and_the_unit_of_exposure_do_not_matter() -> None:
    counts = pool(5, 0.3)
    shifts = learned(counts)
    mixed = np.random.default_rng(5).permutation(STREAMS)
    assert learned(counts[mixed]) == pytest.approx(shifts)
    assert learned(counts, exposure=3.0) == pytest.approx(shifts)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**31), st.floats(0.0, 0.01))
def test_a_pool_that_wanders_more_is_never_surer_of_a_drift(seed: int, more: float) -> None:
    counts = np.random.default_rng(seed).poisson(1.5, (6, WEEKS)).astype(float)
    counts[:3, -20:] = np.random.default_rng(seed + 1).poisson(0.7, (3, 20))
    little = np.full(9, 1e-4)
    assert (said(counts, little + more) <= said(counts, little) + 1e-12).all()
    assert (said(counts, little) <= said(counts, None) + 1e-12).all()


def test_a_halving_is_doubted_where_rates_wander_and_a_stop_is_not() -> None:
    halved = np.full((1, WEEKS), 4.0)
    halved[0, -8:] = 2.0
    stopped = np.full((1, WEEKS), 4.0)
    stopped[0, -8:] = 0.0
    wander = learned(pool(6, 0.5))
    assert said(halved, wander)[0] < said(halved, None)[0] - 0.1
    assert said(stopped, wander)[0] > said(stopped, None)[0] - 0.02


def test_beyond_a_thousand_streams_every_second_one_tells() -> None:
    priors = replace(DriftSettings().priors, window_weeks=6)

    def hazards(counts: FloatArray) -> FloatArray:
        number = len(counts)
        return wander_hazards(
            counts, np.ones(counts.shape), np.ones(number), priors, prior_rate=0.3
        )

    counts = np.random.default_rng(1).poisson(1.0, (1001, 40)).astype(float)
    assert hazards(counts) == pytest.approx(hazards(counts[::2]), rel=1e-12)
    every, half = hazards(counts[:1000]), hazards(counts[:1000:2])
    assert not np.allclose(every, half, rtol=1e-6)
