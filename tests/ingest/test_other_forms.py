"""Forms in which the referrals cannot be read are named, with what to export instead."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from tests.ingest.shapes import tried

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.propose import propose


def practices(number: int, each: int) -> list[tuple[str, list[str]]]:
    """Practices, each with its referrals as lines of day, patient and service."""
    return [
        (f"Practice {place}", [f"2026-10-{day:02d},Phinn {day},Knee" for day in range(1, each + 1)])
        for place in range(number)
    ]


def grouped(layout: str) -> str:
    head = {"label": "Referral Date,Patient,Service", "blank": ",Referral Date,Patient,Service"}
    lines = [] if layout == "headed" else [head.get(layout, "Name,Referral Date,Patient,Service")]
    for practice, rows in practices(4, 28):
        if layout == "label":
            lines += [f"Referring Provider: {practice},,", *rows]
        elif layout == "headed":
            lines += [practice, head["label"], *rows, f"Total for {practice}"]
        else:
            lines += [f"{practice},,,", *(f",{row}" for row in rows)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("layout", ["label", "blank", "named", "headed"])
def test_a_grouped_report_says_what_to_export_instead(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(grouped(layout))
    proposal = propose(str(path))
    assert not proposal.is_enough
    assert any("export the list with the referrer in a column" in r for r in proposal.remarks)
    assert "Phinn" not in repr(proposal)
    assert "Practice 1" not in repr(proposal)


def test_a_grouped_report_whose_groups_stand_in_a_named_column_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(grouped("named").replace("Name,", "Referring Practice,", 1))
    result = tried(path, tmp_path)
    assert (result.referrals, result.practices, result.intake.rejected()) == (112, 4, "none")
    assert "Phinn" not in repr(result)


def test_quarters_are_too_coarse(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Practice,Q1 2026,Q2 2026\nLakeside,3,4\n")
    assert any("its columns are quarters" in remark for remark in propose(str(path)).remarks)


def test_fixed_width_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text("REFERRAL DATE   PRACTICE      PATIENT\n2026-11-02      Lakeside      Phinn\n")
    proposal = propose(str(path))
    assert any("fixed width" in remark for remark in proposal.remarks)
    assert "Phinn" not in repr(proposal)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<?xml version='1.0'?><Report><Patient>Phinn</Patient></Report>", "an XML file of a kind"),
        ('<Bundle xmlns="http://hl7.org/fhir"><entry/></Bundle>', "FHIR as XML"),
        ('<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>', "a clinical document"),
    ],
)
def test_xml_of_another_kind_is_named(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "r.xml"
    path.write_text(content)
    with pytest.raises(SourceError, match=words) as error:
        propose(str(path))
    assert "Phinn" not in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_text_is_read_in_its_encoding_with_a_mark_or_without(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("Referral Date,Practice\n2026-11-02,Clínica Peña\n".encode(encoding))
    assert set(tried(path, tmp_path).intake.counts["practice_id"]) == {"Clínica Peña"}


def test_a_column_of_our_name_that_is_something_else_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = [f"2026-11-{1 + n % 20:02d},US,Practice {n % 7}" for n in range(210)]
    path.write_text("\n".join(["referred_on,practice_id,practice_name", *rows]))
    result = tried(path, tmp_path)
    assert 'practice_id = ""' in result.config
    assert result.practices == 7


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Phinn, Quince", "part 1"), ("MRN 7700123", "part 1"), ("North office", "North office")],
)
def test_the_name_of_a_sheet_or_of_an_archive_s_file_may_be_a_patient_s(
    tmp_path: Path, name: str, shown: str
) -> None:
    rows = [["Referral Date", "Practice"], *[["2026-11-02", "Lakeside"]] * 9, ["soon", "Lakeside"]]
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr(f"{name}.csv", "\n".join(map(",".join, rows)))
        archive.writestr("empty, Quince.csv", "")
    for file, end in (("r.xlsx", shown), ("r.zip", shown if shown == "part 1" else f"{shown}.csv")):
        result = tried(tmp_path / file, tmp_path)
        assert result.intake.rejects[0].source.endswith(f"{file}, {end}")
        assert "Quince" not in repr(result)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lines_that_are_one_quoted_cell_each_are_named(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f'"Referral Date{separator}Practice"\n' + f'"11/2/2026{separator}Elm"\n' * 30)
    proposal = propose(str(path))
    assert not proposal.is_enough
    assert any("whole lines are in one cell" in remark for remark in proposal.remarks)


def test_blank_practices_of_a_plain_list_are_no_groups(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Date Rcvd,Who Sent Them\n" + "11/2/2026,Elm\n11/3/2026,\n11/4/2026,Oak\n" * 9)
    assert not any("grouped" in remark for remark in propose(str(path)).remarks)


@pytest.mark.parametrize(
    "start",
    [
        "-- MySQL dump 10.13\n\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `r` (`id` int);\n",
        "--\n-- PostgreSQL database dump\n--\nSET lock_timeout = 0;\nCREATE TABLE r (id int);\n",
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE r (id int);\n",
        "INSERT INTO `referrals` VALUES (1,'2026-01-02','Elm Clinic');\n",
    ],
)
def test_a_dump_of_a_database_is_named(tmp_path: Path, start: str) -> None:
    path = tmp_path / "r.sql"
    path.write_text(start + "INSERT INTO r VALUES (1);\n" * 20)
    with pytest.raises(SourceError, match=r"r\.sql: is a dump of a database .* as CSV"):
        propose(str(path))


def test_a_list_that_speaks_of_tables_is_no_dump(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Referral Date,Practice\n" + "11/2/2026,Create Table Clinic\n" * 30)
    assert propose(str(path)).is_enough
