"""What every stream is weighed with, and when the network is judged a second time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.exposure import network_exposure
from quietdrop.detection.judge import judged_streams
from quietdrop.detection.judged import Judged, young_weeks
from quietdrop.detection.leavers import staying
from quietdrop.detection.network_basis import pooled_prior_rate
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import EPOCH

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
PRIORS = DriftSettings().priors
WINDOW = 39


def cadence(counts: FloatArray, first_weeks_ago: list[int] | None = None) -> WeeklyCounts:
    """Streams × weeks of counts, each referral on its week's first days."""
    streams, weeks = counts.shape
    start = END - 7 * weeks
    ago = first_weeks_ago or [weeks] * streams
    first = np.array([END - 7 * each for each in ago], dtype=np.int64)
    stream, week = np.nonzero(counts)
    return WeeklyCounts(
        tuple(f"P{number}" for number in range(streams)),
        AS_OF,
        counts,
        np.clip((start + 7 * np.arange(1, weeks + 1)[None, :] - first[:, None]) / 7.0, 0.0, 1.0),
        first,
        stream.astype(np.int64),
        (start + 7 * week).astype(np.int64),
        np.ceil(counts[stream, week]).astype(np.int64),
    )


def steady(rates: list[float], weeks: int) -> FloatArray:
    return np.repeat(np.array(rates)[:, None], weeks, axis=1)


class TestPriorRate:
    """Half a referral over the pool's mean rate, in weeks of exposure."""

    def prior(self, counts: FloatArray, exposure: float = 1.0) -> float:
        return pooled_prior_rate(counts.sum(), exposure * counts.size)

    def test_it_is_half_over_the_mean_rate(self) -> None:
        assert self.prior(steady([1.0, 3.0], 20)) == pytest.approx(0.25)
        assert self.prior(steady([1.0, 3.0], 20), exposure=0.5) == pytest.approx(0.125)
        assert self.prior(steady([2.0], 20), exposure=0.04) == pytest.approx(0.01)

    @pytest.mark.parametrize(("rate", "weeks"), [(0.13, 0.5 / 0.13), (0.12, 4.0)])
    def test_it_weighs_four_weeks_at_most(self, rate: float, weeks: float) -> None:
        assert self.prior(steady([rate], 20)) == pytest.approx(weeks)

    def test_without_referrals_or_chances_it_is_half_a_week(self) -> None:
        assert self.prior(steady([0.0], 20)) == 0.5
        assert self.prior(steady([2.0], 20), exposure=0.0) == 0.5


class TestYoung:
    """The first thirteen weeks end at a week of the window."""

    def young(self, first_weeks_ago: int, weeks: int = 60) -> int:
        of = cadence(steady([2.0, 2.0], weeks), [first_weeks_ago, weeks])
        return int(young_weeks(of, WINDOW)[0])

    def test_of_who_came_as_the_window_began(self) -> None:
        assert self.young(WINDOW) == 13
        assert self.young(WINDOW + 13) == 0
        assert self.young(10) == 13 + WINDOW - 10

    def test_of_a_history_that_is_shorter_than_the_window(self) -> None:
        assert self.young(20, weeks=20) == 13

    def test_a_week_that_has_begun_is_not_over(self) -> None:
        counts = steady([2.0], 60)
        of = cadence(counts, [WINDOW])
        late = WeeklyCounts(
            of.ids,
            of.as_of,
            of.counts,
            of.live,
            of.first_day - 6,
            of.event_stream,
            of.event_day,
            of.event_count,
        )
        assert young_weeks(late, WINDOW).tolist() == [13]


@pytest.mark.parametrize(("weeks", "has_seasons"), [(52 + WINDOW - 1, False), (52 + WINDOW, True)])
def test_a_season_takes_a_year_before_the_window(weeks: int, has_seasons: bool) -> None:
    counts = steady([2.0, 1.0], weeks)
    _, judged = judged_streams(cadence(counts), PRIORS)
    flat = judged.basis.seasons is None
    assert flat is not has_seasons
    assert judged.season.shape == counts.shape
    if flat:
        assert (judged.season == 1.0).all()


class TestSecondLook:
    """Ten practices of two a week, of which the first may stop for ten weeks."""

    def judged(self, rate: float) -> tuple[FloatArray, FloatArray, Judged]:
        counts = steady([rate] + [2.0] * 10, 60)
        counts[0, -10:] = 0.0
        of = cadence(counts)
        pool, judged = judged_streams(of, PRIORS)
        once = network_exposure(of.counts, of.live, of.span)
        return pool.share, once.share, judged

    def test_a_small_leaver_leaves_the_index_as_it_is(self) -> None:
        share, once, judged = self.judged(2.0)
        assert judged.posterior.probability[0] > 0.9
        assert share == pytest.approx(once)

    def test_a_large_one_is_left_out_from_its_onset_on(self) -> None:
        share, once, judged = self.judged(20.0)
        assert judged.posterior.probability[0] > 0.9
        assert not np.allclose(share, once)
        counts = steady([20.0] + [2.0] * 10, 60)
        counts[0, -10:] = 0.0
        of = cadence(counts)
        stays = staying(np.array([50] + [60] * 10), 60)
        expected = network_exposure(of.counts, of.live, of.span, None, stays).share
        assert share == pytest.approx(expected)

    def test_who_left_before_the_window_is_left_out_as_well(self) -> None:
        counts = steady([20.0] + [2.0] * 10, 120)
        counts[0, -60:] = 0.0
        of = cadence(counts)
        pool, judged = judged_streams(of, PRIORS)
        assert judged.posterior.settled[0] > 0.9
        ago = int(judged.posterior.settled_weeks_ago[0])
        assert 55 <= ago <= 65
        stays = staying(np.array([120 - ago] + [120] * 10), 120)
        expected = network_exposure(of.counts, of.live, of.span, None, stays).share
        assert pool.share == pytest.approx(expected)


def test_a_likelier_drift_has_a_higher_probability() -> None:
    counts = steady([2.0] * 5, 60)
    counts[0, -3:] = 0.0
    of = cadence(counts)
    usual = judged_streams(of, PRIORS)[1].posterior.probability[0]
    ratio = np.full((5, WINDOW), 5.0)
    likelier = judged_streams(of, PRIORS, None, ratio)[1].posterior.probability[0]
    assert likelier > usual


def test_a_very_large_week_is_marked_and_counts_as_usual() -> None:
    counts = steady([2.0] * 5, 60)
    counts[0, 30] = 40.0
    _, judged = judged_streams(cadence(counts), PRIORS)
    assert np.argwhere(judged.batches).tolist() == [[0, 30]]
    assert judged.counts[0, 30] == pytest.approx(2.0, abs=0.5)


@pytest.mark.parametrize(("gap", "is_second"), [(0.2, True), (0.1999, False)])
def test_all_are_judged_again_where_a_fifth_of_a_week_is_leaving(
    gap: float, is_second: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quietdrop.detection.judge.greatest_gap", lambda *_: gap)
    counts = steady([5.0] * 10, 60)
    counts[0, -8:] = 0.0
    of = cadence(counts)
    first = network_exposure(of.counts, of.live, of.span).share
    pool, _ = judged_streams(of, PRIORS)
    assert (not np.array_equal(pool.share, first)) is is_second
