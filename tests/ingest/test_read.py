"""Which rows count, and the directory."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Liaison, Practice
from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Intake

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "practices.csv").write_text(
        "No,practice_name,aliases,liaison_email,town,opened_on,closed_on\n"
        "p1,First Office,Old One; F. ,Ann@Example.com,Bonn,2020-01-01,\n"
        "p2,Second,,not an address,,,2023-12-31\n"
        "p2,Again,,,,,\n"
    )
    (tmp_path / "liaisons.csv").write_text(
        "liaison_email,name,manager_email,budget\n"
        "ann@example.com,Ann,boss@example.com,4\nbob@example.com,Bob,,many\n,Nobody,,\n"
    )
    (tmp_path / "touches.csv").write_text(
        "touched_on,practice_id,liaison_email,kind,note\n"
        "2024-01-03,old one,ann@example.com,Complaint,Jane Roe\n,p1,,,\n"
    )
    return tmp_path


def read(here: Path, rows: str, **more: Any) -> Intake:
    (here / "r.csv").write_text(rows)
    settings = SourceSettings(referrals=str(here / "r.csv"), **more)
    return ingest.read(settings, AS_OF, TODAY)


def with_directory(here: Path, rows: str, **more: Any) -> Intake:
    tables = {name: str(here / f"{name}.csv") for name in ("practices", "liaisons", "touches")}
    columns = {"practices": {"practice_id": "No"}}
    return read(here, rows, directory_columns=columns, **tables, **more)


def test_the_directory(here: Path) -> None:
    intake = with_directory(here, "referred_on,practice_id\n")
    assert intake.practices == {
        "p1": Practice(
            "p1", "First Office", "ann@example.com", "", "Bonn", "", date(2020, 1, 1), None
        ),
        "p2": Practice("p2", "Second", closed_on=date(2023, 12, 31)),
    }
    assert intake.liaisons == {
        "ann@example.com": Liaison("ann@example.com", "Ann", "boss@example.com", 4),
        "bob@example.com": Liaison("bob@example.com", "Bob"),
    }
    assert intake.touches == (Touch(date(2024, 1, 3), "p1", "ann@example.com", "complaint"),)
    assert intake.notes["touches: row left out, no day"] == 1
    assert "Jane" not in repr(intake)
    assert (intake.rows_read, intake.newest, len(intake.counts)) == (0, None, 0)


def test_aliases_names_and_unknown_practices(here: Path) -> None:
    rows = (
        "referred_on,practice_id,practice_name\n2024-01-01,P1,\n2024-01-01,,FIRST  office\n"
        "2024-01-01,f.,\n2024-01-01,77,old one\n2024-01-01,p9,Ninth\n2024-01-01,,\n"
    )
    intake = with_directory(here, rows)
    assert intake.counts["practice_id"].tolist() == ["p1"]
    assert intake.counts["referrals"].tolist() == [4]
    assert intake.reject_reasons() == {"unknown practice": 1, "no practice": 1}
    assert intake.rejects[0].line == 6
    assert intake.rejects[0].fields == (
        ("referred_on", "2024-01-01"),
        ("practice_id", "p9"),
        ("practice_name", "Ninth"),
    )
    kept = with_directory(here, rows, unknown_practices="keep")
    assert kept.counts["practice_id"].tolist() == ["p1", "p9"]
    assert kept.practices["p9"].name == "Ninth"
    assert kept.practices["p1"].name == "First Office"


def test_the_most_recent_name_before_the_as_of_date(here: Path) -> None:
    rows = (
        "referred_on,practice_id,practice_name\n2024-01-02,p,New\n2024-01-01,p,Old\n"
        "2024-01-03,p,\n2024-02-03,p,Newest\n2024-01-01,,  Only\u202e  a\tname \n"
    )
    intake = read(here, rows)
    assert {k: p.name for k, p in intake.practices.items()} == {
        "p": "New",
        "Only a name": "Only a name",
    }


def test_reasons_and_notes(here: Path) -> None:
    rows = (
        "referred_on,practice_id,status\n,p,\nx,p,\n1989-12-31,p,\n1990-01-01,p,\n"
        "2024-03-01,p,\n2024-03-02,p,\n2024-02-01,p,\n2024-01-31,p,\nx,p, Entered  In ERROR\n"
    )
    intake = read(here, rows)
    assert [(r.line, r.reason) for r in intake.rejects] == [
        (2, "no date"),
        (3, "not a date"),
        (4, "date before 1990"),
        (7, "date in the future"),
    ]
    assert intake.notes == {"after the as-of date": 2, "not a referral": 1}
    assert intake.newest == date(2024, 1, 31)
    assert (intake.rows_read, intake.rejected_rows) == (9, 4)


def test_a_repeated_referral_counts_once_by_its_first_good_row(here: Path) -> None:
    rows = (
        "referral_id,referred_on,practice_id,status\n1,2024-01-05,b,\n1,2024-01-04,z,\n"
        "1,2024-01-04,a,\n1,x,a,\n1,2024-01-01,a,duplicate\n,2024-01-09,c,\n,2024-01-09,c,\n"
    )
    intake = read(here, rows)
    counts = intake.counts[["practice_id", "referrals"]].to_numpy().tolist()
    assert counts == [["a", 1], ["c", 2]]
    assert intake.notes == {"repeated": 2, "not a referral": 1}
    assert intake.reject_reasons() == {"not a date": 1}


def test_the_provider_is_the_npi_else_the_name(here: Path) -> None:
    rows = (
        "referred_on,practice_id,provider_name,provider_npi\n2024-01-01,p, ,9\n"
        "2024-01-02,p,A,9\n2024-01-03,p,A. B,9\n2024-01-04,p,C,\n2024-02-02,p,Later,9\n"
    )
    intake = read(here, rows)
    assert intake.counts["provider"].tolist() == ["9", "9", "9", "C"]
    assert intake.provider_names == {"9": "A. B"}


def test_one_convention_over_all_files(here: Path) -> None:
    (here / "in").mkdir()
    (here / "in" / "a.csv").write_text("referred_on,practice_id\n01/02/2024,p\n")
    settings = SourceSettings(referrals=str(here / "in"))
    with pytest.raises(SourceError, match="ambiguous"):
        ingest.read(settings, AS_OF, TODAY)
    (here / "in" / "b.csv").write_text("referred_on,practice_id\n01/31/2024,p\n")
    assert ingest.read(settings, AS_OF, TODAY).newest == date(2024, 1, 31)
