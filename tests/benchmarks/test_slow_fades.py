"""The networks of the sections on fades, parts, shared events and feeds are what they say."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from benchmarks.detection import monthly_feed, partial, shared_events, slow_fades
from benchmarks.detection.planted_network import CLOSING, steady
from benchmarks.detection.slow_fades import BEGINS, STOPS, Kind, planted

from quietdrop.domain.days import EPOCH


def test_a_fade_keeps_two_fifths_after_a_year_to_a_year_and_a_half() -> None:
    drawn = planted(1, 200)
    fading = drawn.kind == Kind.FADING
    kept = drawn.network.kept[fading]
    assert fading.sum() > 5
    assert (kept[:, :BEGINS] == 1.0).all()
    assert (kept[:, BEGINS + 50] > 0.4).all()
    assert kept[:, -1].min() == pytest.approx(0.4)
    assert (drawn.network.onset[fading] == BEGINS).all()


def test_who_is_over_sends_nothing_more_and_who_sends_on_and_off_does() -> None:
    drawn = planted(1, 400)
    over, stays = drawn.kind == Kind.OVER, drawn.kind == Kind.ON_AND_OFF
    assert drawn.network.counts[over, STOPS:].sum() == 0
    assert (drawn.network.counts[stays, STOPS:].sum(axis=1) > 0).all()
    assert (drawn.network.onset[stays] == -1).all()


def test_steady_ones_have_one_rate() -> None:
    drawn = planted(2, 200)
    assert np.ptp(drawn.network.rate[drawn.kind == Kind.STEADY], axis=1).max() < 1e-9


def test_one_of_two_equal_providers_sends_less_and_the_other_as_ever() -> None:
    network, changed = partial.planted(1)
    for one in changed[:3]:
        rows = network.rows[network.rows["practice_id"] == one.practice_id]
        before, after = (rows[rows["week"].ge(partial.ONSET) == late] for late in (False, True))
        assert set(before["provider"]) > {one.provider}
        assert len(set(before["provider"])) == 2
        assert one.provider not in set(after["provider"])


def test_a_competitor_takes_a_third_of_twelve_practices_of_one_territory() -> None:
    network = shared_events.divided(1)
    before = network.rows["practice_id"].value_counts()
    losing = shared_events.competitor(network)
    assert len(losing) == shared_events.LOSE
    assert {network.practices[key].territory for key in losing} == {"Territory 1"}
    after = network.rows["practice_id"].value_counts()
    assert after.drop(losing).equals(before.drop(losing).reindex(after.drop(losing).index))


def test_a_closed_location_takes_nobody_and_says_nothing() -> None:
    network = shared_events.divided(1)
    assert len(shared_events.closure(network)) == shared_events.AFFECTED
    here = network.rows[network.rows["location"] == CLOSING]
    shut = range(shared_events.BEGINS, shared_events.BEGINS + shared_events.CLOSED_WEEKS)
    assert not here["week"].isin(shut).any()
    assert network.closures == []


def test_bands_hold_their_lower_bound() -> None:
    assert [slow_fades._band(rate) for rate in (0.5, 0.99, 1.0, 2.0, 4.0)] == [
        "0.5 to 1", "0.5 to 1", "1 to 2", "2 to 4", "2 to 4",
    ]  # fmt: skip


def test_a_feed_entered_once_a_month_has_all_of_a_month_on_the_first_of_the_next() -> None:
    intake = steady(1, 6).intake()
    monthly = monthly_feed.fed(intake, "entered once a month").counts
    recorded = [EPOCH + timedelta(days=int(day)) for day in monthly["recorded"].unique()]
    assert {day.day for day in recorded} == {1}
    assert (monthly["recorded"] > monthly["day"]).all()


def test_a_feed_refreshed_once_a_month_ends_with_a_month() -> None:
    intake = monthly_feed.fed(steady(1, 6).intake(), "refreshed once a month")
    read = monthly_feed.read_on(intake, "refreshed once a month", date(2026, 5, 20))
    assert read.newest is not None
    assert date(2026, 4, 28) <= read.newest <= date(2026, 4, 30)
