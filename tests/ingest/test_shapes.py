"""Files in the shapes that clinics have: what init proposes, and what is read of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from tests.ingest.shapes import CASES, case, tried

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.propose import propose

# case, file, referrals, practices, newest day
READ = [
    ("counts-column-ignored", "referrals.csv", 5011, 18, date(2026, 10, 31)),
    ("counts-month-text", "referrals.csv", 5011, 18, date(2026, 10, 31)),
    ("dates-dd-mon-yyyy", "referrals.csv", 3281, 20, date(2026, 11, 20)),
    ("dates-serial-xlsx", "referrals.xlsx", 3281, 20, date(2026, 11, 20)),
    ("dates-with-month-names", "referrals.csv", 400, 17, date(2026, 11, 24)),
    ("dates-with-month-names", "month_names.csv", 400, 17, date(2026, 11, 24)),
    ("dates-with-month-names", "serials.csv", 400, 17, date(2026, 11, 24)),
    ("fhir-bulk", "fhir", 180, 17, date(2026, 11, 24)),
    ("fhir-bulk", "bundle.json", 60, 24, date(2026, 11, 24)),
    ("hl7v2-ref-i12", "referrals.hl7", 150, 17, date(2026, 11, 24)),
    ("json-lines-shows-patient", "referrals.jsonl", 400, 17, date(2026, 11, 24)),
    ("merged-practice-cells", "referrals.xlsx", 400, 17, date(2026, 11, 24)),
    ("old-and-fake-xls", "real.xls", 5138, 18, date(2026, 11, 24)),
    ("old-and-fake-xls", "html.xls", 5138, 18, date(2026, 11, 24)),
    ("old-and-fake-xls", "xml2003.xls", 5138, 18, date(2026, 11, 24)),
    ("old-and-fake-xls", "tabs.xls", 5138, 18, date(2026, 11, 24)),
    ("old-and-fake-xls", "sheet.ods", 900, 18, date(2024, 10, 16)),
    ("old-and-fake-xls", "export.zip", 5138, 18, date(2026, 11, 24)),
    ("pivot-months-across", "referrals.xlsx", 5011, 18, date(2026, 10, 31)),
    ("preamble-csv", "referrals.csv", 400, 17, date(2026, 11, 24)),
    ("provider-only", "referrals.csv", 400, 34, date(2026, 11, 24)),
    ("second-sheet-ignored", "referrals.xlsx", 3281, 20, date(2026, 11, 20)),
    ("sheet-per-month", "referrals.xlsx", 857, 18, date(2026, 11, 24)),
    ("title-rows", "referrals.csv", 3281, 20, date(2026, 7, 3)),
    ("title-rows-totals", "referrals.xlsx", 400, 17, date(2026, 11, 24)),
]


@pytest.mark.parametrize(
    ("name", "file", "referrals", "practices", "newest"), READ, ids=lambda v: str(v)
)
def test_a_case_is_read_without_an_editor(
    tmp_path: Path, name: str, file: str, referrals: int, practices: int, newest: date
) -> None:
    result = tried(case(name, tmp_path) / file, tmp_path)
    assert (result.referrals, result.practices) == (referrals, practices)
    assert result.intake.newest == newest
    assert not result.intake.rejects
    assert "Phinn" not in result.said + result.config + repr(result.intake)


SAID = [
    ("counts-column-ignored", "referrals.csv", 'a row is a practice and a month, "Referral Count"'),
    ("pivot-months-across", "referrals.xlsx", "header in row 3"),
    ("pivot-months-across", "referrals.xlsx", "31 columns are months"),
    ("title-rows-totals", "referrals.xlsx", "header in row 5"),
    ("sheet-per-month", "referrals.xlsx", "31 sheets are read as one table, 857 rows"),
    ("second-sheet-ignored", "referrals.xlsx", "2 sheets are read as one table, 3,281 rows"),
    ("provider-only", "referrals.csv", "each referring provider counts as a practice"),
    ("old-and-fake-xls", "export.zip", "left out: patients.csv"),
    (
        "json-lines-shows-patient",
        "referrals.jsonl",
        'never read, since they speak of patients: "p',
    ),
    ("hl7v2-ref-i12", "referrals.hl7", "HL7 v2 messages REF^I12"),
    ("fhir-bulk", "fhir", "FHIR ServiceRequests: those whose category or code says referral count"),
]


@pytest.mark.parametrize(("name", "file", "words"), SAID, ids=lambda v: str(v)[:30])
def test_what_was_recognized_is_said(tmp_path: Path, name: str, file: str, words: str) -> None:
    assert words in tried(case(name, tmp_path) / file, tmp_path).said


def test_a_file_without_a_header_is_refused_and_not_shown() -> None:
    path = CASES / "no-header-row-shows-patient" / "referrals.csv"
    with pytest.raises(SourceError, match=r"no line that names its columns.*header = \[") as error:
        propose(str(path))
    assert "Phinn" not in str(error.value)
    assert "Quince" not in str(error.value)


def test_a_header_by_position_is_taken_from_the_settings() -> None:
    source = SourceSettings(
        referrals=str(CASES / "no-header-row-shows-patient" / "referrals.csv"),
        header=("referred_on", "", "", "practice_name", "service_line"),
    )
    intake = ingest.read(source, date(2026, 11, 25), date(2026, 11, 25))
    assert int(intake.counts["referrals"].sum()) == 400
    assert "Phinn" not in repr(intake)
    with pytest.raises(SourceError, match="names 6 columns, the file has 5"):
        ingest.read(
            source.model_copy(update={"header": ("a",) * 6}), date(2026, 11, 25), date(2026, 11, 25)
        )


def test_days_that_a_spreadsheet_swapped_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="swapped days and months"):
        tried(CASES / "excel-swapped-days" / "referrals.xlsx", tmp_path)


def test_a_workbook_of_real_dates_and_texts_on_both_sides_is_read(tmp_path: Path) -> None:
    days = [*pd.date_range("2026-10-01", periods=20), "10/25/2026", "10/03/2026"]
    values = [day if isinstance(day, str) else day.date() for day in days]
    frame = pd.DataFrame({"Referral Date": values, "Practice": "Lakeside"})
    frame.to_excel(tmp_path / "r.xlsx", index=False)
    assert tried(tmp_path / "r.xlsx", tmp_path).referrals == 22


def test_the_running_period_and_totals_are_counted_apart(tmp_path: Path) -> None:
    counts = tried(CASES / "counts-column-ignored" / "referrals.csv", tmp_path).intake
    assert counts.notes["in a period that is not over"] == 127
    rows = tried(CASES / "title-rows-totals" / "referrals.xlsx", tmp_path).intake
    assert rows.notes["total row"] == 1
    pivot = tried(CASES / "pivot-months-across" / "referrals.xlsx", tmp_path).intake
    assert "referrals.xlsx: rows of totals left out: 1" in pivot.remarks


def test_open_dental_gets_a_ready_query(mariadb_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    script = (CASES / "opendental-refattach" / "opendental.sql").read_text()
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            sql = statement.strip().rstrip(";")
            if sql and "DATABASE" not in sql.upper():
                connection.exec_driver_sql(sql.replace("%", "%%"))
        incoming = connection.exec_driver_sql(
            "SELECT COUNT(*) FROM refattach a JOIN referral r ON r.ReferralNum = a.ReferralNum "
            "WHERE a.RefType = 1 AND r.IsDoctor = 1"
        ).scalar_one()
    result = tried(mariadb_url, tmp_path)
    assert "looks like Open Dental" in result.said
    assert result.referrals == incoming > 100
    assert result.practices == 17
    assert "PatNum" not in result.config
