"""Every figure of detection on one small network, as recorded.

A changed sign, guard or constant anywhere moves one of them. A change of the method that is meant
records them again, in a commit of its own: `python -m tests.detection.test_recorded_figures`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.builders.recorded import SUMS, Figures, assert_as_recorded, names_in, record

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.aggregates import Division, watch
from quietdrop.detection.assess import assess
from quietdrop.detection.background_shifts import wander_hazards
from quietdrop.detection.bayes_factors import log_settled
from quietdrop.detection.calendar import calendar_index, week_trust
from quietdrop.detection.calibration import told_log_odds
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.circumstances import share_arrived, share_open
from quietdrop.detection.dispersion import dispersion, level_dispersion
from quietdrop.detection.exposure import Circumstances, network_exposure
from quietdrop.detection.gap_regularity import DailyCounts, Gaps, gap_regularity
from quietdrop.detection.reporting_delay import arrived, arrived_by_age
from quietdrop.detection.season_shapes import bins_of, learned_shapes
from quietdrop.detection.seasons import earlier_years_share, log_season_ratio, own_seasons
from quietdrop.detection.templates import templates
from quietdrop.detection.weekly_counts import Events, WeeklyCounts, events, weekly
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure, Practice
from quietdrop.lib.holidays import public_holidays

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
WEEKS = 170
GOLDEN = Path(__file__).parent / "golden" / "figures.json"
SHIPPED = DriftSettings()
PRIORS = SHIPPED.priors


def _network() -> pd.DataFrame:
    """Thirty practices of every kind, a row a day: practice_id, day, recorded, referrals."""
    rng = np.random.default_rng(20260706)
    week = np.arange(WEEKS)
    season = 1.0 + 0.5 * np.cos(2.0 * np.pi * week / 52.18)
    rates = [np.full(WEEKS, rate) for rate in (0.2, 0.4, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0)]
    rates += [rate * np.where(week >= WEEKS - 7, 0.0, 1.0) for rate in rates[5:8]]  # stops
    rates += [np.where(week >= WEEKS - 15, 0.4, 1.0) * 4.0, np.where(week >= 100, 0.3, 1.0) * 3.0]
    rates += [4.0 * (1.0 - 0.9 * np.clip((week - 140) / 18.0, 0.0, 1.0))]  # a slide
    rates += [np.where(week < WEEKS - 2, 4.0, 0.0), np.where(week >= 130, 6.0, 2.0)]  # away, risen
    rates += [3.0 * season, 2.0 * np.where(season < 0.8, 0.0, 1.4), 5.0 * season]
    rates += [2.5 * rng.lognormal(0.0, 0.5, WEEKS // 10).repeat(10) for _ in range(3)]  # wander
    rates += [2.0 * rng.gamma(0.7, 1.0 / 0.7, WEEKS) for _ in range(3)]  # bursts
    rates += [np.where(week >= begin, 2.0, 0.0) for begin in (60, 150, 164)]  # newcomers
    rows = []
    for place, rate in enumerate(rates):
        for day in range(7 * WEEKS):
            if day % 7 < 5:
                number = int(rng.poisson(rate[day // 7] / 5.0)) + 60 * (place == 4 and day == 700)
                late = int(rng.integers(0, 9))
                if number:
                    rows.append((f"P{place:02d}", END - 7 * WEEKS + day, late, number))
    frame = pd.DataFrame(rows, columns=["practice_id", "day", "late", "referrals"])
    frame["recorded"] = frame["day"] + frame.pop("late")
    frame["location"] = np.where(frame["day"] % 3 == 0, "Salem", "Dover")
    return frame


NETWORK = _network()
REFERRALS = events(NETWORK)
CADENCE = weekly(REFERRALS, AS_OF)
START = CADENCE.week_start(0)
HOLIDAYS = public_holidays("US", "", START, AS_OF)
POOL = network_exposure(CADENCE.counts, CADENCE.live, CADENCE.span, Circumstances(HOLIDAYS))
CLOSED = Closure(AS_OF - timedelta(days=40), AS_OF - timedelta(days=31), "Salem")
SEEDS = np.arange(len(CADENCE.ids), dtype=np.int64)
GAPS = gap_regularity(
    DailyCounts(CADENCE.event_stream, CADENCE.event_day, CADENCE.event_count),
    POOL.share,
    CADENCE.start_day,
    SEEDS,
)
PHI = dispersion(CADENCE.counts, POOL.share, GAPS)


def _assessed(cadence: WeeklyCounts, given: Circumstances | None) -> object:
    frame = assess(cadence, SHIPPED, given).frame
    return {str(name): frame[name].tolist() for name in frame}


def _around() -> Circumstances:
    return Circumstances(
        HOLIDAYS, share_arrived(CADENCE, REFERRALS), share_open(CADENCE, NETWORK, [CLOSED])
    )


def _circumstances() -> object:
    around = _around()
    assert around.arrived is not None
    assert around.open_share is not None
    return {"arrived": around.arrived, "open": around.open_share[:, -7:]}


def _exposure() -> object:
    small = network_exposure(
        CADENCE.counts[:6], CADENCE.live[:6], CADENCE.span, Circumstances(HOLIDAYS)
    )
    pool = network_exposure(CADENCE.counts, CADENCE.live, CADENCE.span, _around())
    return {"late": pool.share[:, ::7], "small": small.share[:, ::7], "rate": pool.rate}


def _young_network() -> object:
    recent = NETWORK[NETWORK["day"] >= END - 7 * 30]
    return _assessed(weekly(events(recent), AS_OF), None)


def _dominated() -> object:
    """One practice with most of the volume stops: everybody is judged a second time."""
    few = NETWORK[NETWORK["practice_id"].isin([f"P{place:02d}" for place in range(5, 14)])]
    large = NETWORK[(NETWORK["practice_id"] == "P09") & (NETWORK["day"] < END - 7 * 6)]
    stops = large.assign(practice_id="Z", referrals=large["referrals"] * 5)
    return _assessed(weekly(events(pd.concat([few, stops])), AS_OF), None)


def _watched() -> object:
    practices = {
        name: Practice(name, name, territory="North" if row % 2 else "South")
        for row, name in enumerate(CADENCE.ids)
    }
    division = Division(practices, {"location": events(NETWORK, "location")}, (CLOSED,))
    return [asdict(stream) for stream in watch(CADENCE, POOL, division, PRIORS)]


def _hardly_arrived() -> object:
    share = np.where(np.arange(CADENCE.weeks) < CADENCE.weeks - 2, 1.0, 1e-4)
    around = Circumstances(HOLIDAYS, share)
    pool = network_exposure(CADENCE.counts, CADENCE.live, CADENCE.span, around)
    return [asdict(stream) for stream in watch(CADENCE, pool, Division({}, {}), PRIORS)]


def _shapes() -> object:
    shapes, share = learned_shapes(
        CADENCE.counts, POOL.share, bins_of(CADENCE.start_day, CADENCE.weeks), PHI
    )
    return {"shapes": shapes, "share": share}


def _earlier_years() -> object:
    flat = np.ones_like(CADENCE.counts)
    share = earlier_years_share(CADENCE.counts, POOL.share, flat)
    return {"share": share[:, ::5], "gain": log_season_ratio(CADENCE.counts, POOL.share, share)}


def _by_age() -> object:
    early = Events(
        REFERRALS.ids,
        REFERRALS.stream,
        REFERRALS.day,
        np.full_like(REFERRALS.day, -1),
        REFERRALS.count,
    )
    trailing = early.known_on(AS_OF - timedelta(days=9))
    by_age = arrived_by_age(REFERRALS, AS_OF)
    return {
        "by_age": by_age,
        "arrived": arrived(CADENCE, by_age)[-12:],
        "trailing": arrived(weekly(trailing, AS_OF), np.ones(56))[-4:],
    }


def _posterior() -> object:
    young = np.arange(len(CADENCE.ids), dtype=np.int64) * 3 - 40
    wander = wander_hazards(CADENCE.counts, POOL.share, PHI, PRIORS, prior_rate=0.3)
    seasons = own_seasons(CADENCE.counts, POOL.share, PHI, CADENCE.start_day, 39)
    basis = Basis(PHI, 0.3, young, wander, seasons)
    return asdict(posterior(CADENCE.counts, POOL.share, basis, PRIORS))


TOTAL = CADENCE.counts.sum(axis=0)
FIGURES: Figures = {
    "assessment": lambda: _assessed(CADENCE, Circumstances(HOLIDAYS)),
    "assessment, with late rows and a closure": lambda: _assessed(CADENCE, _around()),
    "assessment of thirty weeks": _young_network,
    "assessment where the largest stops": _dominated,
    "calendar": lambda: calendar_index(TOTAL, POOL.steady, CADENCE.span, HOLIDAYS),
    "calendar of forty weeks": lambda: calendar_index(
        TOTAL[-40:],
        POOL.steady[-40:],
        Weeks(AS_OF - timedelta(weeks=40), 40, CADENCE.span.profile),
        HOLIDAYS,
    ),
    "trust": lambda: week_trust(TOTAL, POOL.steady),
    "said": lambda: told_log_odds(np.linspace(-9.0, 9.0, 73)),
    "circumstances": _circumstances,
    "exposure": _exposure,
    "late": _by_age,
    "gaps": lambda: {"variance": GAPS.mean, "pairs": GAPS.pairs},
    "dispersion": lambda: {
        "all": PHI,
        "few": dispersion(CADENCE.counts[:7], POOL.share[:7], Gaps(GAPS.mean[:7], GAPS.pairs[:7])),
        "short": dispersion(CADENCE.counts[:, -60:], POOL.share[:, -60:], GAPS),
        "level": level_dispersion(CADENCE.counts, POOL.share),
    },
    "wander": lambda: {
        "pool": wander_hazards(CADENCE.counts, POOL.share, PHI, PRIORS, prior_rate=0.3),
        "young": wander_hazards(
            CADENCE.counts[:, :50], POOL.share[:, :50], PHI, PRIORS, prior_rate=0.3
        ),
    },
    "templates": lambda: asdict(templates(39)),
    "posterior": _posterior,
    "settled": lambda: log_settled(CADENCE.counts, POOL.share, PHI, 0.3, PRIORS)[::4],
    "season shapes": _shapes,
    "own season": _earlier_years,
    "streams": _watched,
    "streams of which little has arrived": _hardly_arrived,
}


@pytest.mark.parametrize("name", list(FIGURES))
def test_the_figures_are_those_recorded(name: str) -> None:
    assert_as_recorded(GOLDEN, name, FIGURES[name](), within=SUMS)


def test_every_recorded_figure_is_compared() -> None:
    assert names_in(GOLDEN) == set(FIGURES)


if __name__ == "__main__":
    record(GOLDEN, FIGURES)
