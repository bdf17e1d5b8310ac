"""`rehearse --compare` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders.commands import call

SPAN = ("--from", "2026-06-01", "--to", "2026-07-06")
TRY = ("--compare", "--set", "drift.alert_probability=0.7", "--set", "digest.budget=4")


@pytest.fixture
def rehearse(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> object:
    def rehearse(*words: str | Path) -> tuple[int, str, str]:
        code = call(monkeypatch, "--config", config, "rehearse", *words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return rehearse


def test_both_settings_stand_side_by_side(rehearse, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = tmp_path / "compared.html"
    code, out, _ = rehearse(*SPAN, *TRY, "--html", page)
    assert code == 0
    assert "6 weeks, " in out
    assert "Check-ins a liaison and week" in out
    assert "[drift]\nalert_probability = 0.7  # was 0.5" in out
    assert "[digest]\nbudget = 4  # was 6" in out
    assert "a budget in the liaisons table" in out  # the demo's liaisons each have one
    html = page.read_text(encoding="utf-8")
    assert "alert_probability = 0.7  # was 0.5" in html
    assert page.stat().st_mode & 0o077 == 0


def test_a_program_reads_the_same(rehearse) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = rehearse(*SPAN, *TRY, "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["first"], report["last"]) == ("2026-06-01", "2026-07-06")
    assert len(report["comparison"]["loads"]) == 6
    assert set(report["comparison"]["today"]) == set(report["comparison"]["proposed"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--compare",), "name what to try"),
        (("--html", "x.html"), "add --compare"),
        ((*TRY, "-o", "x.csv"), "leave out --compare"),
        (("--compare", "--set", "source.sheet=x"), "a comparison tries settings of [drift]"),
        (("--compare", "--set", "drift.alert_probability=7"), "drift.alert_probability=7:"),
        ((*TRY, "--from", "2026-07-06", "--to", "2026-06-01"), "the earlier one first"),
    ],
)
def test_what_cannot_be_compared_is_refused(rehearse, words, said: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = rehearse(*words)
    assert (code, out) == (2, "")
    assert said in err
