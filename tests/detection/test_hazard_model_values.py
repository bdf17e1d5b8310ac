"""A learned hazard by value, on a small network in which some practices begin late."""

from __future__ import annotations

import numpy as np
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection import hazard_model
from quietdrop.detection.change_point import Basis
from quietdrop.detection.hazard_model import (
    LEAST_LIFE,
    LEAST_TRAINED,
    QUARTER,
    Counted,
    Learned,
    learned_hazard,
)
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.hazard import Verdict

PRIORS = DriftSettings().priors
PRACTICES = 40


def _world(weeks: int = 100) -> tuple[Counted, FloatArray]:
    """Practices that stop, mostly those with more of the first covariate; every fourth is new."""
    rng = np.random.default_rng(11)
    shape = (PRACTICES, weeks)
    level = rng.normal(size=(PRACTICES, 1)) + 0.2 * rng.normal(size=shape)
    times = 3.0**level
    stops = (rng.random(shape) < 0.012 * times / times.mean()).cumsum(axis=1) > 0
    begin = np.where(np.arange(PRACTICES) % 4 == 0, rng.integers(0, weeks, PRACTICES), 0)
    exposure = (np.arange(weeks)[None, :] >= begin[:, None]).astype(float)
    counts = rng.poisson(np.where(stops, 0.2, 4.0)) * exposure
    noise = rng.normal(size=shape)
    return Counted(counts, exposure, Basis(np.ones(PRACTICES), 0.2)), np.stack([level, noise], 2)


OF, COVARIATES = _world()


def _learned() -> Learned:
    return learned_hazard(OF, COVARIATES, PRIORS)


def test_the_figures_are_those_recorded() -> None:
    learned = _learned()
    assert learned.verdict is Verdict.USED
    assert learned.practices == 37  # three have fewer than 26 weeks
    assert learned.weeks == 100
    assert learned.weights == pytest.approx([1.02332961, -0.17895125], rel=1e-6)
    assert learned.log_mean == pytest.approx(0.04607001985, rel=1e-6)
    assert learned.drops == pytest.approx(14.214686098, rel=1e-6)
    assert learned.gain == pytest.approx(4.479161850, rel=1e-6)
    assert learned.gain_error == pytest.approx(2.982997192, rel=1e-6)


@pytest.mark.parametrize(("above", "verdict"), [(0.0, Verdict.USED), (1e-9, Verdict.NO_BETTER)])
def test_it_is_used_from_a_sure_gain_on(
    above: float, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hazard_model, "SURE", _learned().gain + above)
    assert _learned().verdict is verdict


@pytest.mark.parametrize(("above", "is_enough"), [(0.0, True), (1e-9, False)])
def test_so_many_drops_are_enough(
    above: float, is_enough: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hazard_model, "PASSES", 1)
    monkeypatch.setattr(hazard_model, "LEAST_DROPS", _learned().drops + above)
    assert (_learned().verdict is not Verdict.FEW_DROPS) is is_enough


@pytest.mark.parametrize(("most", "taken"), [(37, 37), (36, 19), (13, 13), (12, 10)])
def test_a_large_network_is_sampled_evenly(
    most: int, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hazard_model, "SAMPLE", most)
    monkeypatch.setattr(hazard_model, "LEAST_DROPS", 1e9)  # nothing is fitted
    assert _learned().practices == taken


def test_four_quarters_are_predicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 110 weeks there would be a fifth with enough before it (recorded)."""
    monkeypatch.setattr(hazard_model, "LEAST_DROPS", 1.0)
    learned = learned_hazard(*_world(110), PRIORS)
    assert learned.gain == pytest.approx(5.930324969, rel=1e-6)
    assert learned.gain_error == pytest.approx(8.330684768, rel=1e-6)


@pytest.mark.parametrize(("practices", "taken"), [(3000, 3000), (3001, 1501)])
def test_three_thousand_practices_are_taken(practices: int, taken: int) -> None:
    counts = np.full((practices, LEAST_LIFE + LEAST_TRAINED + QUARTER), 1.0)
    of = Counted(counts, counts, Basis(np.ones(practices), 0.2))
    learned = learned_hazard(of, counts[:, :, None], PRIORS)
    assert (learned.verdict, learned.practices) == (Verdict.FEW_DROPS, taken)
