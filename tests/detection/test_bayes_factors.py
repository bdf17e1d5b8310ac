"""The evidence for a change, against the formula written out as sums."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.bayes_factors import (
    Window,
    discounted_past,
    log_bayes_factors,
    log_settled,
    newest_weeks,
)
from quietdrop.detection.templates import templates

PRIORS = DriftSettings().priors
RNG = np.random.default_rng(5)
COUNTS = RNG.poisson(2.0, (3, 110)).astype(float)
EXPOSURE = RNG.uniform(0.5, 1.5, (3, 110))
PHI = np.array([1.0, 1.6, 2.5])
B = 0.4  # of the Gamma(1/2, b) prior


def test_the_past_is_discounted_once_a_week() -> None:
    counts, exposure = np.array([[8.0, 4.0, 2.0]]), np.array([[1.0, 2.0, 4.0]])
    past = discounted_past(counts, exposure, 2, 0.5)
    assert past[0].tolist() == [[4.0, 4.0, 3.0]]
    assert past[1].tolist() == [[0.5, 1.25, 2.625]]


def test_the_newest_weeks_have_the_past_before_each() -> None:
    counts, exposure = np.array([[8.0, 4.0, 2.0]]), np.array([[1.0, 2.0, 4.0]])
    window = newest_weeks(counts, exposure, 2, 0.5)
    assert window.counts.tolist() == [[4.0, 2.0]]
    assert window.exposure.tolist() == [[2.0, 4.0]]
    assert window.past_count.tolist() == [[4.0, 4.0]]
    assert window.past_exposure.tolist() == [[0.5, 1.25]]


def by_hand(stream: int, onset: int, window: int, share: list[float]) -> float:
    """log BF of one onset, `share` being what is left from it on."""
    first = COUNTS.shape[1] - window
    past, chances = 0.0, 0.0
    for week in range(first + onset):
        past = PRIORS.discount * (past + COUNTS[stream, week])
        chances = PRIORS.discount * (chances + EXPOSURE[stream, week])
    came = COUNTS[stream, first + onset :]
    seen = EXPOSURE[stream, first + onset :]
    likely = sum(y * log(m) for y, m in zip(came, share, strict=True))
    kept = sum(s * m for s, m in zip(seen, share, strict=True))
    weight = 0.5 + past + came.sum()
    gain = likely + weight * (log(B + chances + seen.sum()) - log(B + chances + kept))
    return float(gain / PHI[stream])


def test_each_onset_and_template_weighs_what_the_formula_says() -> None:
    window = 20
    shapes = templates(window)
    weeks = newest_weeks(COUNTS, EXPOSURE, window, PRIORS.discount)
    gain = log_bayes_factors(weeks, PHI, B, shapes)
    assert gain.shape == (3, window, len(shapes.weight))
    for stream, onset, template in ((0, 0, 0), (1, 7, 5), (2, 12, 8), (0, 19, 9), (1, 10, 12)):
        share = shapes.share[template][: window - onset].tolist()
        expected = by_hand(stream, onset, window, share)
        assert gain[stream, onset, template] == pytest.approx(expected)


def test_an_onset_without_a_past_is_impossible() -> None:
    ones = np.ones((1, 3))
    weeks = Window(ones, ones, np.array([[0.0, 1.0, 1.0]]), np.array([[0.0, 0.1, 1.0]]))
    gain = log_bayes_factors(weeks, np.ones(1), B, templates(3))
    assert np.isneginf(gain[0, 0]).all()
    assert np.isfinite(gain[0, 1:]).all()


def test_old_falls_are_tried_every_third_week_before_the_window() -> None:
    """Of 39 weeks before the window of 39 the one before last, then each third."""
    gain = log_settled(COUNTS, EXPOSURE, PHI, B, PRIORS)
    window = PRIORS.window_weeks
    span = window + 39
    onsets = list(range(span - window - 2, -1, -3))
    assert gain.shape == (3, len(onsets), 5)
    for place in (0, 4, len(onsets) - 1):
        for number, level in enumerate((0.02, 0.15, 0.3, 0.45, 0.6)):
            onset = onsets[place]
            expected = by_hand(1, onset, span, [level] * (span - onset))
            assert gain[1, place, number] == pytest.approx(expected)


def test_a_history_that_is_shorter_than_the_window_has_no_old_falls() -> None:
    short = PRIORS.window_weeks
    assert log_settled(COUNTS[:, :short], EXPOSURE[:, :short], PHI, B, PRIORS).shape[1] == 0
    some = log_settled(COUNTS[:, : short + 2], EXPOSURE[:, : short + 2], PHI, B, PRIORS)
    assert some.shape[1] == 1
    assert np.isneginf(some).all()  # nothing is known of before it
