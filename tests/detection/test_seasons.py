"""A low that comes back every year is no drift; a fall below it is one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.detection.recorded import probabilities, replayed

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assess
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.season_shapes import BINS, LEAST_SHARE, bins_of, learned_shapes
from quietdrop.detection.seasons import (
    Seasons,
    earlier_years_share,
    leave_year_out_share,
    log_season_ratio,
    own_seasons,
)
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH
from quietdrop.findings.explanations import lookalikes
from quietdrop.findings.provider_flows import Flows
from quietdrop.messages.wording.sentences import lookalike

AS_OF = date(2026, 7, 27)
END = (AS_OF - EPOCH).days
YEAR, WINDOW = 52, 39
WEEKS = 3 * YEAR
BELIEFS = DriftSettings()
SNOW = np.array([1.0] * 26 + [0.0] * 26)  # half a year, then none


def seasonal(years: int, rate: float = 3.0, shape: FloatArray = SNOW) -> FloatArray:
    """One practice that keeps to the shape to the referral."""
    return np.tile(rate * shape, years)[None, :]


def test_the_pattern_of_earlier_years_is_that_of_the_same_weeks() -> None:
    counts = seasonal(3)
    share = earlier_years_share(counts, np.ones_like(counts), np.ones_like(counts))[0]
    assert share[:YEAR] == pytest.approx(1.0)  # there is no earlier year
    assert share[YEAR + 13] == pytest.approx(2.0, rel=0.1)  # the middle of the season
    assert share[YEAR + 39] < 0.15  # the middle of the pause
    assert (share >= LEAST_SHARE).all()


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.int64, (2, 120), elements=st.integers(0, 5)), st.integers(60, 118))
def test_the_pattern_of_a_week_knows_nothing_of_that_week_or_later(
    counts: np.ndarray, week: int
) -> None:
    other = counts.copy()
    other[:, week:] = 7
    flat = np.ones(counts.shape)
    one, two = (earlier_years_share(c.astype(float), flat, flat) for c in (counts, other))
    np.testing.assert_array_equal(one[:, : week + 1], two[:, : week + 1])


def test_the_look_ahead_of_the_dispersion_leaves_the_year_itself_out() -> None:
    counts = np.ones((1, WEEKS))
    raised = counts.copy()
    raised[0, 60] = 50.0
    share = leave_year_out_share(raised, np.ones_like(counts))
    assert share[0, 60] < 1.0 < share[0, 60 - YEAR] == share[0, 60 + YEAR]


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(np.int64, (3, 110), elements=st.integers(0, 5)))
def test_a_flat_season_explains_as_much_as_none(counts: np.ndarray) -> None:
    flat = np.ones(counts.shape)
    level = np.full(counts.shape, 3.0)
    np.testing.assert_allclose(log_season_ratio(counts.astype(float), flat, level), 0.0, atol=1e-9)


def test_the_ratio_is_that_of_the_multinomials() -> None:
    counts = np.zeros((1, YEAR))
    counts[0, 0] = 4.0
    share = np.full((1, YEAR), 0.5)
    share[0, 0] = 26.5  # mean 1
    ratio = log_season_ratio(counts, np.ones((1, YEAR)), share)
    assert ratio[0] == pytest.approx(4.0 * np.log(26.5))


def test_a_fall_from_year_to_year_is_no_season() -> None:
    counts = np.concatenate([np.full((1, YEAR), 4.0), np.full((1, YEAR), 1.0)], axis=1)
    share = np.concatenate([np.full((1, YEAR), 1.6), np.full((1, YEAR), 0.4)], axis=1)
    assert log_season_ratio(counts, np.ones_like(counts), share)[0] == pytest.approx(0.0)


def pool(seed: int = 1, seasonal_ones: int = 12, steady: int = 48) -> FloatArray:
    """Poisson practices of three years of which the first keep to a half-year season."""
    rng = np.random.default_rng(seed)
    season = np.tile(np.roll(SNOW, 13), 3) * 2.0 + 0.02
    rate = np.concatenate([np.tile(season, (seasonal_ones, 1)), np.ones((steady, WEEKS))])
    return rng.poisson(1.5 * rate).astype(float)


def test_a_network_teaches_its_shapes_and_who_has_them() -> None:
    counts = pool()
    bin_of = bins_of(END - 7 * WEEKS, WEEKS)
    shapes, prior = learned_shapes(counts, np.ones_like(counts), bin_of, np.ones(len(counts)))
    assert shapes.shape == (len(prior), BINS)
    assert shapes.mean(axis=1) == pytest.approx(1.0)
    common = shapes[prior.argmax()]
    assert prior.sum() == pytest.approx(12 / 60, abs=0.05)
    assert common.max() > 1.7
    assert common.min() < 0.3


def test_only_the_seasonal_have_a_season() -> None:
    counts = pool()
    seasons = own_seasons(counts, np.ones_like(counts), np.ones(60), END - 7 * WEEKS, WINDOW)
    assert (seasons.weight[:12] > 0.99).all()
    assert (seasons.weight[12:] < 0.5).all()
    np.testing.assert_array_equal(seasons.believed, seasons.weight > 0)
    np.testing.assert_array_equal(seasons.factor[~seasons.believed], 1.0)


@pytest.mark.parametrize(("weeks", "has"), [(YEAR + WINDOW - 1, False), (YEAR + WINDOW, True)])
def test_a_season_takes_a_year_and_the_window_to_show(weeks: int, has: bool) -> None:
    counts = pool()
    live = np.ones_like(counts)
    live[0, :-weeks] = 0.0
    counts[0, :-weeks] = 0.0
    seasons = own_seasons(counts, live, np.ones(60), END - 7 * WEEKS, WINDOW)
    assert bool(seasons.believed[0]) is has


def as_referrals(counts: FloatArray) -> pd.DataFrame:
    stream, week = np.nonzero(counts)
    return pd.DataFrame(
        {
            "practice_id": [f"P{i:02d}" for i in stream],
            "day": END - 7 * counts.shape[1] + 7 * week + 1,
            "referrals": counts[stream, week].astype(int),
        }
    )


def test_a_short_history_is_judged_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = pool()[:, -(YEAR + WINDOW - 1) :]
    counts[:, 0] = np.maximum(counts[:, 0], 1)  # the first week is seen

    def none(*_: object) -> Seasons:
        raise AssertionError("a season was weighed")

    monkeypatch.setattr("quietdrop.detection.judged.mixed_seasons", none)
    assert len(assess(weekly(events(as_referrals(counts)), AS_OF), BELIEFS).frame) == 60


def test_streams_without_a_season_keep_their_evidence_to_the_bit() -> None:
    counts = pool()
    flat, ones = np.ones_like(counts), np.ones(60)
    weight = np.where(np.arange(60) < 12, 0.9, 0.0)
    seasons = Seasons(np.full_like(counts, 0.5), weight, ones)
    plain = posterior(counts, flat, Basis(ones, 0.5), BELIEFS.priors)
    mixed = posterior(counts, flat, Basis(ones, 0.5, seasons=seasons), BELIEFS.priors)
    np.testing.assert_array_equal(plain.probability[12:], mixed.probability[12:])


def briefing(counts: FloatArray) -> pd.DataFrame:
    return assess(weekly(events(as_referrals(counts)), AS_OF), BELIEFS).frame


def paused(rate: float = 2.0) -> FloatArray:
    """A pool in which the seasonal are in the 13th week of their pause now."""
    rng = np.random.default_rng(5)
    season = np.where(np.arange(WEEKS)[::-1] % YEAR < 13, 0.25, 1.0)
    steady = np.ones((48, WEEKS))
    return rng.poisson(rate * np.concatenate([np.tile(season, (12, 1)), steady])).astype(float)


def test_a_low_of_every_year_is_not_alarming() -> None:
    frame = briefing(paused())
    assert (frame["drift_probability"].astype(float).iloc[:12] < 0.5).all()


def test_a_season_never_hides_a_fall_below_it() -> None:
    counts = paused(4.0)
    counts[:6, -10:] = 0.0  # usually one a week at this time of year
    frame = briefing(counts)
    assert (frame["drift_probability"].astype(float).iloc[:6] > 0.5).all()


def test_who_does_not_come_back_after_the_pause_is_found() -> None:
    counts = np.roll(paused(), -8, axis=1)  # the pause ended eight weeks ago
    stayed = briefing(counts)["drift_probability"].astype(float).iloc[:12]
    counts[:6, -8:] = 0.0
    frame = briefing(counts)
    assert (frame["drift_probability"].astype(float).iloc[:6] > 0.5).all()
    assert (stayed < 0.5).all()


def test_what_is_expected_of_a_low_season_is_low() -> None:
    frame = briefing(paused(4.0)).iloc[:12]
    steady = frame[frame["status"] == "steady"]  # told over the last 13 weeks, all of them low
    assert len(steady) >= 10
    a_week = steady["expected"].to_numpy(dtype=float) / 13
    assert (a_week > 0.8).all()  # one a week came in the pauses of earlier years
    assert (a_week < 1.8).all()  # a flat year would promise 3.25


def test_the_low_is_said_to_be_that_of_every_year() -> None:
    frame = as_referrals(paused(4.0))
    frame["provider"] = ""
    assessed = assess(weekly(events(frame), AS_OF), BELIEFS)
    likes = lookalikes(assessed, Flows(frame, assessed.cadence.as_of), {}, {}, None)
    named = {key: like for key, like in likes.items() if like.kind == "season"}
    seasonal_ones = {f"P{i:02d}" for i in range(12)}
    steady = assessed.frame.index[assessed.frame["status"] == "steady"]
    assert len(named.keys() & seasonal_ones) >= 8
    assert not named.keys() - seasonal_ones
    assert named.keys() <= set(steady)  # who is watched is not said to be like every year
    for like in named.values():
        assert not like.explains
        assert like.since is not None
        assert 7 <= (AS_OF - like.since).days / 7 <= 16  # the pause is in its 13th week
        said = lookalike(like, None, AS_OF)
        assert said == "They send less around July every year, and this year is like that."


def test_snowbirds_are_not_listed_each_summer() -> None:
    weeks = replayed("snowbirds-listed-each-summer", date(2026, 4, 27), 27)
    said = probabilities(weeks).loc["P0000":"P0009"]
    assert said.to_numpy().max() < BELIEFS.alert_probability
