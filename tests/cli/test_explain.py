"""explain: one practice as a screen, a page or JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders.commands import call

BASE = ("explain", "--as-of", "2026-07-06")


def _call(monkeypatch: pytest.MonkeyPatch, config: Path, *words: str | Path) -> int:
    return call(monkeypatch, "--config", config, *BASE, *words)


def test_the_screen_has_the_sentence_a_chart_the_figures_and_what_would_change_it(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call(monkeypatch, config, "P001") == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].endswith("steady")
    assert lines[1].startswith("P001 · ")
    assert lines[3].startswith("Usually ")
    assert "52 weeks to July 5, 2026" in lines
    [months] = [line for line in lines if line.split()[:2] == ["Jul", "Aug"]]
    assert months.split()[-1] in ("Jun", "Jul")
    text = "\n".join(lines)
    assert "\nOdds      " in text
    assert "listed from 50 % on" in text
    assert "\nWho sends " in text
    assert "\nWhat they send " in text
    assert "\nNot listed: below the threshold" in text
    assert "\nWhat would change that:\n  - It would be listed after " in text


def test_json_keeps_its_keys_and_says_what_would_change_it(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call(monkeypatch, config, "P001", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == [
        *("as_of", "practice_id", "practice_name", "liaison", "status", "expected", "observed"),
        *("drift_probability", "onset", "onset_low", "onset_high", "remaining_share"),
        *("baseline_per_week", "lost_per_week", "priority", "listed", "reason", "dispersion"),
        *("not_listed", "not_listed_until", "not_listed_because", "would_change"),
    ]
    assert printed["as_of"] == "2026-07-06"
    [change] = printed["would_change"]
    assert change["what"] == "weeks without a referral"
    assert f"after {change['number']} more week" in change["words"]


@pytest.mark.parametrize("option", ["--html", "-o", "--output"])
def test_the_same_is_written_as_a_page(
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    page = tmp_path / "p001.html"
    assert _call(monkeypatch, config, "P001", option, page) == 0
    assert capsys.readouterr().out == f"{page}\n"
    html = page.read_text(encoding="utf-8")
    assert "What would change that" in html
    assert "<style>" in html
    assert "http-equiv" not in html
    assert html.count('<g class="wk">') == 52


def test_a_page_that_cannot_be_written_is_an_error_with_its_name(
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "nowhere" / "p001.html"
    assert _call(monkeypatch, config, "P001", "--html", page) == 2
    assert f"--html {page}: cannot be written" in capsys.readouterr().err
    assert _call(monkeypatch, config, "P001", "--html", tmp_path, "--json") == 2
    assert "give one of them" in capsys.readouterr().err


def test_a_practice_of_which_nothing_was_read_has_a_screen_too(
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "Nobody Yet <b>" + "x" * 10_000
    with (config.parent / "data" / "practices.csv").open("a", encoding="utf-8") as file:
        file.write(f"P999,{name},,,,\n")
    assert _call(monkeypatch, config, "P999") == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "  - It is judged once referrals of theirs are in the data." in lines
    page = tmp_path / "p999.html"
    assert _call(monkeypatch, config, "P999", "--html", page) == 0
    assert "<b>" not in page.read_text(encoding="utf-8").partition("<body>")[2]
