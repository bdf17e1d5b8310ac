"""Counts that several files or sheets repeat count once; no filter reads a patient's column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import ConfigError, SourceError
from quietdrop.domain.intake import Intake

TODAY = date(2026, 11, 26)
PRACTICES = [f"Practice {place}" for place in range(12)]
Rows = list[tuple[str, str, int]]


def counts(first: int, last: int, more: int = 0) -> Rows:
    """Counts of the months of 2026; `more` is added in the last one, as a correction is."""
    return [
        (practice, f"2026-{month:02d}", 3 + (place * 7 + month * 5) % 11 + more * (month == last))
        for month in range(first, last + 1)
        for place, practice in enumerate(PRACTICES)
    ]


def total(rows: Rows) -> int:
    return sum(count for _, _, count in rows)


def read(path: Path) -> Intake:
    return ingest.read(SourceSettings(referrals=str(path), period="month"), TODAY, TODAY)


def write(path: Path, rows: Rows) -> None:
    lines = [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join(["practice_name,referred_on,referrals", *lines]))


def referrals(intake: Intake) -> int:
    return int(intake.counts["referrals"].sum())


def test_a_file_of_counts_that_another_repeats_counts_once(tmp_path: Path) -> None:
    write(tmp_path / "may.csv", counts(1, 5))
    write(tmp_path / "october.csv", counts(1, 10))
    intake = read(tmp_path)
    assert referrals(intake) == total(counts(1, 10))
    assert intake.reading.overlapping == (("may.csv", "october.csv"),)


def test_of_a_count_that_was_corrected_the_higher_one_counts(tmp_path: Path) -> None:
    write(tmp_path / "may.csv", counts(1, 5))
    write(tmp_path / "october.csv", [*counts(1, 4), *counts(5, 5, more=1), *counts(6, 10)])
    assert referrals(read(tmp_path)) == total(counts(1, 10)) + len(PRACTICES)


def test_files_of_counts_that_follow_each_other_count_both(tmp_path: Path) -> None:
    write(tmp_path / "spring.csv", counts(1, 5))
    write(tmp_path / "summer.csv", counts(6, 10))
    intake = read(tmp_path)
    assert referrals(intake) == total(counts(1, 10))
    assert intake.reading.overlapping == ()


def test_two_offices_with_counts_of_their_own_count_both(tmp_path: Path) -> None:
    write(tmp_path / "north.csv", counts(1, 10))
    write(tmp_path / "south.csv", [(p, m, 1 + (n * 3) % 7) for p, m, n in counts(1, 10)])
    south = sum(1 + (count * 3) % 7 for _, _, count in counts(1, 10))
    assert referrals(read(tmp_path)) == total(counts(1, 10)) + south


def test_sheets_of_counts_that_overlap_count_once(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("Spring", counts(1, 5)), ("Year", counts(1, 10))):
        sheet = book.create_sheet(name)
        for row in [("practice_name", "referred_on", "referrals"), *rows]:
            sheet.append(row)
    book.save(tmp_path / "r.xlsx")
    assert referrals(read(tmp_path / "r.xlsx")) == total(counts(1, 10))


@pytest.mark.parametrize("name", ["Patient Name", "DOB", "MRN"])
def test_a_filter_on_a_patient_s_column_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"referred_on,practice_id,{name}\n2026-11-02,A,Phinn\n")
    with pytest.raises((SourceError, ConfigError), match=f'only = "{name}" speaks of a patient'):
        ingest.read(SourceSettings(referrals=str(path), only={name: "Phinn"}), TODAY, TODAY)
    allowed = SourceSettings(referrals=str(path), only={name: "Phinn"}, allow=(name,))
    assert referrals(ingest.read(allowed, TODAY, TODAY)) == 1
