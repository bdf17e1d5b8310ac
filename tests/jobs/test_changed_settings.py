"""The managers hear in the weekly summary which settings changed since the last one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.builders.scene import AS_OF, CONFIG, Scene

from quietdrop.config import Settings, load
from quietdrop.jobs import weekly as job
from quietdrop.store import Store

WEEK = timedelta(weeks=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Scene(tmp_path).briefing()
    return tmp_path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'quietdrop.db'}")


def _settings(folder: Path, more: str = "") -> Settings:
    path = folder / "quietdrop.toml"
    path.write_text(CONFIG + more, encoding="utf-8")
    return load(path, {})


def _summary(store: Store, settings: Settings, day: date, *, live: bool = True) -> str:
    """What the managers' summary says of that day's run."""
    now = datetime.combine(day, time(7), ZoneInfo("UTC"))
    report = job.run(settings, store, job.Occasion(day, now, day, live=live))
    assert report.briefing is not None
    [summary] = report.briefing.summaries
    return f"{summary.settings_since} {dict(summary.settings)}"


def test_a_changed_setting_is_told_once(folder: Path, store: Store) -> None:
    assert _summary(store, _settings(folder), AS_OF - 2 * WEEK) == "None {}"
    changed = _settings(folder, "[drift]\nalert_probability = 0.4\n")
    summary = _summary(store, changed, AS_OF - WEEK)
    assert summary == f"{AS_OF - 2 * WEEK} {{'[drift] alert_probability': '0.5 → 0.4'}}"
    assert _summary(store, changed, AS_OF) == f"{AS_OF - WEEK} {{}}"


def test_a_run_that_sends_no_summary_leaves_the_change_to_the_next(
    folder: Path, store: Store
) -> None:
    _summary(store, _settings(folder), AS_OF - WEEK)
    changed = _settings(folder, "[drift]\nalert_probability = 0.4\n")
    wednesday = AS_OF - WEEK + timedelta(days=2)
    assert "0.5 → 0.4" in _summary(store, changed, wednesday)  # shown by a dry run; not mailed
    assert [m.kind for m in store.outbox.messages(wednesday)] == []
    assert "0.5 → 0.4" in _summary(store, changed, AS_OF)


def test_a_run_for_the_past_that_only_records_is_not_compared_with(
    folder: Path, store: Store
) -> None:
    _summary(store, _settings(folder), AS_OF - 2 * WEEK)
    changed = _settings(folder, "[drift]\nalert_probability = 0.4\n")
    _summary(store, changed, AS_OF - WEEK, live=False)
    assert "0.5 → 0.4" in _summary(store, changed, AS_OF)


def test_no_address_is_kept_with_a_run(folder: Path, store: Store) -> None:
    _summary(store, _settings(folder), AS_OF)
    [run] = store.runs.newest()
    kept = run.summary.settings or {}
    assert kept["drift.alert_probability"] == "0.5"
    assert "@" not in str(kept)
