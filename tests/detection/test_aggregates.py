"""The network and its large parts against the calendar; and whether the feed looks broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection import aggregates
from quietdrop.detection.aggregates import Division, Stream, watch
from quietdrop.detection.assess import assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.evaluation import feed_health

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
WEEKS = 104
PRACTICES = {f"P{i:02d}": Practice(f"P{i:02d}", "", territory="NSSS"[i % 4]) for i in range(40)}

SHIPPED = DriftSettings()
Change = Callable[[pd.DataFrame], pd.Series]


def rows(falls: Change | None = None, seed: int = 4) -> pd.DataFrame:
    """40 practices, two referrals a week each, to two locations; what `falls` marks is gone."""
    rng = np.random.default_rng(seed)
    number = rng.poisson(2.0, (40, WEEKS))
    stream, week = (
        np.repeat(index, number.ravel()) for index in np.indices(number.shape).reshape(2, -1)
    )
    frame = pd.DataFrame(
        {
            "practice_id": [f"P{i:02d}" for i in stream],
            "location": rng.choice(["Salem", "Milton"], len(stream), p=[0.4, 0.6]),
            "service_line": "Joint",
            "day": END - 7 * WEEKS + 7 * week + rng.integers(0, 5, len(week)),
            "referrals": 1,
        }
    )
    return frame if falls is None else frame[~falls(frame)]


def watched(
    frame: pd.DataFrame, settings: DriftSettings = SHIPPED
) -> dict[tuple[str, str], Stream]:
    cadence = weekly(events(frame), AS_OF)
    across = {kind: events(frame, kind) for kind in ("location", "service_line")}
    pool = assess(cadence, settings).pool
    streams = watch(cadence, pool, Division(PRACTICES, across), settings.priors)
    return {(stream.kind, stream.key): stream for stream in streams}


def since(weeks: int, **where: str) -> Change:
    def falls(frame: pd.DataFrame) -> pd.Series:
        gone = frame["day"] >= END - 7 * weeks
        for column, value in where.items():
            gone &= frame[column] == value
        return gone

    return falls


def test_a_steady_network_raises_nothing() -> None:
    streams = watched(rows())
    assert {kind for kind, _ in streams} == {"network", "territory", "location", "service_line"}
    assert max(stream.probability for stream in streams.values()) < 0.25
    assert feed_health.fallen(streams.values(), AS_OF, None) == []


@pytest.mark.parametrize("weeks", [1, 3, 6])
def test_the_index_hides_a_fall_of_everybody_but_the_network_s_own_stream_does_not(
    weeks: int,
) -> None:
    rng = np.random.default_rng(9)

    def most_gone(frame: pd.DataFrame) -> pd.Series:
        return since(weeks)(frame) & (rng.random(len(frame)) < 0.8)

    frame = rows(most_gone)
    assert (
        assess(weekly(events(frame), AS_OF), DriftSettings()).frame["status"] == "steady"
    ).mean() > 0.9
    network = watched(frame)["network", ""]
    assert network.probability > 0.99
    assert feed_health.fallen([network], AS_OF, None)[0].startswith("The whole network sent ")


def test_one_location_that_stops_is_named() -> None:
    streams = watched(rows(since(3, location="Salem")))
    sentences = feed_health.fallen(streams.values(), AS_OF, None)
    assert len(sentences) == 1
    assert sentences[0].startswith("Location Salem sent 0 referrals since June 15, 2026")


def test_where_absences_are_frequent_a_silent_week_of_a_small_stream_is_likelier_one() -> None:
    frame = rows()
    frame.loc[frame["practice_id"].isin(["P00", "P01"]), "location"] = "Dover"
    frame = frame[~since(1, location="Dover")(frame)]
    rare, usual, frequent = (
        watched(frame, DriftSettings(absence_hazard=hazard))["location", "Dover"].probability
        for hazard in (1e-4, SHIPPED.hazard, 0.05)
    )
    assert rare < usual < frequent
    assert usual == watched(frame)["location", "Dover"].probability


@pytest.mark.parametrize(
    ("came", "faults"),
    [((1.0, 0.36), 0), ((1.0, 0.34), 1), ((0.61, 0.5), 0), ((0.59, 0.59), 1)],
)
def test_one_week_at_half_may_be_snow_but_two_are_a_fault(
    came: tuple[float, float], faults: int
) -> None:
    onset = AS_OF - timedelta(weeks=2)
    network = Stream("network", "", 0.97, onset, 100.0, 50, 0.5, came)
    assert len(feed_health.fallen([network], AS_OF, None)) == faults


@pytest.mark.parametrize(("weeks", "is_told"), [(3, False), (6, True), (25, True)])
def test_a_line_that_falls_is_told_once_it_stands(weeks: int, is_told: bool) -> None:
    """After four weeks: a shorter lull of all is a vacation or snow."""
    rng = np.random.default_rng(9)

    def half(frame: pd.DataFrame) -> pd.Series:
        return since(weeks, location="Salem")(frame) & (rng.random(len(frame)) < 0.5)

    falls = aggregates.fallen(watched(rows(half)).values(), AS_OF)
    assert [s.key for s in falls if s.kind == "location"] == (["Salem"] if is_told else [])


def test_a_steady_network_has_nothing_that_fell_as_a_whole() -> None:
    assert aggregates.fallen(watched(rows()).values(), AS_OF) == []


def test_a_location_that_is_most_of_the_pool_does_not_hide_its_own_fall() -> None:
    streams = watched(rows(since(3, location="Milton")))
    assert streams["location", "Milton"].probability >= feed_health.FELL_PROBABILITY
    assert any(
        "Location Milton" in sentence
        for sentence in feed_health.fallen(streams.values(), AS_OF, None)
    )


def test_one_territory_that_falls_is_seen_but_is_no_broken_feed() -> None:
    north = [key for key, practice in PRACTICES.items() if practice.territory == "N"]

    def falls(frame: pd.DataFrame) -> pd.Series:
        return since(6)(frame) & frame["practice_id"].isin(north)

    streams = watched(rows(falls))
    assert streams["territory", "N"].probability > 0.99
    assert streams["territory", "S"].probability < 0.25
    assert feed_health.fallen(streams.values(), AS_OF, None) == []


def test_a_fall_that_was_acknowledged_does_not_hold_the_next_run() -> None:
    streams = watched(rows(since(3))).values()
    network = next(iter(streams))
    assert feed_health.fallen(streams, AS_OF, network.onset) != []
    assert feed_health.fallen(streams, AS_OF, network.onset + timedelta(days=1)) == []


def files(**ends: int) -> pd.DataFrame:
    """Files of a referral a day; each from its start to its end, in days before the as-of date."""
    parts = [
        pd.DataFrame({"source": name, "day": np.arange(END - 400, END - end), "referrals": 1})
        for name, end in ends.items()
    ]
    return pd.concat(parts)


@pytest.mark.parametrize(("end", "faults"), [(1, 0), (7, 0), (8, 1), (55, 1), (56, 0)])
def test_a_file_that_ends_before_the_others(end: int, faults: int) -> None:
    assert len(feed_health.silent_sources(files(east=0, west=end), AS_OF, None)) == faults


@pytest.mark.parametrize(("pause", "faults"), [(1, 1), (14, 1), (15, 0)])
def test_a_file_may_pause_for_as_long_as_it_did_before(pause: int, faults: int) -> None:
    whole = files(east=0, west=15)
    west, age = whole["source"] == "west", END - whole["day"]
    paused = whole[~(west & (age > 100) & (age < 100 + pause))]
    assert len(feed_health.silent_sources(paused, AS_OF, None)) == faults


def test_a_file_that_sent_once_in_half_a_year_may_be_silent_as_long() -> None:
    days = files(east=0, west=15)
    west, age = days["source"] == "west", END - days["day"]
    rare = days[~west | (age == 400) | (age == 16)]
    assert feed_health.silent_sources(rare.assign(referrals=200), AS_OF, None) == []


def test_monthly_files_that_follow_each_other_are_no_fault() -> None:
    months = [
        pd.DataFrame(
            {
                "source": f"m{m}",
                "day": np.arange(END - 200 + 30 * m, END - 170 + 30 * m),
                "referrals": 1,
            }
        )
        for m in range(6)
    ]
    assert feed_health.silent_sources(pd.concat(months), AS_OF, None) == []
