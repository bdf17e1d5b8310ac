"""`tune` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders.commands import call

from quietdrop.config import Settings, load
from quietdrop.jobs.replay import Replay
from quietdrop.lib.progress import Progress
from quietdrop.reporting.comparison_report import Change
from quietdrop.reporting.tuned import HalfFigures, Tuned
from quietdrop.reporting.tuning import Gain
from quietdrop.store import Store


@pytest.fixture
def proposal(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """What tuning comes to, without the minutes that it takes; empty: nothing is proposed."""
    values = {"drift.alert_probability": 0.4}

    def tuned(
        of: Settings, budget: float, what: Replay, touches: object, tell: Progress
    ) -> tuple[Tuned, dict[str, float]]:
        del of, touches, tell
        assert len(what.dates) <= 104
        first, middle, last = what.dates[0], what.dates[len(what.dates) // 2], what.dates[-1]
        best = (Change("drift.alert_probability", "0.5", "0.4"),)
        figures = HalfFigures(10.0, 0.5, 20, 3), HalfFigures(14.0, 0.6, 24, 4)
        gain = Gain(4.0, 1.0 if values else -1.0, 7.0)
        span = (first, middle, last, 25, best, (0.35, 0.5))
        return Tuned(budget, *span, gain, True, *figures, best if values else ()), values

    monkeypatch.setattr("quietdrop.cli.tune.tuned_for", tuned)
    return values


def test_the_lines_to_paste_are_shown_and_nothing_is_written(
    config: Path,
    proposal: dict[str, float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    del proposal
    before = config.read_text(encoding="utf-8")
    assert call(monkeypatch, "--config", config, "tune", "--budget", "5") == 0
    out = capsys.readouterr().out
    assert "[drift]\nalert_probability = 0.4  # was 0.5" in out
    assert "+4 lost referrals caught, 90 % interval +1 to +7" in out
    assert config.read_text(encoding="utf-8") == before


def test_who_changed_the_settings_stands_in_the_audit(
    config: Path, proposal: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    del proposal
    store = Store.open(load(config, {}).store.url)
    assert call(monkeypatch, "--config", config, "tune", "--budget", "5") == 0
    assert store.audit.entries() == []
    assert call(monkeypatch, "--config", config, "tune", "--budget", "5", "--write") == 0
    [entry] = store.audit.entries()
    assert (entry.action, entry.detail) == ("changed", "drift.alert_probability = 0.4")
    assert entry.who.startswith("local: ")


def test_write_changes_the_file_and_keeps_the_old_one(
    config: Path,
    proposal: dict[str, float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    del proposal
    before = config.read_text(encoding="utf-8")
    words = ("--config", config, "tune", "--budget", "5", "--write", "--json")
    assert call(monkeypatch, *words) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["changes"][0]["proposed"] == "0.4"
    assert "is changed" in said.err
    assert "alert_probability = 0.4" in config.read_text(encoding="utf-8")
    assert config.with_name(config.name + ".bak").read_text(encoding="utf-8") == before


def test_nothing_proposed_is_nothing_written(
    config: Path,
    proposal: dict[str, float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    proposal.clear()
    before = config.read_text(encoding="utf-8")
    assert call(monkeypatch, "--config", config, "tune", "--budget", "5", "--write") == 0
    assert "Nothing beats today's settings beyond chance" in capsys.readouterr().out
    assert config.read_text(encoding="utf-8") == before
    assert not config.with_name(config.name + ".bak").exists()


@pytest.mark.parametrize("budget", ["0", "-1", "nan", "inf", "x", "1001"])
def test_a_budget_that_is_none_is_refused(
    config: Path,
    budget: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(monkeypatch, "--config", config, "tune", "--budget", budget) == 2
    assert "--budget" in capsys.readouterr().err
