"""Which of a stranger's columns are taken for ours, and which are never read."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from quietdrop.cli import main
from quietdrop.config import load
from quietdrop.domain.patient_words import speaks_of_patient
from quietdrop.ingest.matching import matched
from quietdrop.ingest.propose import propose


def write(path: Path, header: list[str], *rows: list[str]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Referral Date", "referred_on"),
        ("REFERRAL_DATE", "referred_on"),
        ("referralDate", "referred_on"),
        ("Refferal Date", "referred_on"),
        ("Date of Referral", "referred_on"),
        ("Referring Practice", "practice_name"),
        ("Referring Facility", "practice_name"),
        ("Referring Provider NPI", "provider_npi"),
        ("Referring Physician", "provider_name"),
        ("Primary Insurance", "payer"),
        ("Dept.", "service_line"),
        ("practice_id", "practice_id"),
    ],
)
def test_a_name_in_use_is_recognized(theirs: str, ours: str) -> None:
    assert matched([theirs]) == {ours: theirs}


@pytest.mark.parametrize("theirs", ["Quantity", "Comments", "Fax", "Priority", ""])
def test_another_name_is_not(theirs: str) -> None:
    assert matched([theirs]) == {}


@pytest.mark.parametrize(
    "theirs", ["Patient Name", "patient_id", "DOB", "MRN", "Pt. First Name", "Diagnosis", "Zip"]
)
def test_what_speaks_of_a_patient_is_never_proposed(theirs: str) -> None:
    assert speaks_of_patient(theirs)
    assert matched([theirs]) == {}


def test_the_nearest_name_wins_whatever_the_order() -> None:
    header = ["Order Date", "Referral Date", "Practice", "Referring Practice"]
    best = {"referred_on": "Referral Date", "practice_name": "Referring Practice"}
    assert matched(header) == matched(header[::-1]) == best


def test_a_name_that_stands_twice_is_left_to_a_person() -> None:
    assert matched(["Date", "Date", "Practice"]) == {"practice_name": "Practice"}


def test_a_day_that_holds_none_gives_way_to_the_next(tmp_path: Path) -> None:
    header = ["Referral Date", "Date Referred", "Practice"]
    source = write(tmp_path / "r.csv", header, ["pending", "2026-07-01", "Lakeside"])
    proposal = propose(source)
    assert proposal.columns["referred_on"] == "Date Referred"
    assert (proposal.days, proposal.rows) == (1, 1)


@pytest.mark.parametrize(("good", "kept"), [(8, "Referral Date"), (7, None)])
def test_four_days_in_five_make_a_day_column(tmp_path: Path, good: int, kept: str | None) -> None:
    rows = [["2026-07-01" if i < good else "?", "Lakeside"] for i in range(10)]
    source = write(tmp_path / "r.csv", ["Referral Date", "Practice"], *rows)
    assert propose(source).columns.get("referred_on") == kept


def test_what_a_day_means_is_asked_where_the_data_fit_both(tmp_path: Path) -> None:
    source = write(tmp_path / "r.csv", ["Referral Date", "Practice"], ["01/02/2026", "Lakeside"])
    assert propose(source).ambiguous


def test_only_proposed_columns_are_read_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    table = {"referred_on": ["2026-07-01"], "Practice": ["Lakeside"], "Patient": ["Marked"]}
    pq.write_table(pa.table(table), path)
    proposal = propose(str(path))
    assert proposal.columns == {"referred_on": "referred_on", "practice_name": "Practice"}
    assert proposal.patients == ("Patient",)


def test_of_a_database_the_table_that_fits_best(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/clinic.db"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as conn:
        conn.execute(sa.text("CREATE TABLE audit (id TEXT, at TEXT)"))
        conn.execute(sa.text('CREATE TABLE incoming ("Referral Date" TEXT, clinic TEXT)'))
        conn.execute(sa.text("INSERT INTO incoming VALUES ('2026-07-01', 'Lakeside')"))
    proposal = propose(url)
    assert proposal.table == "incoming"
    assert proposal.columns == {"referred_on": "Referral Date", "practice_name": "clinic"}
    assert propose(f"{url}#audit").is_enough is False


def init(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> None:
    monkeypatch.setattr(sys, "argv", ["quietdrop", "init", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code


def test_what_init_writes_can_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    header = ["Referral Date", 'The "Practice" Name', "Practice Name", "Patient Name"]
    source = write(tmp_path / "r.csv", header, ["2026-07-01", "x", "Lakeside", "Marked"])
    config = tmp_path / "quietdrop.toml"
    init(monkeypatch, config, "--from", source)
    columns = load(config, {}).source.columns
    assert columns == {"referred_on": "Referral Date", "practice_name": "Practice Name"}
    assert str(tmp_path) not in config.read_text()
    said = capsys.readouterr().out
    assert "Marked" not in said + config.read_text()
    assert 'never read, since they speak of patients: "Patient Name"' in said


def test_a_password_is_not_written_down(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sa.create_engine(postgres_url, poolclass=sa.NullPool).begin() as conn:
        conn.execute(sa.text("CREATE TABLE referrals (referred_on TEXT, practice_name TEXT)"))
    secret = "s3cret:/x"
    given = sa.make_url(postgres_url).set(password=secret)
    config = tmp_path / "quietdrop.toml"
    init(monkeypatch, config, "--from", given.render_as_string(hide_password=False))
    assert "s3cret" not in config.read_text()
    source = load(config, {"QUIETDROP_DB_PASSWORD": secret}).source
    assert sa.make_url(source.referrals) == given
    assert source.table == "referrals"
