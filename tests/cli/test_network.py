"""`quietdrop network` on the command line: the summary, the JSON and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tests.builders.commands import call
from tests.builders.network_blocks import config, cut, referrals, write_parts

WHEN = ("--as-of", "2026-07-06")


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a config and a network of two files, one of which has a bad row."""
    parts = cut(referrals(30, 60, 3), 2)
    bad = pd.DataFrame({"practice_id": "", "day": 20_000, "referrals": [1] * 1200})
    write_parts(tmp_path / "counts", [parts[0], pd.concat([parts[1], bad])])
    config(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_summary_fits_a_screen(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "network", "counts", "-o", "out", *WHEN) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("practices 30, 60 weeks up to 2026-07-06: ")
    assert "steady" in said[0]
    assert " 0" not in said[0].partition(": ")[2]
    assert said[1].startswith("files 2, rows ")
    assert said[1].endswith("left out: no practice 1,200")
    assert said[2] == "Wrote out/assessments, and the rows left out to out/left-out."
    assert len(list((clinic / "out/assessments").iterdir())) == 2
    assert [path.name for path in (clinic / "out/left-out").iterdir()] == ["part-1.parquet"]


def test_days_to_come_are_said(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "network", clinic / "counts", "-o", "o", "--as-of", "2026-06-29") == 0
    assert "rows of days from 2026-06-29 on, not counted: " in capsys.readouterr().out


def test_the_json_has_the_same(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "network", clinic / "counts", "-o", "out", *WHEN, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert sum(said["statuses"].values()) == 30
    assert said["rows_left_out"] == {"no practice": 1200}
    assert (said["as_of"], said["files"], said["weeks"]) == ("2026-07-06", 2, 60)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("counts", "-o", "counts"), 2, "exists already"),
        (("elsewhere", "-o", "out"), 2, "is not a folder of Parquet files"),
        (("counts", "-o", "out", "--scheduler", "tls://host:8786"), 2, "goes with --engine dask"),
        (("counts", "-o", "out", "--engine", "dask"), 2, "needs --scheduler"),
    ],
)
def test_what_cannot_be_done_is_refused(
    words: tuple[str, ...],
    code: int,
    why: str,
    clinic: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(monkeypatch, "network", *words, *WHEN) == code
    assert why in capsys.readouterr().err
    assert not (clinic / "out").exists()
