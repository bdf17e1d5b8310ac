"""Which parts of a network are large enough to be watched, and which of them fell as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.aggregates import Division, Stream, fallen, watch
from quietdrop.detection.exposure import network_exposure
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
PRIORS = DriftSettings().priors
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def network(weeks: int = 60, a_week: int = 3) -> pd.DataFrame:
    """Five practices, each with so many a week, all sent to Salem."""
    place = pd.MultiIndex.from_product([range(5), range(weeks), range(a_week)]).to_frame(
        index=False
    )
    practice, week, weekday = (place[column] for column in place)
    return pd.DataFrame(
        {
            "practice_id": "P" + practice.astype(str),
            "location": "Salem",
            "day": END - 7 * weeks + 7 * week + weekday,
            "referrals": 1,
        }
    )


def watched(frame: pd.DataFrame, *closures: Closure) -> dict[tuple[str, str], Stream]:
    cadence = weekly(events(frame), AS_OF)
    pool = network_exposure(cadence.counts, cadence.live, cadence.span)
    division = Division({}, {"location": events(frame, "location")}, closures)
    return {(s.kind, s.key): s for s in watch(cadence, pool, division, PRIORS)}


@pytest.mark.parametrize(("weeks", "streams"), [(25, 0), (26, 2)])
def test_half_a_year_is_watched_and_less_is_not(weeks: int, streams: int) -> None:
    assert len(watched(network(weeks))) == streams


@pytest.mark.parametrize(("missing", "is_watched"), [(0, True), (1, False)])
def test_two_a_week_are_watched_and_fewer_are_not(missing: int, is_watched: bool) -> None:
    """Beside the very first one, which says nothing of the rate."""
    frame = network()
    of_one = frame["practice_id"] == "P0"
    frame.loc[of_one & (frame["day"] % 7 != frame["day"].min() % 7), "location"] = "Dover"
    frame.loc[frame.index[of_one][0], "location"] = "Dover"
    frame.loc[frame.index[of_one][-1 - missing :][:missing], "location"] = "Salem"
    assert (("location", "Dover") in watched(frame)) is is_watched


def test_a_straggler_of_a_closed_week_is_all_that_could_come() -> None:
    shut = Closure(AS_OF - WEEK, AS_OF - DAY, "Salem")
    frame = network()
    frame = frame[frame["day"] < END - 7]
    one = frame.head(1).assign(day=END - 3)
    came = watched(pd.concat([frame, one]), shut)["location", "Salem"].came
    assert came == pytest.approx((1.0, 1e9), rel=0.1)


def test_rows_of_nobody_that_are_older_than_every_practice_move_no_place() -> None:
    frame = network()
    older = frame.head(1).assign(practice_id="", day=END - 7 * 90)
    alone, beside = watched(frame), watched(pd.concat([frame, older]))
    assert set(alone) == set(beside)
    assert beside["location", "Salem"].expected == pytest.approx(
        alone["location", "Salem"].expected, rel=0.01
    )
    assert beside["location", "Salem"].observed == alone["location", "Salem"].observed


def stream(key: str = "", probability: float = 0.9, came: int = 50, of: float = 100.0) -> Stream:
    return Stream("location", key, probability, AS_OF - 8 * WEEK, of, came, 0.5, (0.5, 0.5))


@pytest.mark.parametrize(("probability", "fell"), [(0.8, True), (np.nextafter(0.8, 0), False)])
def test_a_fall_as_a_whole_is_four_fifths_sure(probability: float, fell: bool) -> None:
    assert bool(fallen([stream(probability=probability)], AS_OF)) is fell


@pytest.mark.parametrize(("came", "fell"), [(85, True), (86, False)])
def test_a_fall_as_a_whole_leaves_at_most_eighty_five_of_a_hundred(came: int, fell: bool) -> None:
    assert bool(fallen([stream(came=came)], AS_OF)) is fell


@pytest.mark.parametrize(
    ("days", "is_news"), [(4 * 7 - 1, False), (4 * 7, True), (26 * 7, True), (26 * 7 + 1, False)]
)
def test_a_fall_as_a_whole_is_news_from_its_fourth_week_for_half_a_year(
    days: int, is_news: bool
) -> None:
    since = replace(stream(), onset=AS_OF - days * DAY)
    assert bool(fallen([since], AS_OF)) is is_news


def test_the_deepest_fall_comes_first_however_large_its_place() -> None:
    large, small = stream("Salem", came=500, of=1000.0), stream("Dover", came=30, of=40.0)
    assert [each.key for each in fallen([small, large], AS_OF)] == ["Salem", "Dover"]
