"""Figures of what is asked beside each practice's drift, as recorded: groups, parts, slow declines.

A change that is meant records them again: `python -m tests.detection.test_recorded_questions`.
"""

from __future__ import annotations

from dataclasses import asdict
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
)
from tests.builders.recorded import SUMS, Figures, assert_as_recorded, names_in, record

from quietdrop.config.settings import DriftSettings
from quietdrop.detection import covariates
from quietdrop.detection.background_shifts import wander_hazards
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.detection.false_alarms import Looks, false_alarms, log_as_ever
from quietdrop.detection.hazard_model import Counted, hazard_ratio, learned_hazard, onsets_of
from quietdrop.detection.joint_falls import Evidence, evidence, joint_falls
from quietdrop.detection.leavers import away, greatest_gap, staying, weeks_left
from quietdrop.detection.part_falls import PartsOf, part_posterior
from quietdrop.detection.seasons import (
    Seasons,
    own_seasons,
)
from quietdrop.detection.slow_declines import slow_declines
from quietdrop.detection.what_if import (
    Stream,
    judged_again,
    referrals_to_clear,
    weeks_of_silence,
)

GOLDEN = Path(__file__).parent / "golden" / "questions.json"


def _slow() -> object:
    rows = slice(None, None, 3)
    return {
        n: asdict(slow_declines(COUNTS[rows, -n:], EXPOSURE[rows, -n:], 0.3)) for n in LENGTHS
    } | {"all": asdict(slow_declines(COUNTS, EXPOSURE, 0.3))}


def _wander() -> object:
    lengths = (26, 45, 52, 64, 65, 66, 80, WEEKS)
    return {
        n: wander_hazards(COUNTS[:, -n:], EXPOSURE[:, -n:], PHI, PRIORS, prior_rate=0.3)
        for n in lengths
    } | {
        "many": wander_hazards(
            np.tile(COUNTS[:, -66:], (40, 1)),
            np.ones((40 * len(COUNTS), 66)),
            np.tile(PHI, 40),
            PRIORS,
            prior_rate=0.3,
        ),
        "thin": wander_hazards(
            np.eye(6, 80) * np.arange(6)[:, None], np.ones((6, 80)), PHI[:6], PRIORS, prior_rate=0.3
        ),
    }


def _joint() -> object:
    rng = np.random.default_rng(6)
    groups = [np.arange(n) for n in range(2, 13)] + [np.arange(3, 20)]
    figures = []
    for scale in np.linspace(0.2, 4.0, 40):
        factor = rng.normal(-1.0, scale, (20, 30, 3))
        week = int(rng.integers(0, 30))
        factor[:, week] += rng.choice([0.0, 1.0, 2.0, 3.0])
        figures.append([asdict(fall) for fall in joint_falls(Evidence(factor, 7), groups)])
    return figures


def _joint_evidence() -> object:
    log_any = posterior(COUNTS, EXPOSURE, BASIS, PRIORS).log_any
    of = evidence(COUNTS, EXPOSURE, BASIS, PRIORS, log_any)
    short = evidence(COUNTS[:, -20:], EXPOSURE[:, -20:], BASIS, PRIORS, log_any)
    return {"first": of.first, "factor": of.log_factor[:, ::7], "short": short.first}


def _parts() -> object:
    rng = np.random.default_rng(7)
    rows = np.arange(4, 20)
    came = rng.binomial(COUNTS[rows].astype(int), 0.4).astype(float)
    came[:8, :20] = 0.0
    log_any = posterior(COUNTS, EXPOSURE, BASIS, PRIORS).log_any
    return asdict(
        part_posterior(came, COUNTS[rows], EXPOSURE[rows], PartsOf(BASIS, log_any, rows), PRIORS)
    )


