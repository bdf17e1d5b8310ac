"""The rules for real event streams, on logs small enough to count by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.detection.bootstrap import difference, interval, pooled_difference, shared
from benchmarks.detection.event_listings import Listing, candidates, judged, listed
from benchmarks.detection.event_logs import AUTHORS, SPAN, EventLog, event_log, read
from benchmarks.detection.methods import OURS
from benchmarks.detection.real import as_good, section
from benchmarks.detection.steady import LEFT, STEADY, TOLD, alarm_threshold, score
from benchmarks.detection.thinned import thinned

WEEKS = 78


@pytest.fixture(scope="module")
def log() -> EventLog:
    """Two hundred accounts of two a week; the first stops after week 39."""
    day = 10_000 + np.append(np.arange(0, 7 * WEEKS - 3, 3), 7 * WEEKS - 1)
    account = np.repeat([f"A{i:03d}" for i in range(200)], len(day))
    days = np.tile(day, 200)
    kept = (account != "A000") | (days < 10_000 + 7 * 40)
    return event_log("test", "US", account[kept], days[kept])


def test_a_log_is_whole_weeks_of_events(log: EventLog) -> None:
    assert log.counts.shape == (200, WEEKS)
    assert log.counts[1].sum() == 7 * WEEKS / 3
    assert log.exposure.mean() == pytest.approx(1.0)


def test_a_candidate_has_a_baseline_of_a_quarter(log: EventLog) -> None:
    assert not candidates(log, 20)[0].any()  # 12 weeks of it
    assert candidates(log, 22)[0].all()
    assert candidates(log, 60)[1][1] == pytest.approx(7 / 3, rel=0.05)


def test_many_events_on_one_day_make_no_candidate() -> None:
    day = 10_000 + np.append(np.arange(0, 7 * WEEKS, 3), np.full(30, 3))
    account = np.repeat(["regular", "at once"], [len(day) - 30, 30])
    assert candidates(event_log("test", "US", account, day), 40)[0].tolist() == [False, True]


def test_a_listing_is_judged_by_the_quarter_after_it(log: EventLog) -> None:
    listing = judged(log, [(0, 45), (1, 45)])
    assert listing.down.tolist() == [1.0, 0.0]
    assert listing.lost[0] == pytest.approx(13 * 7 / 3, rel=0.1)
    assert listing.lost[1] == pytest.approx(0.0, abs=3)


def test_an_account_is_listed_once(log: EventLog) -> None:
    ranking = np.ones((200, 3))
    listings = listed(log, ranking, range(40, 43))
    assert [week for _, week in listings] == [40, 41, 42]  # 5 in 1,000 of 200 is one
    assert len({account for account, _ in listings}) == 3


def test_a_small_network_is_listed_from_every_few_weeks() -> None:
    day = 10_000 + np.arange(0, 7 * WEEKS, 3)
    small = event_log("test", "", np.repeat(["a", "b", "c", "d"], len(day)), np.tile(day, 4))
    weeks = range(30, 30 + 40)  # of a fiftieth of a listing each
    assert [week for _, week in listed(small, np.ones((4, 40)), weeks)] == []
    forty = event_log(
        "test", "", np.repeat([f"A{i}" for i in range(40)], len(day)), np.tile(day, 40)
    )
    every = [week for _, week in listed(forty, np.ones((40, 40)), weeks)]
    assert every == [34, 39, 44, 49, 54, 59, 64, 69]


def test_authors_are_read_three_years_at_a_time_by_network(tmp_path: Path) -> None:
    days = pd.date_range("2010-01-01", periods=7 * (SPAN + 117), freq="D").strftime("%Y-%m-%d")
    table = pd.DataFrame({"network": "N1", "account": "x", "date": days})
    short = pd.DataFrame({"network": "N2", "account": "y", "date": days[:100]})
    pd.concat([table, short]).to_csv(tmp_path / AUTHORS[1], index=False)
    [stream] = read(tmp_path)
    assert [str(log.start) for log in stream.logs] == ["2010-01-01", "2012-03-30"]
    assert {log.weeks for log in stream.logs} == {SPAN}
    assert {log.counts.sum() for log in stream.logs} == {7 * SPAN}


def test_no_more_are_listed_in_a_week_than_asked_for(log: EventLog) -> None:
    listings = listed(log, np.ones((200, 3)), range(40, 43), {40: 2, 42: 1})
    assert [week for _, week in listings] == [40, 40, 42]


def test_a_peer_is_as_good_that_is_below_ours_in_neither() -> None:
    def listings(down: float, lost: float, number: int = 10) -> Listing:
        return Listing(np.full(number, down), np.full(number, lost))

    results = {
        (OURS, "value"): listings(0.8, 2.7),
        (OURS, "score"): listings(0.9, 2.9),
        ("equal", "score"): listings(0.8, 2.7),
        ("precise", "score"): listings(0.9, 2.6),
        ("heavy", "value"): listings(0.7, 2.8),
        ("as many", "score"): listings(0.8, 2.8, 9),
        ("too few", "score"): listings(1.0, 9.0, 8),
    }
    assert as_good(results) == ["equal by score", "as many by score"]


def test_thinning_takes_only_what_comes_after_the_onset(log: EventLog) -> None:
    thin, onset, taken = thinned(log, 1)
    chosen = np.flatnonzero(onset >= 0)
    assert 10 <= len(chosen) <= 30
    for account in chosen:
        assert taken[account, : onset[account]].sum() == 0
    assert (taken[onset < 0] == 0).all()
    assert (thin.counts + taken == log.counts).all()


def test_without_data_the_section_says_so(tmp_path: Path) -> None:
    assert "nothing was measured" in section(None)
    assert read(tmp_path) == []


def test_the_interval_holds_the_mean_and_shrinks_with_more_values() -> None:
    values = np.random.default_rng(1).random(100)
    low, high = interval(values)
    wide_low, wide_high = interval(values[:10])
    assert low < values.mean() < high
    assert high - low < wide_high - wide_low
    assert math.isnan(interval(np.zeros(0))[0])


def test_the_exact_table_falls_with_the_rate_and_rises_with_what_is_left() -> None:
    table = np.array(list(STEADY.values()))
    assert table.shape[1] == len(LEFT)
    assert (np.diff(table, axis=0) < 0).all()
    assert (np.diff(table, axis=1) > 0).all()


def test_a_stop_scores_above_the_threshold_of_steady_streams() -> None:
    quiet = np.random.default_rng(1).poisson(4.0, (40, 80)).astype(float)
    threshold = alarm_threshold(quiet, TOLD)
    stopped = np.hstack([quiet[:1, :60], np.zeros((1, 4))])
    assert score(stopped, TOLD)[0] > threshold > score(quiet, TOLD).mean()


def test_a_difference_is_told_from_none_only_where_there_is_one() -> None:
    rng = np.random.default_rng(3)
    values, other = rng.normal(1.0, 1.0, 300), rng.normal(1.0, 1.0, 300)
    low, high = difference(values, other)
    assert low < 0 < high
    low, high = difference(values + 1.0, other)
    assert 0.5 < low < high < 1.5
    assert math.isnan(difference(values, np.zeros(0))[0])


def test_streams_together_weigh_the_same_however_long() -> None:
    rng = np.random.default_rng(5)
    long, short = rng.normal(1.0, 0.1, 900), rng.normal(3.0, 0.1, 100)
    low, high = pooled_difference([(long, np.zeros(900)), (short, np.zeros(100))])
    assert low < 2.0 < high
    assert high - low < 0.1


def test_weeks_of_one_practice_are_drawn_together() -> None:
    rng = np.random.default_rng(4)
    sums, cases = rng.normal(0.0, 10.0, 100), np.full(100, 10.0)
    low, high = shared(sums, cases)
    alone_low, alone_high = interval(np.repeat(sums / 10.0, 10))
    assert low < sums.sum() / 1000 < high
    assert high - low > 2 * (alone_high - alone_low)
    assert math.isnan(shared(sums, np.zeros(100))[0])
