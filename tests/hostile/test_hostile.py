"""Whatever the source holds: the good rows count and the bad ones are told, or nothing changes."""

from __future__ import annotations

import gzip
import io
import os
import random
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from tests.builders.clinic import AS_OF, GOOD, HEADER, Clinic, csv_bytes

from quietdrop.domain.intake import Reject
from quietdrop.ingest import delimited, lines, rejects

DAYS = [AS_OF - timedelta(days=2 * back + 1) for back in range(60)]
NOISE = bytes(random.Random(1).randrange(256) for _ in range(20_000))


@pytest.fixture
def clinic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clinic:
    return Clinic(tmp_path, capsys)


def workbook(*rows: list[object]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in ([*HEADER.split(",")], *([*row.split(",")] for row in GOOD), *rows):
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def parquet() -> bytes:
    content = io.BytesIO()
    rows = [row.split(",") for row in GOOD]
    pd.DataFrame(rows, columns=HEADER.split(",")).to_parquet(content)
    return content.getvalue()


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("hello", "x")
    return content.getvalue()


UNUSABLE = {
    "empty": ("r.csv", b"", "is empty"),
    "only a header": ("r.csv", HEADER.encode(), "no usable referral"),
    "noise": ("r.csv", NOISE, "r.csv"),
    "zero bytes": ("r.csv", b"\0" * 50_000, "zero bytes"),
    "a column twice": (
        "r.csv",
        csv_bytes(header="referred_on,practice_name,practice_name"),
        "several",
    ),
    "no such column": ("r.csv", csv_bytes(header="when,who"), "[source.columns] referred_on ="),
    "gzip cut off": ("r.csv.gz", gzip.compress(csv_bytes())[:-20], "cannot be read"),
    "no gzip": ("r.csv.gz", csv_bytes(), "cannot be read"),
    "workbook cut off": ("r.xlsx", workbook()[:-300], "damaged or not of its kind"),
    "a zip of something else": ("r.xlsx", zipped(), "damaged or not of its kind"),
    "an old workbook": ("r.xls", b"\xd0\xcf\x11\xe0" * 100, "damaged or not of its kind"),
    "parquet cut off": ("r.parquet", parquet()[:-30], "damaged or not of its kind"),
    "no parquet": ("r.parquet", b"PAR1" + NOISE + b"PAR1", "damaged or not of its kind"),
    "JSON": ("r.csv", b'{"a": 1}', "no column referred_on"),
    "not there": ("missing.csv", None, "no such file"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_is_of_no_use_stops_the_run_and_changes_nothing(clinic: Clinic, case: str) -> None:
    clinic.source("good.csv", csv_bytes())
    assert clinic.run().code == 0
    before = clinic.stored()
    name, content, words = UNUSABLE[case]
    clinic.source(name, content)
    said = clinic.run()
    assert said.code == 2
    assert words in said.err
    assert name in said.err
    assert len(said.err) < 1000
    assert clinic.stored() == before


@pytest.mark.parametrize("form", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read(clinic: Clinic, form: str) -> None:
    clinic.source("r.csv", "\n".join([HEADER, *GOOD]).encode(form))
    said = clinic.run()
    assert said.code == 0
    assert f"rows read: {len(GOOD)}\n" in said.out


HOSTILE_NAMES = {
    "long": "x" * 10_000,
    "a path": "../../etc/passwd",
    "formula": '"=HYPERLINK(""http://x.example"")"',
    "right to left": "\u202eevil\u200f\u0007",
    "markup": "<script>alert(1)</script>",
    "line breaks": '"a\r\nBcc: x@evil.example"',
    "a template": "{{ 7 * 7 }} {0.__class__} %s",
    "a query": "'; DROP TABLE run; --",
    "zero bytes": "a\0b",
    "emoji": "\U0001f469\u200d\U0001f4bb",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_goes_all_the_way_and_harms_nobody(clinic: Clinic, name: str) -> None:
    """It stops referring, so that it is a check-in: in digests, files and exports."""
    rows = [f"{day},{HOSTILE_NAMES[name]}" for day in DAYS[20:]]
    clinic.source("r.csv", csv_bytes(*rows))
    as_of = ("--as-of", AS_OF.isoformat())
    out = clinic.folder / "out"
    for words in (("run",), ("preview", "-o", str(out)), ("assess", "-o", f"{out}.csv")):
        assert clinic.call(*words, *as_of).code == 0
    for path in clinic.folder.rglob("*"):
        assert path.resolve().is_relative_to(clinic.folder)
    page = next(out.glob("ann*.html")).read_text()
    assert "<script>" not in page
    assert "49 " not in page
    for line in (clinic.folder / "out.csv").read_text().splitlines():
        assert not line.partition(",")[2].startswith(("=", "'="[1:]))
    assert '"=' not in (clinic.folder / "out.csv").read_text()


def test_good_rows_count_beside_bad_ones_and_each_has_its_reason(clinic: Clinic) -> None:
    bad = ("0001-01-01,x", "9999-12-31,x", "10000-01-01,x", "2026-02-30,x", "-5,x", "nan,x", ",x")
    clinic.source("r.csv", csv_bytes(*bad, "2026-07-01,", "2026-07-01", '2026-07-01,"never closed'))
    said = clinic.run()
    assert said.code == 0
    assert f"rows read: {len(GOOD) + 10}" in said.out
    for reason in ("date before 1990 1", "date in the future 1", "not a date 4", "no date 1"):
        assert reason in said.out
    assert "no practice 1" in said.out
    assert "broken row 2" in said.out
    listed = (clinic.folder / "quietdrop-rejects.csv").read_text().splitlines()
    assert len(listed) == 11


def test_encodings_may_be_mixed_line_by_line(clinic: Clinic) -> None:
    forms = ["cp1252", "utf-8"] * (len(DAYS) // 2)
    rows = [f"{day},Caf\u00e9".encode(form) for day, form in zip(DAYS, forms, strict=True)]
    clinic.source("r.csv", csv_bytes() + b"\n" + b"\n".join(rows))
    said = clinic.run()
    assert said.code == 0
    assert "steady 5" in said.out


@pytest.mark.parametrize("form", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding(clinic: Clinic, form: str) -> None:
    clinic.source("r.csv", "\n".join([HEADER, *GOOD]).encode(form))
    assert f"rows read: {len(GOOD)}" in clinic.run().out


def test_a_hundred_thousand_columns(clinic: Clinic) -> None:
    more = ",".join(f"c{i}" for i in range(100_000))
    rows = [f"{row}{',' * 100_000}" for row in GOOD[:3]]
    clinic.source("r.csv", "\n".join([f"{HEADER},{more}", *rows]).encode())
    assert "rows read: 3" in clinic.run().out


def test_a_line_without_an_end_is_one_broken_row(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an endless line only a bounded piece is ever held."""
    monkeypatch.setattr(lines, "LONGEST_LINE", 1000)
    endless = gzip.compress(csv_bytes() + b"\n" + b"a" * 5_000_000 + b"\n" + GOOD[0].encode())
    clinic.source("r.csv.gz", endless)
    said = clinic.run()
    assert f"rows read: {len(GOOD) + 2}" in said.out
    assert "broken row 1" in said.out


def test_a_quote_never_closed_swallows_one_row_only(clinic: Clinic) -> None:
    clinic.source("r.csv", csv_bytes('2026-07-01,"never closed', *GOOD))
    said = clinic.run()
    assert f"rows read: {2 * len(GOOD) + 1}" in said.out
    assert "broken row 1" in said.out


def test_a_half_written_file_in_a_folder(clinic: Clinic) -> None:
    folder = clinic.folder / "exports"
    folder.mkdir()
    (folder / "a.csv").write_bytes(csv_bytes())
    (folder / "b.csv").write_bytes(csv_bytes()[:-4])
    (folder / ".b.csv.tmp").write_bytes(NOISE)
    clinic.source("exports", None)
    said = clinic.run()
    assert said.code == 0
    assert f"rows read: {2 * len(GOOD)}" in said.out


def test_a_file_that_grows_while_it_is_read_is_not_used(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = clinic.source("r.csv", csv_bytes())
    whole = delimited._separator

    def meanwhile(head: str) -> str:
        with path.open("ab") as file:
            file.write(b"\n2026-07-01,late")
        return whole(head)

    monkeypatch.setattr(delimited, "_separator", meanwhile)
    said = clinic.run()
    assert said.code == 2
    assert "changed while it was read" in said.err
    assert clinic.stored().get("assessment", []) == []


def test_a_pipe_is_no_file(clinic: Clinic) -> None:
    os.mkfifo(clinic.folder / "pipe.csv")
    clinic.source("pipe.csv", None)
    assert clinic.run().code == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT '2026-07-01' AS referred_on, 'a' AS practice_name,"
        " pg_terminate_backend(pg_backend_pid())",
        "SELECT '2026-07-01' AS referred_on, (1 / (x - 900))::text AS practice_name"
        " FROM generate_series(1, 1000) x",
        "SELECT 1 AS referred_on, nothing AS practice_name",
        "SELECT",
        "DELETE FROM referrals",
    ],
    ids=["goes away", "fails halfway", "no such column", "half a query", "no question"],
)
def test_a_query_that_fails_changes_nothing(
    clinic: Clinic, postgres_url: str, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setenv("CLINIC", postgres_url)
    clinic.source("${CLINIC}", None, more=f'query = "{query}"')
    said = clinic.run()
    assert said.code == 2
    assert clinic.stored().get("assessment", []) == []


def test_so_many_rejects_that_nobody_looks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejects, "MOST_LISTED", 2)
    broken = [Reject("r.csv", line, "broken row") for line in range(5)]
    kept = rejects.bounded([*broken, Reject("r.csv", 9, "no date")])
    assert [(r.line, r.reason, r.rows) for r in kept] == [
        (0, "broken row", 1),
        (1, "broken row", 1),
        (9, "no date", 1),
        (None, "broken row", 3),
    ]
