"""The rejects file: private, and inert in a spreadsheet."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Reject
from quietdrop.ingest.rejects import write_rejects


def test_cells_are_inert_and_the_file_private(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("old")
    path.chmod(0o644)
    sources = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1", "\uff1d1", "plain"]
    write_rejects(path, [Reject(s, 2, "no date", (("practice_id", "p1"),)) for s in sources])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["file", "line", "rows", "reason", "fields"]
    assert [row[0] for row in rows] == [*(f"'{source}" for source in sources[:-1]), "plain"]
    assert rows[-1][1:] == ["2", "1", "no date", "practice_id=p1"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_group_has_no_line(tmp_path: Path) -> None:
    write_rejects(tmp_path / "r.csv", [Reject("referrals", None, "no date", rows=7)])
    assert "referrals,,7,no date," in (tmp_path / "r.csv").read_text()


def test_nowhere_to_write(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be written"):
        write_rejects(tmp_path / "none" / "r.csv", [])
