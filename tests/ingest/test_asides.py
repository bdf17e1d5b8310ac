"""Lines that are no rows of a table are left out, and said so; what is left of a row is not."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from tests.ingest.shapes import tried

HEADER = "Referral Date,Practice,Service"
ROWS = ["2026-11-02,Lakeside,Knee", "2026-11-03,Oak Hill,Hip"]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    "below",
    [
        ["Printed on 11/25/2026 10:14 AM by jsmith", "Page 1 of 1"],
        ["Printed on 11/25/2026,,", "End of report,,"],
        ["Run by:,jsmith,", "Filters: none"],
        ["(2 rows affected)", "Confidential Information - Do Not Distribute"],
    ],
)
def test_what_stands_below_the_last_row_is_no_row(tmp_path: Path, below: list[str]) -> None:
    result = tried(write(tmp_path / "r.csv", HEADER, *ROWS, *below), tmp_path)
    assert (result.referrals, result.intake.rejected()) == (2, "none")
    assert result.intake.remarks == ("r.csv: lines below the table left out: 2",)


@pytest.mark.parametrize(
    ("line", "reason"),
    [("2026-11-04", "broken row"), ("Lakeside", "broken row"), ("2026-11-04,,Hip", "no practice")],
)
def test_what_is_left_of_a_row_is_rejected(tmp_path: Path, line: str, reason: str) -> None:
    result = tried(write(tmp_path / "r.csv", HEADER, *ROWS * 3, line), tmp_path)
    assert [reject.reason for reject in result.intake.rejects] == [reason]


def test_a_text_between_rows_is_rejected(tmp_path: Path) -> None:
    result = tried(write(tmp_path / "r.csv", HEADER, *ROWS * 3, "Page 1 of 2", ROWS[1]), tmp_path)
    assert (result.referrals, result.intake.rejected()) == (7, "broken row 1")


@pytest.mark.parametrize(
    "rule", ["----------,---------,-----", "-----+-----+----", ",,", "=====,==,"]
)
def test_a_rule_and_a_blank_line_are_no_rows(tmp_path: Path, rule: str) -> None:
    result = tried(write(tmp_path / "r.csv", HEADER, rule, *ROWS, rule), tmp_path)
    assert (result.referrals, result.intake.rejected()) == (2, "none")


def test_the_header_of_a_new_page_is_no_row(tmp_path: Path) -> None:
    result = tried(write(tmp_path / "r.csv", HEADER, ROWS[0], HEADER, ROWS[1]), tmp_path)
    assert (result.referrals, result.intake.rejected()) == (2, "none")
    assert "lines that repeat the header left out: 1" in result.intake.remarks[0]


def test_a_line_that_only_heads_a_group_is_no_row(tmp_path: Path) -> None:
    lines = ["Lakeside,,", ",2026-11-02,Knee", ",2026-11-03,Hip", "Oak Hill,,", ",2026-11-04,Hip"]
    result = tried(write(tmp_path / "r.csv", "Practice,Referral Date,Service", *lines), tmp_path)
    assert (result.referrals, result.practices, result.intake.rejected()) == (3, 2, "none")
    assert "r.csv: lines that only head a group left out: 2" in result.intake.remarks


def test_a_practice_that_is_left_out_of_rows_is_not_filled_down(tmp_path: Path) -> None:
    rows = [f"2026-11-0{n},{'Lakeside' if n % 3 == 2 else ''},x" for n in range(2, 9)]
    result = tried(write(tmp_path / "r.csv", HEADER, *rows), tmp_path)
    assert result.proposal.fill_down == ()
    assert result.intake.rejected() == "no practice 4"


def test_days_numbers_and_texts_of_days_are_one_column_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Referral Date", "Practice"],
        [datetime(2026, 11, 2), "A"],
        [(date(2026, 11, 3) - date(1899, 12, 30)).days, "A"],
        ["11/13/2026", "A"],
    ):
        book.active.append(row)
    book.save(tmp_path / "r.xlsx")
    result = tried(tmp_path / "r.xlsx", tmp_path)
    assert (result.referrals, result.intake.newest) == (3, date(2026, 11, 13))
