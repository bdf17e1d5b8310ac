"""A practice that slowly sends less: told once to the managers and low-key to its liaison."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.builders.counted import counted
from tests.builders.scene import AS_OF, LIAISON, WEEKS, Scene, is_listed, reason

from quietdrop.checkins.history import History
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.findings import Slow
from quietdrop.findings import slow
from quietdrop.findings.slow import LEAST_WEEKS, slowly_down
from quietdrop.messages.compose import Briefing
from quietdrop.messages.needs import needs
from quietdrop.messages.slow import entries, lines, news

FELL_BY = 1.5  # a week, in the end


def sliding(folder: Path) -> Scene:
    """A practice of four a week that loses a third over a year, evenly."""
    scene = Scene(folder)
    scene.sends("A", 4, 0, 40)
    for first in range(40, WEEKS, 4):
        scene.sends("A", 4.0 - FELL_BY * (first - 40) / 64, first, first + 4)
    return scene


def briefing(folder: Path, told_slow: dict[str, date] | None = None) -> Briefing:
    folder.mkdir(exist_ok=True)
    history = replace(History(first_run=False), told_slow=told_slow or {})
    return sliding(folder).briefing(history=history)


def test_it_is_told_to_the_manager_and_as_a_line_to_the_liaison(tmp_path: Path) -> None:
    of = briefing(tmp_path)
    assert not is_listed(of)
    [waiting] = of.summaries[0].slow
    assert (waiting.name, waiting.practice_id) == ("Practice A", "A")
    assert waiting.text.startswith("Since about ")
    [line] = of.digests[0].slow
    assert line.text.startswith("fewer since about ")
    assert line.text.endswith("; no hurry, worth a word when you are next there.")
    [need] = [each for each in needs(of.summaries[0]) if each.heading.startswith("Slowly")]
    assert need.heading == "Slowly fewer (1)"


def test_the_table_and_the_pages_say_it_behind_the_practice_s_own_sentence(tmp_path: Path) -> None:
    assert " Slowly fewer since about " in reason(briefing(tmp_path))


def test_it_is_told_once_a_year(tmp_path: Path) -> None:
    day_short = briefing(tmp_path / "a", {"A": AS_OF - timedelta(days=363)})
    assert day_short.summaries[0].slow == ()
    assert day_short.digests[0].slow == ()
    assert " Slowly fewer since about " in reason(day_short)
    assert len(news(briefing(tmp_path / "b", {"A": AS_OF - timedelta(days=364)}).evaluation)) == 1


def test_a_steady_network_has_none(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2)
    of = scene.briefing()
    assert of.evaluation.findings.slow == {}
    assert of.summaries[0].slow == ()


def test_of_who_stops_the_check_in_speaks(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 92)
    of = scene.briefing()
    assert is_listed(of)
    assert of.digests[0].slow == ()
    assert "Slowly fewer" not in reason(of)


def test_who_is_known_for_less_than_a_year_and_three_quarters_has_none(tmp_path: Path) -> None:
    scene = sliding(tmp_path)
    earliest = AS_OF - timedelta(weeks=LEAST_WEEKS)
    scene.rows = [row for row in scene.rows if row[0] >= earliest]
    assert scene.briefing().evaluation.findings.slow == {}


def test_of_who_is_worth_a_look_the_liaison_hears_no_second_line(tmp_path: Path) -> None:
    evaluation = briefing(tmp_path).evaluation
    plan = replace(evaluation.plan, worth_a_look={LIAISON: ["A"]})
    looked_at = replace(evaluation, plan=plan)
    assert lines(looked_at, LIAISON) == ()
    assert [waiting.name for waiting in entries(looked_at)] == ["Practice A"]


@pytest.mark.parametrize(
    ("weeks", "log_factor", "now", "is_said"),
    [
        (91, 0.9, 85.0, True),
        (90, 0.9, 85.0, False),
        (91, 0.89, 85.0, False),
        (91, 0.9, 85.1, False),
    ],
)
def test_both_sides_of_each_threshold(
    monkeypatch: pytest.MonkeyPatch, weeks: int, log_factor: float, now: float, is_said: bool
) -> None:
    """Of 100 before, 85 are as many as are still worth a line; the first practice is young."""

    def weighed(counts: FloatArray, exposure: FloatArray, prior_rate: float) -> SimpleNamespace:
        assert (counts.shape, prior_rate) == ((weeks >= 91, 120), 0.3)
        assert np.all(exposure == 1.0)  # half the weeks' exposure, in a double season
        each = {"log_factor": log_factor, "onset": 40, "before": 100.0, "now": now}
        return SimpleNamespace(
            **{name: np.array([value])[: len(counts)] for name, value in each.items()}
        )

    monkeypatch.setattr(slow, "slow_declines", weighed)
    assessed = counted({"B": [0.0] * 120, "A": [1.0] * 120}, exposure=0.5)
    live = np.zeros((2, 120))
    live[1, -weeks:] = 1.0
    basis: Any = SimpleNamespace(prior_rate=0.3)
    judged = replace(assessed.judged, basis=basis, season=np.full((2, 120), 2.0))
    given = replace(assessed, cadence=replace(assessed.cadence, live=live), judged=judged)
    since = AS_OF - timedelta(weeks=80)
    assert slowly_down(given) == ({"A": Slow("A", since, 100.0, now)} if is_said else {})
