"""run: what it says when it has read and recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders.clinic import AS_OF, Clinic, csv_bytes


@pytest.fixture
def clinic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clinic:
    return Clinic(tmp_path, capsys)


def test_a_run_says_where_the_rows_stand_that_it_could_not_use(clinic: Clinic) -> None:
    clinic.source("r.csv", csv_bytes("no day,Practice 1"))
    said = clinic.run()
    path = clinic.folder / "quietdrop-rejects.csv"
    assert f"rejects in: {path}\n" in said.out
    assert path.read_text(encoding="utf-8").count("\n") == 2
    again = clinic.call("run", "--as-of", AS_OF.isoformat(), "--json")
    assert json.loads(again.out)["rejects_in"] == str(path)


def test_a_run_that_could_use_every_row_names_no_file(clinic: Clinic) -> None:
    clinic.source("r.csv", csv_bytes())
    assert "rejects in" not in clinic.run().out
