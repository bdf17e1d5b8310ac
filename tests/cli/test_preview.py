"""A first digest before anybody is named: `check`, `preview` and `run --dry-run`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders.commands import call

DAYS = [f"2026-{month:02d}-{day:02d}" for month in range(1, 7) for day in range(1, 28, 2)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config that names nobody and no mail, over half a year of four practices."""
    lines = [f"{day},Practice {place}" for day in DAYS for place in range(4)]
    (tmp_path / "r.csv").write_text("\n".join(["referred_on,practice_name", *lines]))
    (tmp_path / "quietdrop.toml").write_text('[source]\nreferrals = "r.csv"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROWSER", "echo opened %s")
    return tmp_path


def test_a_digest_for_you_is_written_and_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "preview", "--as-of", "2026-06-29", "--open") == 0
    said = capfd.readouterr().out.split()
    assert "preview/for-you.html" in said
    assert (folder / "preview" / "for-you.html").as_uri() in said
    page = (folder / "preview" / "for-you.html").read_text()
    assert "you@localhost" not in page
    assert not (folder / "quietdrop.db").exists()


def test_a_dry_run_writes_it_where_it_is_asked_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("run", "--dry-run", "--as-of", "2026-06-29", "--json")
    assert call(monkeypatch, *words, "-o", "pages") == 0
    assert json.loads(capsys.readouterr().out)["pages"] == ["pages/for-you.html"]
    assert (folder / "pages" / "for-you.txt").exists()
    assert call(monkeypatch, *words) == 0
    assert "pages" not in json.loads(capsys.readouterr().out)
    assert not (folder / "preview").exists()


def test_a_run_that_is_no_dry_one_takes_neither_option(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(monkeypatch, "run", "--open") == 2
    assert call(monkeypatch, "run", "-o", "pages") == 2
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []


@pytest.mark.usefixtures("folder")
def test_check_says_that_nobody_is_named_and_what_to_type_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "check") == 1  # the feed is stale by now
    lines = capsys.readouterr().out.splitlines()
    [people] = [line for line in lines if line.startswith("people")]
    assert people.startswith("people   --  nobody to mail yet")
    assert lines[-1] == "next     --  quietdrop preview --open --as-of 2026-06-29"


def test_with_mail_and_nobody_to_write_to_check_says_that_it_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "quietdrop.toml").open("a") as file:
        file.write('[mail]\nhost = "127.0.0.1"\nport = 1\nfrom = "q@clinic.example"\n')
    assert call(monkeypatch, "check") == 1
    assert "people   !!  nobody to mail yet" in capsys.readouterr().out
