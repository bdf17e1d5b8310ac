"""Headers of two rows: groups above columns, years above months."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.ingest.shapes import tried

from quietdrop.ingest.heading import heading

ROW = ["2026-11-02", "Lakeside", "Phinn", "1960-01-01"]


def named(*rows: list[str]) -> list[str]:
    return heading([*rows, ROW], lambda cells: sum(cell != "" for cell in cells)).names


def test_a_group_belongs_to_the_columns_below_it() -> None:
    assert named(["Referral", "", "Patient", ""], ["Date", "Practice", "Name", "DOB"]) == [
        *("Referral Date", "Referral Practice", "Patient Name", "Patient DOB"),
    ]


@pytest.mark.parametrize(
    "above",
    [
        ["Run By:", "", "Referral", ""],  # a label and its value
        ["Referral", "", "", ""],  # a title
        ["Referral", "Date", "Name", "Status"],  # as many cells as the header: no group
        ["Smith", "", "Jones", ""],  # no words of columns
    ],
)
def test_another_row_above_is_no_part_of_the_header(above: list[str]) -> None:
    assert named(["x"], above, ["Date", "Practice", "Name", "DOB"])[1] in ("Practice", "Date")
    assert "Patient Name" not in named(above, ["Date", "Practice", "Name", "DOB"])


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Practice,2025,,2026,,Total", ",Nov,Dec,Jan,Feb,"),
        (",2025,,2026,,Total", "Practice,Nov,Dec,Jan,Feb,"),
        (",Nov,Dec,Jan,Feb,", "Practice,2025,2025,2026,2026,Total"),
    ],
)
def test_years_above_months_are_months(tmp_path: Path, above: str, below: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        f"Referrals by practice\n{above}\n{below}\nLakeside,1,2,3,4,10\nOak Hill,,1,,2,3\n"
    )
    result = tried(path, tmp_path)
    assert (result.referrals, result.practices) == (13, 2)
    assert result.intake.newest == date(2026, 2, 28)


def test_a_group_that_speaks_of_patients_keeps_its_columns_unread(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Referral,,Patient,,Referring,\nDate,ID,ID,Name,Practice,Provider\n"
        "2026-11-02,R1,77,Phinn,Lakeside,Kim\n2026-11-03,R2,78,Phinn,Lakeside,Kim\n"
    )
    result = tried(path, tmp_path)
    assert result.proposal.patients == ("Patient ID", "Patient Name")
    assert result.proposal.columns["referral_id"] == "Referral ID"
    assert result.referrals == 2
