"""Rows inside workbooks, archives, JSON and XML: what is read of them, and which are refused."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.ingest.shapes import read, total, tried

from quietdrop.domain.errors import SourceError


def test_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["referred_on", "practice_id"])
    book.active.append([(date(2026, 11, 2) - date(1904, 1, 1)).days, "A"])
    book.save(tmp_path / "r.xlsx")
    assert read(tmp_path / "r.xlsx").newest == date(2026, 11, 2)


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_sheets_without_the_columns_are_named_and_a_glob_narrows(tmp_path: Path) -> None:
    head: list[object] = ["Referral Date", "Practice"]
    path = workbook(
        tmp_path / "r.xlsx",
        Cover=[["Our report"]],
        North=[head, [datetime(2026, 11, 2), "A"]],
        South=[head, [datetime(2026, 11, 3), "B"]],
    )
    result = tried(path, tmp_path)
    assert result.referrals == 2
    assert "r.xlsx: left out: Cover" in result.intake.remarks
    columns = {"referred_on": "Referral Date", "practice_name": "Practice"}
    assert total(read(path, columns=columns, sheet="nor*")) == 1
    with pytest.raises(SourceError, match='sheet = "West" names none of its sheets'):
        read(path, columns=columns, sheet="West")


def zipped(
    path: Path, *names: str, content: str = "referred_on,practice_id\n2026-11-02,A\n"
) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../r.csv", "leads out"),
        ("/etc/r.csv", "leads out"),
        ("inner.zip", "another archive"),
        ("notes.doc", "no data file"),
    ],
)
def test_an_archive_that_is_a_trap_is_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read(zipped(tmp_path / "r.zip", name))


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "r.zip", "r.csv")
    for module in ("kinds", "archives"):
        monkeypatch.setattr(f"quietdrop.ingest.{module}.MOST_UNPACKED", 10)
    with pytest.raises(SourceError, match="more than 2 GB"):
        read(path)


def test_several_files_of_an_archive_are_one_table(tmp_path: Path) -> None:
    assert total(read(zipped(tmp_path / "r.zip", "a.csv", "b/b.csv"))) == 2


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"data": rows, "n": 2}])
@pytest.mark.parametrize("indent", [None, 1])
def test_json_arrays_and_wrapped_ones(tmp_path: Path, wrap: Any, indent: int | None) -> None:
    rows = [
        {
            "referral_date": f"2026-11-0{day}",
            "from": {"practice": "A"},
            "patient": {"name": "Phinn"},
        }
        for day in (2, 3)
    ]
    path = tmp_path / "r.json"
    path.write_text(json.dumps(wrap(rows), indent=indent))
    columns = {"referred_on": "referral_date", "practice_name": "from.practice"}
    intake = read(path, columns=columns)
    assert total(intake) == 2
    assert "Phinn" not in repr(intake)


def test_a_line_of_json_that_is_broken_is_one_reject(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"referred_on":"2026-11-02","practice_id":"A"}\n{"referred_on\n[1]\n')
    intake = read(path)
    assert [(r.line, r.reason) for r in intake.rejects] == [(2, "broken row"), (3, "broken row")]
    assert total(intake) == 1


def test_an_entity_of_an_xml_spreadsheet_is_not_resolved(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    cells = "".join(
        f'<Cell><Data ss:Type="String">{t}</Data></Cell>' for t in ("2026-11-02", "A&x;")
    )
    head = "".join(
        f'<Cell><Data ss:Type="String">{t}</Data></Cell>' for t in ("referred_on", "practice_id")
    )
    path = tmp_path / "r.xls"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="R"><Table>'
        f"<Row>{head}</Row><Row>{cells}</Row></Table></Worksheet></Workbook>"
    )
    assert "SECRET" not in repr(read(path))


def test_csv_that_calls_itself_a_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_text("referred_on,practice_id\n2026-11-02,A\n")
    assert total(read(path)) == 1
