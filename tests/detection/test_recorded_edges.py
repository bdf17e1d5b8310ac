"""Figures of detection at its edges, as recorded: short pasts, thin streams, ties at thresholds.

Inputs are small whole numbers and round shares, so that a threshold is met exactly.

A change that is meant records them again: `python -m tests.detection.test_recorded_edges`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.builders.arrays import (
    BASIS,
    COUNTS,
    EXPOSURE,
    LENGTHS,
    PHI,
    PRIORS,
    START_DAY,
    WEEKS,
    newest,
)
from tests.builders.recorded import SUMS, Figures, assert_as_recorded, names_in, record

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.bayes_factors import log_settled
from quietdrop.detection.calendar import calendar_index
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.closures import shared_dips, usual_days
from quietdrop.detection.dispersion import dispersion, level_dispersion
from quietdrop.detection.exposure import Circumstances, network_exposure, open_share
from quietdrop.detection.gap_regularity import DailyCounts, Gaps, gap_regularity
from quietdrop.detection.outlier_weeks import without_batches
from quietdrop.detection.poisson_regression import ridge_poisson
from quietdrop.detection.season_shapes import bins_of, learned_shapes
from quietdrop.detection.seasons import (
    earlier_years_share,
    leave_year_out_share,
    log_season_ratio,
    own_seasons,
)
from quietdrop.detection.templates import templates
from quietdrop.domain.directory import Closure
from quietdrop.lib.holidays import public_holidays

GOLDEN = Path(__file__).parent / "golden" / "edges.json"


def _dispersions() -> object:
    rng = np.random.default_rng(3)
    gaps = Gaps(rng.uniform(0.02, 0.2, len(COUNTS)), rng.integers(0, 90, len(COUNTS)))
    figures: dict[str, object] = {}
    for weeks in (6, 7, 9, 10, 11, 14, 15, 20, 83, 84, 85, 96, 97, 98, 120, WEEKS):
        y, s = COUNTS[:, -weeks:], EXPOSURE[:, -weeks:]
        figures[f"{weeks} weeks"] = dispersion(y, s, gaps)
        figures[f"{weeks} weeks, level"] = level_dispersion(y, s)
    for streams in (1, 6, 7, 8, 9, 10, 12):
        rows = slice(3, 3 + streams)
        few = Gaps(gaps.mean[rows], gaps.pairs[rows])
        figures[f"{streams} streams"] = dispersion(COUNTS[rows], EXPOSURE[rows], few)
    begins = WEEKS - 10 - 4 * np.arange(len(COUNTS))[:, None]
    late = np.where(np.arange(WEEKS)[None, :] >= begins, 1.0, 0.0)
    figures["late"] = dispersion(COUNTS * late, EXPOSURE * late, gaps)
    figures["rates"] = dispersion(COUNTS * 50.0, EXPOSURE, gaps)
    figures["extreme"] = dispersion(COUNTS, EXPOSURE, Gaps(gaps.mean * 8.0, gaps.pairs * 100))
    return figures


def _gaps() -> object:
    rng = np.random.default_rng(5)
    stream = np.sort(rng.integers(0, 9, 400))
    day = START_DAY + rng.integers(0, 7 * 60, 400)
    order = np.lexsort((day, stream))
    daily = DailyCounts(stream[order], day[order], rng.integers(1, 4, 400))
    open_weeks = (rng.random((9, 60)) < 0.9).astype(float)
    seeds = rng.integers(0, 2**40, 9)
    few = daily.only(np.arange(400) < 5)
    every = {"all": daily, "few": few}
    of = {name: gap_regularity(days, open_weeks, START_DAY, seeds) for name, days in every.items()}
    return {name: (gaps.mean, gaps.pairs) for name, gaps in of.items()}


def _dips() -> object:
    """Evenly sent referrals with one dip each: by its length, its depth and who shares it."""

    def at(practices: int, weekly: float, left: float, length: int, after: int = 40) -> object:
        days = np.zeros((practices, 7 * 40))
        days[:, np.arange(7 * 40) % 7 < 5] = weekly
        days[0] *= 2.0
        days[:, 105 : 105 + length] *= left
        days = days[:, : 7 * ((105 + length + after) // 7)]
        return shared_dips(days, np.ones(days.shape[1] // 7))

    rng = np.random.default_rng(2)
    ragged = rng.poisson(0.4, (9, 7 * 60)) * (np.arange(7 * 60) % 7 < 6)
    random = []
    for seed in range(40):
        some = np.random.default_rng(seed)
        days = np.where(some.random(ragged.shape) < 0.9, ragged, 0.0)
        for _ in range(3):
            first, length = int(some.integers(0, 400)), int(some.integers(2, 30))
            days[:, first : first + length] *= some.random((9, 1)) < some.choice([0.1, 0.3])
        random.append(shared_dips(days, 0.6 + 0.4 * np.cos(np.arange(60) / 9.0) ** 2))
    return {
        "length": [at(8, 1.0, 0.0, n) for n in (*range(1, 9), *range(66, 76))],
        "depth": [at(8, 3.0, left / 100, 14) for left in (5, 9, 10, 11, 19, 20, 21, 25, 30)],
        "shared": [at(n, 3.0, 0.0, 14) for n in range(1, 9)],
        "thin": [at(8, n / 100, 0.0, 14) for n in range(1, 70, 2)],
        "back": [at(8, 0.2, 0.0, 26, n) for n in range(1, 20)],
        "random": random,
    }


def _returns() -> object:
    """What comes in the two weeks after a dip, from none to what is usual."""
    figures = []
    for share in np.arange(0.3, 0.71, 0.05):
        days = np.zeros((6, 7 * 30))
        days[:, np.arange(7 * 30) % 7 < 5] = 1.0
        days[:, 105:119] = 0.0
        days[:, 119:133] *= share
        figures.append(shared_dips(days, np.ones(30)))
    return figures


def _usual() -> object:
    rng = np.random.default_rng(4)
    by_day = rng.poisson(3.0, 7 * 80).astype(float)
    index = rng.choice([0.0, 0.03, 0.05, 0.06, 0.1, 0.5, 1.0, 1.2], 80)
    return [usual_days(by_day, index)[::5], usual_days(np.zeros(14), np.ones(2))]


def _posteriors() -> object:
    rng = np.random.default_rng(9)
    young = np.arange(len(COUNTS), dtype=np.int64) * 2 - 5
    ratio = np.exp(rng.normal(0.0, 1.0, (len(COUNTS), 39)))
    full = Basis(PHI, 0.3, young, np.full(9, 1e-3), None, np.linspace(-5, 5, len(COUNTS)), ratio)
    absent = DriftSettings(absence_hazard=0.01).priors
    return {
        "full": asdict(posterior(COUNTS, EXPOSURE, full, PRIORS)),
        "absence": asdict(posterior(COUNTS, EXPOSURE, BASIS, absent)),
        **{
            f"{n} weeks": posterior(COUNTS[:, -n:], EXPOSURE[:, -n:], BASIS, PRIORS).probability
            for n in LENGTHS
        },
        "settled": [
            log_settled(COUNTS[:4, -n:], EXPOSURE[:4, -n:], PHI[:4], 0.3, PRIORS)
            for n in (39, 40, 41, 42, 43, 77, 78, 79)
        ],
    }


def _batches() -> object:
    rng = np.random.default_rng(15)
    figures = []
    for weeks in (5, 6, 7, 15, 16, 17, 30):
        counts = np.ones((12, weeks))
        counts[np.arange(12), rng.integers(0, weeks, 12)] = np.arange(12) + 10.0
        figures.append(without_batches(counts, np.ones_like(counts)))
    return figures


def _regression() -> object:
    rng = np.random.default_rng(16)
    figures = []
    for scale in (0.1, 1.0, 3.0, 8.0):
        rows = rng.normal(0.0, scale, (40, 3))
        y = rng.poisson(np.exp(np.clip(rows @ np.array([0.5, -0.3, 0.8]), -3.0, 6.0))).astype(float)
        for penalty in (0.0, 1e-3, 0.5, 20.0):
            fit = ridge_poisson(rows, y, rng.random(40), penalty)
            figures.append([fit.weights, fit.intercept, fit.predict(rows[:2] / scale)])
    return figures


def _calendars() -> object:
    total = COUNTS.sum(axis=0)
    figures: dict[str, object] = {}
    for number in (1, 5, 12, 13, 14, 52, 76, 77, 78, 79, 80, 120):
        days = public_holidays("US", "", newest(number).start, date(2026, 7, 6))
        steady = np.where(np.arange(number) % 11 == 5, 0.0, 80.0)
        index = calendar_index(total[-number:], steady, newest(number), days)
        full = calendar_index(total[-number:], steady + 1.0, newest(number), days)
        figures[f"{number} weeks"] = [index[::4], full[::4]]
    figures["none came"] = calendar_index(np.zeros(30), np.ones(30), newest(30), frozenset())
    return figures


def _exposures() -> object:
    rng = np.random.default_rng(17)
    figures: dict[str, object] = {}
    for number in (1, 2, 3, 4, 5, 13, 53, 60):
        live = (rng.random((5, number)) < 0.8).astype(float)
        stays = (rng.random((5, number)) < 0.8).astype(float)
        counts = COUNTS[3:8, -number:] * live
        around = Circumstances(arrived=np.linspace(1.0, 0.4, number))
        pool = network_exposure(counts, live, newest(number), around, stays)
        figures[f"{number} weeks"] = {**asdict(pool), "share": pool.share[:, ::5], "chance": 0.0}
        figures[f"{number} weeks, all"] = network_exposure(counts, live, newest(number)).share[
            :, ::9
        ]
    empty = network_exposure(np.zeros((2, 9)), np.zeros((2, 9)), newest(9))
    return figures | {"empty": asdict(empty)}


CLOSED_DAYS = ((-9, -1), (-9, 0), (-2, 1), (0, 0), (3, 9), (26, 40), (27, 27), (28, 30))


def _open() -> object:
    weeks, places = newest(4), {"Salem": np.array([0.25, 1.0])}
    start = weeks.start
    return [
        open_share(
            [Closure(start + timedelta(days=first), start + timedelta(days=last), place)],
            places,
            2,
            weeks,
        )
        for first, last in (
            (-9, -1),
            (-9, 0),
            (-2, 1),
            (0, 0),
            (3, 9),
            (26, 40),
            (27, 27),
            (28, 30),
        )
        for place in ("", "Salem", "Dover")
    ]


def _seasons() -> object:
    figures: dict[str, object] = {}
    for weeks in (91, 92, 103, 104, 105, 143, 156, 157, WEEKS):
        y, s = COUNTS[::3, -weeks:], EXPOSURE[::3, -weeks:]
        season = own_seasons(y, s, PHI[::3], START_DAY, 39)
        figures[f"{weeks} weeks"] = [season.weight, season.dispersion, season.share[:, ::41]]
        flat = np.full(y.shape, 1.1)
        figures[f"{weeks} weeks, earlier"] = earlier_years_share(y, s, flat)[:, ::37]
        figures[f"{weeks} weeks, other"] = leave_year_out_share(y, s)[:, ::37]
        figures[f"{weeks} weeks, gain"] = log_season_ratio(y, s, leave_year_out_share(y, s))
    figures["bins"] = [bins_of(day, 3) for day in range(18_990, 19_380, 13)]
    for streams in (1, 3, 12):
        few = COUNTS[10 : 10 + streams] * 3.0
        shapes, share = learned_shapes(
            few, np.ones_like(few), bins_of(START_DAY, WEEKS), PHI[10 : 10 + streams]
        )
        figures[f"{streams} streams"] = [shapes[:, ::5], share]
    return figures


FIGURES: Figures = {
    "dispersion": _dispersions,
    "gaps": _gaps,
    "closures": _dips,
    "closures, what comes after": _returns,
    "usual days": _usual,
    "posteriors": _posteriors,
    "batches": _batches,
    "regression": _regression,
    "calendars": _calendars,
    "exposures": _exposures,
    "open": _open,
    "seasons": _seasons,
    "slides": lambda: templates(9).is_slide.tolist(),
}


@pytest.mark.parametrize("name", list(FIGURES))
def test_the_figures_are_those_recorded(name: str) -> None:
    assert_as_recorded(GOLDEN, name, FIGURES[name](), within=SUMS)


def test_every_recorded_figure_is_compared() -> None:
    assert names_in(GOLDEN) == set(FIGURES)


if __name__ == "__main__":
    record(GOLDEN, FIGURES)
