"""Files of every kind and in every state come to the same rows."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Intake

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)
PLAIN = "referred_on,practice_id,provider_name\n2024-01-15,p1,Zoë\n2024-01-16,p2,\n"


def read(path: Path | str, **settings: Any) -> Intake:
    return ingest.read(SourceSettings(referrals=str(path), **settings), AS_OF, TODAY)


def triples(intake: Intake) -> list[tuple[str, str, int]]:
    """Practice, provider and referrals of each count."""
    counts = intake.counts
    return list(
        zip(
            counts["practice_id"].tolist(),
            counts["provider"].tolist(),
            counts["referrals"].tolist(),
            strict=True,
        )
    )


def broken(intake: Intake) -> list[int | None]:
    return [reject.line for reject in intake.rejects if reject.reason == "broken row"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", PLAIN.encode()),
        ("bom.csv", b"\xef\xbb\xbf" + PLAIN.encode()),
        ("semicolons.csv", PLAIN.replace(",", ";").encode()),
        ("tabs.tsv", PLAIN.replace(",", "\t").encode()),
        ("latin.csv", PLAIN.encode("latin-1")),
        ("zipped.csv.gz", gzip.compress(PLAIN.encode(), mtime=0)),
        ("windows.csv", PLAIN.replace("\n", "\r\n").encode()),
        ("endless.csv", PLAIN.rstrip("\n").encode()),
        ("gaps.csv", PLAIN.replace("\n", "\n\n").encode()),
        ("capitals.csv", PLAIN.replace("referred_on", "Referred_On").encode()),
    ],
)
def test_delimited(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    intake = read(tmp_path / name)
    assert triples(intake) == [("p1", "Zoë", 1), ("p2", "", 1)]
    assert (intake.rows_read, intake.newest) == (2, date(2024, 1, 16))
    assert not intake.rejects


def test_excel(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rows: Sequence[Sequence[object]] = [
        ["referred_on", "practice_id", "patient"],
        [date(2024, 1, 15), 7, "Jane Roe"],
        [None, None, None],
        ["", 8, "Jane Roe"],
    ]
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "r.xlsx")
    intake = read(tmp_path / "r.xlsx")
    assert triples(intake) == [("7", "", 1)]
    assert [(r.line, r.reason) for r in intake.rejects] == [(4, "no date")]
    assert "Jane" not in repr(intake)


def test_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "when": [pd.Timestamp("2024-01-15 10:30"), None],
            "practice_id": [7.0, 8.0],
            "patient": ["Jane Roe", "Jane Roe"],
        }
    )
    frame.to_parquet(tmp_path / "r.parquet")
    intake = read(tmp_path / "r.parquet", columns={"referred_on": "when"})
    assert triples(intake) == [("7", "", 1)]
    assert [(r.line, r.reason) for r in intake.rejects] == [(2, "no date")]
    assert "Jane" not in repr(intake)


def test_folder_and_glob_leave_out_what_is_not_meant(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("referred_on,practice_id\n2024-01-15,p1\n")
    (tmp_path / "b.csv").write_text("practice_id;referred_on\np1;2024-01-15\n")
    (tmp_path / "practices.csv").write_text("practice_id\np1\n")
    (tmp_path / "rejects.csv").write_text("file,line,rows,reason,fields\n")
    (tmp_path / "notes.txt").write_text("hello\n")
    directory = str(tmp_path / "practices.csv")
    for setting in (tmp_path, tmp_path / "*.csv"):
        assert triples(read(setting, practices=directory)) == [("p1", "", 2)]


def test_rows_of_the_wrong_width(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("referred_on,practice_id\n2024-01-15,p1,x\n2024-01-15\n2024-01-15,p1\n")
    intake = read(file)
    assert broken(intake) == [2, 3]
    assert intake.rejects[0].fields == ()
    assert (intake.rows_read, triples(intake)) == (3, [("p1", "", 1)])


@pytest.mark.parametrize("after", [0, 3, 48, 49, 50, 200])
def test_an_unclosed_quote_swallows_one_row(tmp_path: Path, after: int) -> None:
    file = tmp_path / "r.csv"
    good = "2024-01-15,p1\n"
    file.write_text("referred_on,practice_id\n" + good + '2024-01-15,"p2\n' + good * after)
    intake = read(file)
    assert broken(intake) == [3]
    assert triples(intake) == [("p1", "", 1 + after)]


def test_an_unclosed_quote_that_a_later_one_closes(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    good = "2024-01-15,p1,x\n"
    bad = '2024-01-15,"p2,x\n'
    file.write_text("referred_on,practice_id,z\n" + bad + good * 3 + bad + good)
    intake = read(file)
    assert broken(intake) == [2, 6]
    assert triples(intake) == [("p1", "", 4)]


def test_a_cell_of_several_lines_keeps_line_numbers_exact(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text('referred_on,practice_id,note\n2024-01-15,p1,"a\nb, ""c"""\n,p2,x\n')
    intake = read(file)
    assert triples(intake) == [("p1", "", 1)]
    assert [(r.line, r.reason) for r in intake.rejects] == [(4, "no date")]


def test_a_missing_column_names_the_line_to_add(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("Referral Date,practice_id\n")
    with pytest.raises(SourceError) as caught:
        read(file)
    assert str(file) in str(caught.value)
    assert '[source.columns] referred_on = "Referral Date"' in str(caught.value)


def test_a_mapped_column_that_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(PLAIN)
    with pytest.raises(SourceError, match="no column When"):
        read(file, columns={"referred_on": "When"})


def test_an_explicit_mapping_wins(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("referred_on,practice_id,provider_name\n2024-01-15,p1,office\n")
    intake = read(file, columns={"practice_id": "provider_name"})
    assert triples(intake) == [("office", "", 1)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("twice.csv", b"referred_on,referred_on,practice_id\n"),
        ("no.xlsx", b"text"),
        ("no.parquet", b"text"),
        ("no.csv.gz", b"text"),
        ("cut.csv.gz", gzip.compress(PLAIN.encode() * 99, mtime=0)[:40]),
        ("old.xls", b"text"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=name):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["none.csv", "*.csv", "."])
def test_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / name)
