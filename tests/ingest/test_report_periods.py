"""Reports that state their period once: in the sheet's name, the file's, or the title."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.ingest.shapes import tried

from quietdrop.ingest.propose import propose
from quietdrop.ingest.report_periods import report_period

MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("May 2026", "Referrals by source May-26", "referrals-2026-05", "202605 referrals"),
        *("05-2026", "Month: May 2026", "Referrals (2026 May)", "Period: 05/01/2026 - 05/31/2026"),
        *("from 2026-05-01 to 2026-05-31", "May_2026"),
    ],
)
def test_a_month_is_found_however_it_is_written(text: str) -> None:
    period, day, _ = report_period(text, Path("r.csv"), []) or ("", MAY, "")
    assert (period, day.year, day.month) == ("month", 2026, 5)


@pytest.mark.parametrize(
    "text",
    [
        *("Referrals", "Maybe 26 practices", "export 2026-05-20", "20260520", "Report 26"),
        *("May 2026 to June 2026", "05/01/2026 - 06/30/2026", "Sheet1", "Q2 2026", "room 12 2026"),
    ],
)
def test_what_is_no_single_month_is_none(text: str) -> None:
    assert report_period(text, Path("r.csv"), []) is None


@pytest.mark.parametrize(
    "text", ["Week of 11/02/2026", "Week ending: 2026-11-08", "11/02/2026 - 11/08/2026"]
)
def test_a_week_is_found(text: str) -> None:
    period, day, where = report_period("", Path("r.csv"), [["Referrals"], [text, ""]]) or ("",) * 3
    assert (period, where) == ("week", "the title")
    assert day in (date(2026, 11, 2), date(2026, 11, 8))


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("Week of 11/01/2026", date(2026, 11, 2)),  # a Sunday, on which it begins
        ("Week ending 11/01/2026", date(2026, 10, 26)),
        ("11/01/2026 - 11/07/2026", date(2026, 11, 2)),
    ],
)
def test_a_week_that_is_dated_by_a_sunday(text: str, monday: date) -> None:
    assert report_period("", Path("r.csv"), [[text]]) == ("week", monday, "the title")


def test_the_sheet_says_it_before_the_file_and_the_file_before_the_title() -> None:
    above = [["March 2026"]]
    assert (report_period("May 2026", Path("April 2026.csv"), above) or [0])[
        2
    ] == "the sheet's name"
    assert (report_period("", Path("April 2026.csv"), above) or [0])[2] == "the file's name"
    assert (report_period("", Path("r.csv"), above) or [0])[2] == "the title"


def test_a_folder_of_monthly_reports(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for month in range(1, 11):
        text = f"Practice,Referrals\nLakeside,{month}\nOak Hill,2\nTotal,{month + 2}\n"
        (folder / f"Referrals 2026-{month:02d}.csv").write_text(text)
    result = tried(folder, tmp_path)
    assert (result.referrals, result.practices) == (75, 2)
    assert result.intake.newest == date(2026, 10, 31)
    assert "the report is of one month, which stands in the file's name" in result.said
    assert "10 files: its month stands in the file's name" in result.intake.remarks


def test_a_sheet_a_month_of_counts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, count in (("Sep 2026", 3), ("Oct 2026", 4)):
        sheet = book.create_sheet(name)
        sheet.append(["Practice", "Referrals"])
        sheet.append(["Lakeside", count])
    book.save(tmp_path / "r.xlsx")
    result = tried(tmp_path / "r.xlsx", tmp_path)
    assert (result.referrals, result.intake.newest) == (7, date(2026, 10, 31))


def test_counts_without_any_period_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("Practice,Referrals\nLakeside,3\n")
    assert not propose(str(tmp_path / "r.csv")).is_enough
