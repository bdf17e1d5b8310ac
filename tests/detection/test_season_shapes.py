"""Parts of the year, and the shapes that a network teaches: by value."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from quietdrop.detection.season_shapes import BINS, bins_of, learned_shapes
from quietdrop.domain.days import EPOCH

WEEKS = 156
START = (date(2023, 7, 3) - EPOCH).days
BIN = bins_of(START, WEEKS)
SNOW = np.where(BIN < 13, 1.0, 0.0)  # half a year of referrals, half a year of none


def test_a_week_belongs_to_the_part_in_which_its_middle_lies() -> None:
    """Day 0 is January 1; a part has 14.05 days."""
    assert bins_of(0, 6).tolist() == [0, 0, 1, 1, 2, 2]
    assert bins_of(-3, 1).tolist() == [0]
    assert bins_of(-4, 1).tolist() == [25]
    assert bins_of(11, 1).tolist() == [0]  # its middle is day 14, the part ends at 14.05
    assert bins_of(12, 1).tolist() == [1]


def network(seasonal: int, steady: int) -> np.ndarray:
    return np.array([4.0 * SNOW] * seasonal + [np.full(WEEKS, 2.0)] * steady)


def learn(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return learned_shapes(counts, np.ones_like(counts), BIN, np.ones(len(counts)))


def test_a_shape_is_smoothed_shrunk_and_of_mean_one() -> None:
    shapes, share = learn(network(10, 30))
    assert shapes.shape == (12, BINS)
    assert shapes.mean(axis=1) == pytest.approx(1.0)
    taught = shapes[share.argmax()]
    assert taught[2:11] == pytest.approx(taught[6], rel=0.02)
    assert taught[15:24] == pytest.approx(taught[19], rel=0.02)
    # recorded: 30 referrals a part keep the low from nothing, and the edge has its neighbors'
    assert taught[6] == pytest.approx(1.80062, rel=1e-4)
    assert taught[19] == pytest.approx(0.20007, rel=1e-4)
    assert taught[13] == pytest.approx(0.55191, rel=1e-4)


def test_the_shares_are_those_who_belong_and_what_was_believed_before() -> None:
    """10 of 40 belong to one shape; each shape has 10 × 0.05 / 12 beforehand, of 50. The steady
    belong to each of the others by a little (recorded)."""
    _, share = learn(network(10, 30))
    assert share.sum() == pytest.approx(0.23644, rel=1e-3)
    assert share.max() == pytest.approx((10 + 0.5 / 12) / 50, rel=1e-4)


def test_who_was_never_exposed_teaches_nothing() -> None:
    counts = network(10, 30)
    exposure = np.ones_like(counts)
    shapes, share = learn(counts)
    silent = learned_shapes(
        np.vstack([counts, np.zeros((1, WEEKS))]),
        np.vstack([exposure, np.zeros((1, WEEKS))]),
        BIN,
        np.ones(41),
    )
    assert silent[0] == pytest.approx(shapes)
    assert silent[1] == pytest.approx(share)


def test_bursts_teach_less() -> None:
    counts = network(10, 30)
    bursty = learned_shapes(counts, np.ones_like(counts), BIN, np.full(40, 200.0))
    assert bursty[1].sum() < learn(counts)[1].sum() / 2


def test_a_thousandth_of_the_chances_teaches_the_same() -> None:
    """Less than one ordinary week in all: what counts is how referrals fall on the year."""
    counts = network(10, 30)
    little = learned_shapes(counts, np.full_like(counts, 0.001), BIN, np.ones(40))
    shapes, share = learn(counts)
    assert little[0] == pytest.approx(shapes, rel=1e-9)
    assert little[1] == pytest.approx(share, rel=1e-9)
