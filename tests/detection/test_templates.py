"""The shapes of drifts and of absences, week by week."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.templates import templates

SHAPES = templates(20)


def test_five_levels_stay_from_the_onset_on() -> None:
    for level, share in zip((0.02, 0.15, 0.3, 0.45, 0.6), SHAPES.share[:5], strict=True):
        assert share.tolist() == [level] * 20


@pytest.mark.parametrize(
    ("place", "floor", "length"), [(5, 0.05, 8), (6, 0.05, 18), (7, 0.35, 8), (8, 0.35, 18)]
)
def test_slides_go_down_evenly_to_their_floor(place: int, floor: float, length: int) -> None:
    share = SHAPES.share[place]
    assert share[0] == pytest.approx(1 - (1 - floor) * 0.5 / length)
    assert np.diff(share[:length]) == pytest.approx(-(1 - floor) / length)
    assert share[length:] == pytest.approx(floor)


@pytest.mark.parametrize("weeks", [1, 2, 3, 4])
def test_absences_end_and_everything_comes_again(weeks: int) -> None:
    assert SHAPES.share[8 + weeks].tolist() == [0.05] * weeks + [1.0] * (20 - weeks)


def test_drifts_and_absences_are_weighed_apart() -> None:
    assert SHAPES.is_drift.tolist() == [True] * 9 + [False] * 4
    assert SHAPES.weight == pytest.approx([0.13] * 5 + [0.0875] * 4 + [0.25] * 4)
    assert SHAPES.weight[SHAPES.is_drift].sum() == pytest.approx(1.0)
    assert SHAPES.weight[~SHAPES.is_drift].sum() == pytest.approx(1.0)


def test_only_the_long_slides_are_called_slides() -> None:
    assert SHAPES.is_slide.tolist() == [False] * 6 + [True, False, True]
