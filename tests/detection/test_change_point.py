"""Laws of the evidence: pure functions, arrays in and arrays out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.bayes_factors import log_bayes_factors, newest_weeks
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.chunks import CHUNK
from quietdrop.detection.exposure import network_exposure
from quietdrop.detection.templates import templates
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.priors import Priors

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
WEEKS = 60
PRIORS = Priors(window_weeks=39, hazard=0.004, absence_hazard=None, discount=0.985)

weekly_counts = hnp.arrays(np.int64, (4, WEEKS), elements=st.integers(0, 9))


def judge(
    counts: FloatArray, exposure: FloatArray, prior_rate: float = 0.5, priors: Priors = PRIORS
) -> FloatArray:
    return posterior(counts, exposure, Basis(np.ones(len(counts)), prior_rate), priors).probability


def test_a_slide_is_told_from_a_step() -> None:
    slide, step = np.full(WEEKS, 6.0), np.full(WEEKS, 6.0)
    slide[-20:] = np.round(6.0 * np.linspace(0.95, 0.1, 20))
    step[-20:] = 2.0
    counts = np.stack([slide, step])
    result = posterior(counts, np.ones((2, WEEKS)), Basis(np.ones(2), 0.5), PRIORS)
    assert result.probability.min() > 0.9
    assert result.fading[0] > 0.5
    assert result.fading[1] < 0.5


def test_of_a_stream_without_a_past_nothing_is_said() -> None:
    nothing = posterior(np.zeros((1, 50)), np.zeros((1, 50)), Basis(np.ones(1), 0.5), PRIORS)
    assert (nothing.probability[0], nothing.remaining[0], nothing.fading[0]) == (0.0, 1.0, 0.0)
    assert (nothing.onset[0], nothing.onset_low[0], nothing.onset_high[0]) == (0, 0, 38)


def test_streams_of_every_chunk_are_judged_alike() -> None:
    falls = np.r_[np.full(8, 3.0), 0.0, 0.0, 0.0]
    counts = np.tile(falls, (CHUNK + 2, 1))
    counts[0] = 3.0
    priors = replace(PRIORS, window_weeks=4)
    result = posterior(counts, np.ones_like(counts), Basis(np.ones(CHUNK + 2), 0.5), priors)
    alone = judge(falls[None], np.ones((1, 11)), priors=priors)[0]
    assert result.window == 4
    assert result.probability[1:] == pytest.approx(np.full(CHUNK + 1, alone))
    assert result.probability[0] < alone
    assert len(result.onset) == CHUNK + 2


def index(counts: FloatArray) -> FloatArray:
    start = date.fromordinal(AS_OF.toordinal() - 7 * counts.shape[1])
    weeks = Weeks(start, counts.shape[1], np.full(7, 1 / 7))
    return network_exposure(counts, np.ones_like(counts), weeks).share


def log_bf(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    weeks = newest_weeks(counts, exposure, 39, 0.985)
    return log_bayes_factors(weeks, np.ones(len(counts)), 0.5, templates(39))


def test_a_stop_is_told_from_a_steady_rhythm() -> None:
    steady = np.full((1, WEEKS), 3.0)
    stopped = steady.copy()
    stopped[0, -6:] = 0  # longer than any absence
    assert judge(steady, np.ones((1, WEEKS)))[0] < 0.05
    assert judge(stopped, np.ones((1, WEEKS)))[0] > 0.9


def test_a_two_week_absence_that_ended_is_no_drift() -> None:
    counts = np.full((1, WEEKS), 3.0)
    counts[0, -6:-4] = 0
    assert judge(counts, np.ones((1, WEEKS)))[0] < 0.1


def test_a_holiday_week_of_everybody_flags_nobody() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(2.0, (200, WEEKS)).astype(float)
    counts[:, -1] = 0
    exposure = index(counts)
    assert (judge(counts, exposure) > 0.5).mean() < 0.02


def test_one_big_stream_does_not_hide_its_own_fall() -> None:
    rng = np.random.default_rng(6)
    counts = rng.poisson(np.array([20.0] + [0.5] * 40)[:, None], (41, WEEKS)).astype(float)
    counts[0, -5:] = 2
    exposure = index(counts)
    assert judge(counts, exposure)[0] > 0.9


@settings(max_examples=40, deadline=None)
@given(weekly_counts)
def test_one_more_referral_this_week_never_raises_the_evidence(counts: np.ndarray) -> None:
    exposure = np.ones(counts.shape)
    more = counts.copy()
    more[:, -1] += 1
    drifts = templates(39).is_drift
    before = log_bf(counts.astype(float), exposure)[:, :, drifts]
    after = log_bf(more.astype(float), exposure)[:, :, drifts]
    assert (after <= before + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(weekly_counts, st.floats(0.1, 10))
def test_rescaling_the_exposure_changes_nothing(counts: np.ndarray, scale: float) -> None:
    exposure = np.ones(counts.shape)
    as_is = judge(counts.astype(float), exposure, 0.5)
    scaled = judge(counts.astype(float), exposure * scale, 0.5 * scale)
    np.testing.assert_allclose(as_is, scaled, atol=1e-9)


def network(seed: int = 3, practices: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rate = rng.gamma(2.0, 0.6, practices)[:, None] * np.ones((practices, 104))
    rate[:5, -10:] *= 0.05
    stream, week = np.nonzero(counts := rng.poisson(rate))
    number = counts[stream, week]
    day = END - 7 * 104 + 7 * week + rng.integers(0, 5, len(week))
    return pd.DataFrame(
        {"practice_id": [f"P{i:02d}" for i in stream], "day": day, "referrals": number}
    )


def assessed(counts: pd.DataFrame) -> Assessed:
    return assess(weekly(events(counts), AS_OF), DriftSettings())


def test_order_of_rows_does_not_matter() -> None:
    rows = network()
    shuffled = rows.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(assessed(rows).frame, assessed(shuffled).frame)


@pytest.mark.parametrize(
    ("days_ago", "status"),
    [
        ([7 * 9 + 1, 20, 5], "new"),  # nine weeks known
        ([7 * 30, 20], "new"),  # two referrals
        ([7 * 150, 7 * 90, 7 * 5], "occasional"),  # three in three years
    ],
)
def test_too_little_history_gets_no_alarm(days_ago: list[int], status: str) -> None:
    few = pd.DataFrame({"practice_id": "X", "day": [END - ago for ago in days_ago], "referrals": 1})
    frame = assessed(pd.concat([network(), few])).frame
    assert frame.loc["X", "status"] == status
    assert frame["drift_probability"].isna()["X"] == (status == "new")


def test_the_first_referral_is_left_out() -> None:
    rows = pd.DataFrame({"practice_id": "X", "day": [END - 70, END - 1], "referrals": [2, 1]})
    cadence = weekly(events(rows), AS_OF)
    assert cadence.counts.sum() == 2
    assert cadence.live[0, 0] == pytest.approx(6 / 7)


def test_many_who_came_once_do_not_lower_the_baseline_of_a_regular() -> None:
    rng = np.random.default_rng(5)
    once = pd.DataFrame(
        {
            "practice_id": [f"O{i:04d}" for i in range(1500)],
            "day": END - 7 * 104 + rng.integers(0, 7 * 80, 1500),
            "referrals": 1,
        }
    )
    regulars = network()
    frame = assessed(pd.concat([regulars, once])).frame
    alone = assessed(regulars).frame
    kept = frame.loc[alone.index, "baseline_per_week"] / alone["baseline_per_week"]
    assert kept.median() == pytest.approx(1.0, abs=0.1)
