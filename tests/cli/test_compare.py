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
        (("--compare", "--set", "override.min_referrals=5"), "as override[territory=North]"),
        (("--compare", "--set", "override[tier=A].every_weeks=5"), "a comparison counts check-ins"),
        ((*TRY, "--from", "2026-07-06", "--to", "2026-06-01"), "the earlier one first"),
    ],
)
def test_what_cannot_be_compared_is_refused(rehearse, words, said: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = rehearse(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_tier_s_own_threshold_is_tried_and_shown_as_a_table(rehearse, config: Path) -> None:  # type: ignore[no-untyped-def]
    before = config.read_bytes()
    code, out, _ = rehearse(
        *SPAN,
        "--compare",
        *("--set", "override[tier=A].alert_probability=0.95"),
        *("--set", "override[territory=Nowhere].min_referrals=9"),
    )
    assert code == 0
    assert "no practice is of that territory" in out
    assert '[[override]]\ntier = "A"\nalert_probability = 0.95\n' in out
    assert '[[override]]\nterritory = "Nowhere"\nmin_referrals = 9\n' in out
    assert config.read_bytes() == before


def test_two_tables_for_one_practice_are_refused_when_tried(rehearse, config: Path) -> None:  # type: ignore[no-untyped-def]
    for tier in ("A", "B", "C"):
        with config.open("a") as file:
            file.write(f'[[override]]\ntier = "{tier}"\nmin_referrals = 4\n')
    code, out, err = rehearse(
        *SPAN, "--compare", "--set", "override[territory=North].min_referrals=5"
    )
    assert (code, out) == (2, "")
    assert "both hold for" in err