def _covariates() -> object:
    rng = np.random.default_rng(10)
    number = rng.integers(0, 3, (5, 70)).astype(float)
    days = (number * rng.integers(0, 30, (5, 70))).astype(float)
    touched = (rng.random((5, 70)) < 0.03).astype(float)
    touched[0], touched[1, :] = 0.0, np.eye(1, 70, 0)
    live = np.tile(np.clip(np.arange(70) - 3.0, 0.0, 1.0), (5, 1))
    groups = [np.array([0, 1, 2]), np.array([2, 3, 4]), np.array([1])]
    grid = covariates.Grid(3, 4)
    stream, week = np.array([0, 1, 2, 2, 0, 1]), np.array([-1, 0, 3, 4, 2, 2])
    return {
        "summed": grid.summed(stream, week, np.arange(1.0, 7.0)),
        "before": [covariates.before(number, weeks, since) for weeks, since in ((3, 0), (5, 2))],
        "waits": covariates.waits(days, number),
        "excess": covariates.excess_share(number // 2, number, 2),
        "lately": covariates.lately(touched, 3),
        "untouched": [covariates.untouched(touched), covariates.untouched(touched * 0.0)],
        "neighbors": covariates.neighbors_fall(number, live, groups),
        "alone": covariates.neighbors_fall(number, live, []),
    }


def _hazard() -> object:
    rng = np.random.default_rng(11)
    level = rng.normal(size=(90, 100))
    level[:, 1:] = level[:, :1] + 0.1 * level[:, 1:]
    stops = (rng.random(level.shape) < 0.006 * 3.0**level / 2.0).cumsum(axis=1) > 0
    counts = rng.poisson(np.where(stops, 0.3, 3.0)).astype(float)
    begin = rng.integers(0, 90, 90) * (rng.random(90) < 0.3)
    exposure = (np.arange(100)[None, :] >= begin[:, None]).astype(float)
    wander = Basis(np.ones(90), 0.2, wander=np.full(9, 1e-3))
    of = Counted(counts * exposure, exposure, wander)
    before = np.stack([level, rng.normal(size=level.shape)], axis=2)
    lengths = (26, 38, 51, 52, 53, 64, 65, 66, 78, 91, 100)
    plain = Counted(of.counts, exposure, Basis(np.ones(90), 0.2))
    absent = DriftSettings(absence_hazard=0.01).priors
    return {
        **{
            f"{n} weeks": asdict(learned_hazard(of.until(n), before[:, :n], PRIORS))
            for n in lengths
        },
        "ratio": hazard_ratio(before[:9, ::9], np.array([2.0, -1.0]), 0.3),
        "onsets": asdict(onsets_of(plain.rows(np.arange(0, 90, 9)), absent, 8)),
        "wander": asdict(onsets_of(of.rows(np.arange(0, 90, 9)), PRIORS, 8)),
    }


def _what_if() -> object:
    factor = np.tile(0.5 + 0.5 * np.sin(np.arange(WEEKS) / 9.0) ** 2, (len(COUNTS), 1))
    seasons = own_seasons(COUNTS, EXPOSURE * factor, PHI, START_DAY, 39)
    ratio = np.exp(np.random.default_rng(12).normal(0.0, 1.0, (len(COUNTS), 39)))
    figures = []
    for row in range(3, len(COUNTS), 6):
        weight = np.minimum(seasons.weight[[row]] + 0.2, 1.0)
        season = Seasons(seasons.share[[row]], weight, seasons.dispersion[[row]])
        young = np.array([row])
        of = Basis(PHI[[row]], 0.3, young, None, season, None, ratio[[row]])
        stream = Stream(COUNTS[row], EXPOSURE[row], of)
        figures.append(
            {
                "silence": [weeks_of_silence(stream, PRIORS, p) for p in (0.2, 0.5, 0.9)],
                "clear": [referrals_to_clear(stream, PRIORS, p) for p in (0.01, 0.2, 0.5)],
                "again": judged_again(stream, PRIORS, [1.0, 0.0, 2.0]).probability,
                "far": judged_again(stream, PRIORS, [1.0] * 20).probability,
            }
        )
    short = Stream(COUNTS[5, :51], np.ones(51), Basis(PHI[[5]], 0.3))
    year = Stream(COUNTS[5, :52], np.arange(52) / 26.0, Basis(PHI[[5]], 0.3))
    return [figures, [judged_again(each, PRIORS, [0.0] * 5).log_any for each in (short, year)]]


def _alarms() -> object:
    rng = np.random.default_rng(13)
    looks = Looks(
        rng.choice([0.0, 0.3, 0.5, 0.7, 0.9, 1.0], (30, 40)),
        rng.normal(0.0, 3.0, (30, 40)),
        rng.random((30, 40)) < 0.8,
    )
    remaining = np.array([0.0, 0.01, 0.02, 0.1, 0.5, 0.9, 0.95, 1.0, 0.3])
    rows = slice(0, 9)
    return {
        "false": false_alarms(looks, (0.3, 0.5, 0.6, 0.7, 0.9, 1.0)),
        "years": looks.practice_years,
        "ratio": log_as_ever(
            COUNTS[rows, -26:], EXPOSURE[rows, -26:], np.arange(9.0), remaining, PHI[rows]
        ),
    }


def _leaving() -> object:
    rng = np.random.default_rng(14)
    drift, settled = rng.choice([0.0, 0.25, 0.5, 0.75], (2, 40))
    left = weeks_left(drift, rng.integers(-2, 9, 40), settled, rng.integers(-2, 9, 40), 9)
    rate, chance = rng.random(9), rng.integers(0, 2, (9, 9)).astype(float)
    gaps = [greatest_gap(rate @ chance, away(rate, chance, left[:9]))]
    return {"left": left, "staying": staying(left, 9), "gap": gaps}


FIGURES: Figures = {
    "slow declines": _slow,
    "wander": _wander,
    "joint falls": _joint,
    "joint evidence": _joint_evidence,
    "parts": _parts,
    "covariates": _covariates,
    "hazard": _hazard,
    "what if": _what_if,
    "false alarms": _alarms,
    "leavers": _leaving,
}


@pytest.mark.parametrize("name", list(FIGURES))
def test_the_figures_are_those_recorded(name: str) -> None:
    assert_as_recorded(GOLDEN, name, FIGURES[name](), within=SUMS)


def test_every_recorded_figure_is_compared() -> None:
    assert names_in(GOLDEN) == set(FIGURES)


if __name__ == "__main__":
    record(GOLDEN, FIGURES)
