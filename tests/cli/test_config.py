"""config show: every setting, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders.commands import call

CONFIG = """[source]
referrals = "referrals.csv"
[digest]
managers = ["boss@clinic.example"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "quietdrop.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def test_each_setting_stands_under_its_section_with_its_place(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUIETDROP_MAIL_PASSWORD", "geheim")
    monkeypatch.delenv("QUIETDROP_LINK_KEY", raising=False)
    assert call(monkeypatch, "--config", file, "config", "show", "--set", "digest.budget=4") == 0
    out = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == str(file)
    assert 'referrals "referrals.csv" (line 2)' in lines
    assert 'managers ["boss@clinic.example"] (line 4)' in lines
    assert "budget 4 (--set)" in lines
    assert "alert_probability 0.5 (default)" in lines
    assert "default_liaison not set (default)" in lines
    assert "QUIETDROP_MAIL_PASSWORD environment" in lines
    assert "QUIETDROP_LINK_KEY not set" in lines
    assert "geheim" not in out


def test_a_program_reads_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--config", file, "config", "show", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["config"] == str(file)
    [managers] = [each for each in shown["settings"] if each["name"] == "digest.managers"]
    assert managers == {
        "name": "digest.managers",
        "value": ["boss@clinic.example"],
        "from": "file",
        "line": 4,
        "variables": [],
    }
    assert set(shown["secrets"]) == {"QUIETDROP_MAIL_PASSWORD", "QUIETDROP_LINK_KEY"}


def test_an_override_without_a_value_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--config", file, "config", "show", "--set", "drift.hazard") == 2
    assert '--set "drift.hazard": write it as KEY=VALUE' in capsys.readouterr().err
