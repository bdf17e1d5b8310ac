"""Excel's binary workbooks, and those that nobody can open without their password."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.builders.xlsb import write_xlsb
from tests.ingest.shapes import CASES, tried

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.propose import propose


@pytest.mark.parametrize(
    ("serial", "newest"), [(46328.0, date(2026, 11, 2)), (46328.9, date(2026, 11, 2))]
)
def test_days_of_a_binary_workbook_are_its_numbers(
    tmp_path: Path, serial: float, newest: date
) -> None:
    path = write_xlsb(tmp_path / "r.xlsb", [["Referral Date", "Practice"], [serial, "Lakeside"]])
    result = tried(path, tmp_path)
    assert (result.referrals, result.intake.newest) == (1, newest)


def test_a_workbook_that_ends_its_reader_is_named(tmp_path: Path) -> None:
    """A record of a cell far out: as a table it would take all memory."""
    path = tmp_path / "r.xlsx"
    book = openpyxl.Workbook()
    for row in (["Referral Date", "Practice"], ["2026-11-02", "Lakeside"]):
        book.active.append(row)
    book.active["XFD1048576"] = "far"
    book.save(path)
    with pytest.raises(SourceError, match="is damaged or not of its kind, or too large to be read"):
        propose(str(path))


def test_a_workbook_with_a_password_is_named() -> None:
    with pytest.raises(SourceError, match="is protected with a password; save a copy without one"):
        propose(str(CASES / "encrypted" / "referrals.xlsx"))
