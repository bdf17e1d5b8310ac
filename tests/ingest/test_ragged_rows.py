"""Rows that are too short, too long or cut, and lines that end as they like."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.ingest import lines

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)
HEADER = "referred_on,practice_id,payer,notes"


def read(folder: Path, text: str | bytes, **settings: Any) -> Intake:
    file = folder / "r.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return ingest.read(SourceSettings(referrals=str(file), **settings), AS_OF, TODAY)


def counted(intake: Intake) -> int:
    return int(intake.counts["referrals"].sum()) if len(intake.counts) else 0


def unread(intake: Intake) -> list[tuple[str, int, int]]:
    frame = intake.reading.unread
    return [tuple(row) for row in frame.itertuples(index=False)] if len(frame) else []


@pytest.mark.parametrize(
    ("row", "is_good"),
    [
        ("2024-01-15,p1,Aetna,x", True),
        ("2024-01-15,p1,Aetna", True),
        ("2024-01-15,p1", True),
        ("2024-01-15", False),
        ("2024-01-15,p1,Aetna,x,", True),
        ("2024-01-15,p1,Aetna,x,, ,", True),
        ("2024-01-15,p1,Aetna,x,y", False),
        ("2024-01-15,p1,,,,", True),
    ],
)
def test_only_trailing_fields_may_be_lacking_or_empty(
    tmp_path: Path, row: str, is_good: bool
) -> None:
    intake = read(tmp_path, f"{HEADER}\n{row}\n2024-01-16,p2,,\n")
    assert counted(intake) == 1 + is_good
    assert [reject.reason for reject in intake.rejects] == ["broken row"] * (not is_good)


def test_a_header_with_a_trailing_separator(tmp_path: Path) -> None:
    assert counted(read(tmp_path, f"{HEADER},,\n2024-01-15,p1,Aetna,x\n2024-01-15,p1,A,x,,\n")) == 2


@pytest.mark.parametrize(("end", "number"), [("", 1), ("\n", 2)])
def test_a_short_row_at_the_end_of_a_file_that_was_cut_is_broken(
    tmp_path: Path, end: str, number: int
) -> None:
    intake = read(tmp_path, f"{HEADER}\n2024-01-15,p1,,\n2024-01-16,p123,Aet{end}")
    assert counted(intake) == number


def test_a_stray_quote_swallows_no_row_though_short_rows_are_filled_up(tmp_path: Path) -> None:
    intake = read(tmp_path, f'{HEADER}\n2024-01-15,p1,"A\n2024-01-16,p2,x"\n2024-01-16,p3,,\n')
    assert counted(intake) + intake.rejected_rows == 3


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n", "\r\r\n"])
@pytest.mark.parametrize("chunk", [7, 1024 * 1024])
def test_lines_end_as_they_like(
    tmp_path: Path, end: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    rows = [HEADER, *["2024-01-15,p1,Aetna,x"] * 20, '2024-01-16,p2,"a\nb",x']
    intake = read(tmp_path, end.join(rows) + end)
    assert (counted(intake), intake.rejects) == (21, ())


def test_mixed_line_ends(tmp_path: Path) -> None:
    text = f"{HEADER}\r\n2024-01-15,p1,,\r2024-01-15,p1,,\n2024-01-15,p1,,\r\n2024-01-15,p1,,\r"
    assert counted(read(tmp_path, text)) == 4


@pytest.mark.parametrize("stated", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_stated_separator(tmp_path: Path, stated: str) -> None:
    text = f"{stated}\r\nreferred_on;practice_id,x;payer\r\n2024-01-15;p1;A\r\n;p2;A\r\n"
    intake = read(tmp_path, text, columns={"practice_id": "practice_id,x"})
    assert counted(intake) == 1
    assert [(reject.line, reject.reason) for reject in intake.rejects] == [(4, "no date")]


def test_a_separator_may_be_stated_as_a_tab_or_after_a_byte_order_mark(tmp_path: Path) -> None:
    assert counted(read(tmp_path, "sep=\t\nreferred_on\tpractice_id\n2024-01-15\tp1\n")) == 1
    text = "\ufeffsep=,\nreferred_on,practice_id\n2024-01-15,p1\n"
    assert counted(read(tmp_path, text)) == 1
    assert counted(read(tmp_path, text.removeprefix("\ufeff").encode("utf-16"))) == 1


DAY = (date(2024, 1, 16) - date(1970, 1, 1)).days
NAMED = "referred_on,practice_id,practice_name,payer"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2024-01-16,p1,Lakeside, LLC,Aetna", [("p1", DAY, 1)]),  # a comma in the name
        ("oops,2024-01-16,p1,Lakeside,Aetna", [("p1", DAY, 1)]),  # a field too many in front
        ('2024-01-16,p1,"Lakeside,Aetna', [("p1", DAY, 1)]),  # a quote that is never closed
        ("14-Foo-2024,p1,Lakeside,Aetna", [("p1", -1, 1)]),
        (",p1,Lakeside,Aetna", [("p1", -1, 1)]),
        ("2025-01-16,p1,Lakeside,Aetna", [("p1", -1, 1)]),  # next year's
        ("2024-03-02,p1,Lakeside,Aetna", [("p1", DAY + 46, 1)]),  # to come
        ("0001-01-01,p1,Lakeside,Aetna", [("p1", -1, 1)]),
        ("2024-01-16,p9,Other, LLC,Aetna", []),  # nobody whom good rows name
        ("2024-01-16,,,Aetna", []),
    ],
)
def test_a_rejected_row_is_its_practices(
    tmp_path: Path, row: str, said: list[tuple[str, int, int]]
) -> None:
    intake = read(tmp_path, f"{NAMED}\n2024-01-15,p1,Lakeside,Aetna\n{row}\n")
    assert counted(intake) == 1
    assert intake.rejected_rows == 1
    assert unread(intake) == said


def test_no_cell_of_a_broken_row_is_kept(tmp_path: Path) -> None:
    text = f"{NAMED}\n2024-01-15,p1,Lakeside,A\n2024-01-16,p1,Lakeside,Jane Roe,1970-01-01\n"
    intake = read(tmp_path, text)
    assert unread(intake) == [("p1", DAY, 1)]
    assert "Jane" not in repr(intake)
    assert "Jane" not in intake.reading.unread.to_csv()


def test_a_row_that_was_corrected_or_delivered_again_is_rejected_once(tmp_path: Path) -> None:
    header = "referred_on,practice_id,referral_id\n"
    for number in range(3):
        rows = "2024-01-15,p1,R0\nbad,p1,R1\nbad,p1,R2\n" + "bad,p1,\n" * 2
        (tmp_path / f"{number}.csv").write_text(header + rows)
    (tmp_path / "corrected.csv").write_text(header + "2024-01-16,p1,R2\n")
    settings = SourceSettings(referrals=str(tmp_path))
    assert unread(ingest.read(settings, AS_OF, TODAY)) == [("p1", -1, 3)]  # R1, and two without


def test_a_row_without_a_day_is_of_the_day_on_which_it_was_recorded(tmp_path: Path) -> None:
    text = "referred_on,practice_id,recorded_on\n2024-01-15,p1,\nbad,p1,2024-01-16\n"
    assert unread(read(tmp_path, text)) == [("p1", DAY, 1)]
