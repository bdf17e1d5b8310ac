"""rejects: the rows that cannot be used, by file and line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.builders.commands import call

ROWS = "referred_on,practice_id\n2026-01-02,P1\n2026-13-02,=P2\n,P3\n2026-02-02,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "sent.csv").write_text(ROWS, encoding="utf-8")
    path = tmp_path / "quietdrop.toml"
    path.write_text('[source]\nreferrals = "sent.csv"\n', encoding="utf-8")
    return path


def test_each_row_is_named_by_file_and_line_before_the_first_run(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--config", file, "rejects") == 0
    sent = file.parent / "sent.csv"
    assert capsys.readouterr().out.splitlines() == [
        f"{sent}:3  not a date",
        f"{sent}:4  no date",
        f"{sent}:5  no practice",
        "3 of 4 rows cannot be used: not a date 1, no date 1, no practice 1",
    ]
    assert sorted(path.name for path in file.parent.iterdir()) == ["quietdrop.toml", "sent.csv"]


def test_a_file_holds_their_cells_harmless(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = file.parent / "rejects.csv"
    assert call(monkeypatch, "--config", file, "rejects", "-o", out) == 0
    assert capsys.readouterr().out.endswith(f"\n{out}\n")
    with out.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["line"] for row in rows] == ["3", "4", "5"]
    assert rows[0]["fields"] == "referred_on=2026-13-02; practice_id==P2"


def test_a_program_reads_all_of_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--config", file, "rejects", "--json") == 0
    [first, *others] = json.loads(capsys.readouterr().out)
    assert first == {
        "file": str(file.parent / "sent.csv"),
        "line": 3,
        "rows": 1,
        "reason": "not a date",
        "fields": {"referred_on": "2026-13-02", "practice_id": "=P2"},
    }
    assert len(others) == 2


def test_of_many_the_first_are_shown_and_the_others_counted(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "referred_on,practice_id\n2026-01-02,P1\n" + ",P1\n" * 1500
    (file.parent / "sent.csv").write_text(rows, encoding="utf-8")
    assert call(monkeypatch, "--config", file, "rejects") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 202
    assert lines[-2] == "and 1,300 more rows; -o FILE writes all, with their cells"
    assert lines[-1] == "1,500 of 1,501 rows cannot be used: no date 1,500"


def test_where_all_can_be_used_that_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (file.parent / "sent.csv").write_text("referred_on,practice_id\n2026-01-02,P1\n")
    assert call(monkeypatch, "--config", file, "rejects") == 0
    assert capsys.readouterr().out == "0 of 1 rows cannot be used: none\n"
