"""A promised threshold on the command line: check, run and config show name it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from tests.builders.commands import call

from quietdrop.store import Store
from quietdrop.store.runs import RunEnd, RunState

NOW = datetime(2026, 7, 6, 8, tzinfo=UTC)
CARD = {
    "learned_on": "2026-06-29",
    "weeks": 52,
    "practice_years": 40.0,
    "thresholds": [0.3, 0.62, 0.8],
    "false": [9.0, 1.0, 0.1],
}


def _clinic(folder: Path, drift: str, weeks: int = 80) -> Path:
    rng = np.random.default_rng(3)
    rows = ["referred_on,practice_name"]
    for week in range(weeks):
        monday = NOW.date() - timedelta(weeks=weeks - week)
        for practice in range(15):
            days = rng.integers(0, 5, rng.poisson(2.0)).tolist()
            rows += [f"{monday + timedelta(days=day)},Practice {practice}" for day in days]
    (folder / "r.csv").write_text("\n".join(rows))
    config = folder / "quietdrop.toml"
    config.write_text(f'[source]\nreferrals = "r.csv"\n[drift]\n{drift}\n')
    return config


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(import_module("quietdrop.cli.app"), "now", lambda: NOW)


def _ran(folder: Path) -> None:
    """A run that learned the card above."""
    store = Store.open(f"sqlite:///{folder / 'quietdrop.db'}")
    run = store.runs.begin(NOW.date(), True, NOW)
    with store.begin() as conn:
        store.runs.finish(conn, run, RunEnd(RunState.DONE, "x", {"alerts": CARD}), NOW)


def test_check_learns_the_threshold_and_says_what_it_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call(monkeypatch, "--config", _clinic(tmp_path, "false_alarm_years = 2"), "check")
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("alert")]
    assert "at most one false check-in a practice in 2 years, by 52 weeks of your own" in line


def test_a_past_that_is_too_short_is_refused_by_check_and_by_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _clinic(tmp_path, "false_alarm_years = 2", weeks=51)
    assert call(monkeypatch, "--config", config, "check") == 1
    assert "alert    !!  [drift] false_alarm_years needs 52 weeks" in capsys.readouterr().out
    assert call(monkeypatch, "--config", config, "run", "--dry-run") == 2
    assert "needs 52 weeks of referrals" in capsys.readouterr().err


def test_a_run_names_the_threshold_that_it_lists_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _clinic(tmp_path, "false_alarm_years = 2")
    call(monkeypatch, "--config", config, "run", "--dry-run", "--json")
    said = json.loads(capsys.readouterr().out)
    assert 0.1 <= said["listed_from"] < 1
    assert said["false_alarm_years"] == 2


def test_a_run_without_a_promise_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _clinic(tmp_path, "alert_probability = 0.6")
    call(monkeypatch, "--config", config, "run", "--dry-run", "--json")
    assert "listed_from" not in json.loads(capsys.readouterr().out)


def _shown(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


def test_config_show_has_what_the_last_run_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _clinic(tmp_path, "false_alarm_years = 8")
    call(monkeypatch, "--config", config, "config", "show")
    not_yet = "(from false_alarm_years: the next run learns it, `quietdrop check` shows it)"
    assert f"alert_probability not set {not_yet}" in _shown(capsys.readouterr().out)
    _ran(tmp_path)
    call(monkeypatch, "--config", config, "config", "show")
    shown = _shown(capsys.readouterr().out)
    assert "alert_probability 0.62 (from false_alarm_years, as the last run learned it)" in shown
    assert "watch_probability 0.25 (default)" in shown
    assert "false_alarm_years 8 (line 4)" in shown
