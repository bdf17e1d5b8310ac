"""One very large week says nothing of the usual rate; what is new is never explained away."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.detection.outlier_weeks import without_batches
from quietdrop.domain.arrays import FloatArray


def stream(weeks: int, at: int, size: float, usual: float = 1.0) -> FloatArray:
    counts = np.full((1, weeks), usual)
    counts[0, at] = size
    return counts


def marked(counts: FloatArray, exposure: FloatArray | None = None) -> list[int]:
    chances = np.ones_like(counts) if exposure is None else exposure
    return [int(week) for week in np.flatnonzero(without_batches(counts, chances)[1][0])]


@pytest.mark.parametrize(("size", "weeks"), [(16.0, []), (16.01, [5])])
def test_a_week_is_very_large_beyond_eight_and_eight_times_the_others(
    size: float, weeks: list[int]
) -> None:
    assert marked(stream(30, 5, size)) == weeks


def test_what_is_usual_stands_in_its_place() -> None:
    counts = stream(30, 5, 100.0, usual=2.0)
    calm, _ = without_batches(counts, np.ones_like(counts))
    assert calm[0].tolist() == [2.0] * 30
    assert counts[0, 5] == 100.0  # what came in is left as it was


def test_usual_is_by_exposure() -> None:
    counts, exposure = stream(30, 5, 20.0), np.ones((1, 30))
    exposure[0, 5] = 2.0  # usual would be two: the limit is 24
    assert marked(counts, exposure) == []
    assert marked(stream(30, 5, 24.5), exposure) == [5]


@pytest.mark.parametrize(("at", "weeks"), [(23, [23]), (24, [])])
def test_the_newest_six_weeks_are_never_taken_out(at: int, weeks: list[int]) -> None:
    assert marked(stream(30, at, 100.0)) == weeks


@pytest.mark.parametrize(("length", "weeks"), [(15, []), (16, [3])])
def test_ten_weeks_of_a_past_are_needed(length: int, weeks: list[int]) -> None:
    assert marked(stream(length, 3, 100.0)) == weeks


def test_another_referral_now_changes_no_older_week() -> None:
    calm = without_batches(stream(30, 5, 100.0), np.ones((1, 30)))[0]
    more = stream(30, 5, 100.0)
    more[0, -1] += 50.0
    assert without_batches(more, np.ones((1, 30)))[0][0, :24].tolist() == calm[0, :24].tolist()


def test_no_weeks_hold_no_batch() -> None:
    calm, marks = without_batches(np.zeros((2, 0)), np.zeros((2, 0)))
    assert calm.shape == marks.shape == (2, 0)


@pytest.mark.parametrize(("size", "weeks"), [(16.0, []), (16.01, [5])])
def test_usual_is_by_exposure_however_little_of_it(size: float, weeks: list[int]) -> None:
    assert marked(stream(30, 5, size), np.full((1, 30), 0.01)) == weeks


@pytest.mark.parametrize(("live", "weeks"), [(9, []), (10, [20])])
def test_weeks_before_the_first_referral_are_no_past(live: int, weeks: list[int]) -> None:
    exposure = (np.arange(30) >= 24 - live).astype(float)[None, :]
    counts = stream(30, 20, 100.0) * exposure
    assert marked(counts, exposure) == weeks
