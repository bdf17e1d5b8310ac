"""Lasting losses, told afterwards. One series a line, the onset that is expected behind it."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.reporting.hindsight import losses, reported


def found(series: FloatArray, first: int = 0) -> tuple[int, FloatArray]:
    row = series[None, :]
    truth = losses(row, np.ones_like(row), np.ones(1), first, len(series))
    return int(truth.onset[0]), truth.lost[0]


@pytest.mark.parametrize(
    ("levels", "onset"),
    [
        ([(3, 60), (0, 30)], 60),  # a stop
        ([(4, 60), (2, 30)], 60),  # a step to half
        ([(4, 60), (3, 30)], -1),  # a quarter less is no loss
        ([(4, 60), (0, 3), (4, 30)], -1),  # an absence that ended
        ([(4, 60), (0, 12)], -1),  # too young to be called lasting
        ([(4, 60), (0, 13)], 60),
        ([(0, 30), (3, 60)], -1),  # growth
        ([(0.1, 60), (0, 30)], -1),  # six referrals fewer than nothing can be told
    ],
)
def test_onsets(levels: list[tuple[float, int]], onset: int) -> None:
    series = np.concatenate([np.full(weeks, float(level)) for level, weeks in levels])
    assert found(series)[0] == onset


def test_only_the_first_26_weeks_of_a_loss_count() -> None:
    _, lost = found(np.concatenate([np.full(60, 4.0), np.full(40, 1.0)]))
    assert lost.sum() == pytest.approx(3.0 * 26, rel=0.02)
    assert (lost[:60] == 0).all()
    assert (lost[86:] == 0).all()


def test_a_loss_before_the_first_week_is_another_s() -> None:
    series = np.concatenate([np.full(60, 4.0), np.full(60, 0.0)])
    assert found(series, first=90)[0] == -1


@pytest.mark.parametrize(
    ("quarters", "shown"),
    [
        ([65, 78, 91], 78),  # the report after week 65 still holds 7 weeks of the old level
        ([62, 65], -1),
    ],
)
def test_the_report_that_first_shows_a_loss_by_half(quarters: list[int], shown: int) -> None:
    series = np.concatenate([np.full(60, 4.0), np.zeros(40)])[None, :]
    onset: IntArray = np.array([60])
    assert reported(series, onset, np.array(quarters))[0] == shown
