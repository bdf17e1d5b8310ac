"""Exports as they come: nothing of a patient's is proposed, suggested, read or shown."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.builders.clinic import Clinic, Said
from tests.builders.databases import MARIADB

CASES = Path(__file__).parents[1] / "cases" / "intake"
PATIENT = re.compile("Phinn|Zzyzx|PHI0|19[0-9]{2}|PatNum")


@pytest.fixture
def clinic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clinic:
    return Clinic(tmp_path, capsys)


def use(clinic: Clinic, case: str) -> str:
    """Copies a case's file. Out: its name."""
    [path] = (CASES / case).iterdir()
    shutil.copy(path, clinic.folder)
    return path.name


def init(clinic: Clinic, name: str) -> Said:
    config = clinic.folder / "quietdrop.toml"
    config.unlink(missing_ok=True)
    source = str(clinic.folder / name) if "://" not in name else name
    said = clinic.call("init", str(config), "--from", source)
    written = config.read_text() if config.exists() else ""
    return Said(said.code, said.out + written, said.err)


def silent(*said: Said) -> bool:
    return not any(PATIENT.search(one.out + one.err) for one in said)


def test_the_keys_of_objects_are_the_columns(clinic: Clinic) -> None:
    name = use(clinic, "json-lines-shows-patient")
    begun = init(clinic, name)
    assert begun.code == 0
    for line in (
        'referred_on = "referral_date"',
        'practice_name = "referring_practice"',
        'service_line = "service"',
        'never read, since they speak of patients: "patient.name"',
    ):
        assert line in begun.out
    clinic.source(name, more='[source.columns]\npractice_name = "patient.name"')
    refused = clinic.call("check")
    assert refused.code == 2
    assert "speaks of a patient" in refused.err
    assert silent(begun, refused)


def test_a_file_without_a_header_shows_no_line(clinic: Clinic) -> None:
    name = use(clinic, "no-header-row-shows-patient")
    begun = init(clinic, name)
    assert begun.code == 2
    assert f'{name} has no line that names its columns; give them: [source] header = ["..."]' in (
        begun.err
    )
    clinic.source(name)
    checked, run = clinic.call("check"), clinic.run()
    assert (checked.code, run.code) == (1, 2)
    assert silent(begun, checked, run)
    assert "Quince" not in begun.out + begun.err + checked.out + run.err


def test_an_account_number_is_the_patients(clinic: Clinic) -> None:
    name = use(clinic, "account-number-is-patients")
    begun = init(clinic, name)
    assert 'practice_name = "Referring Provider"' in begun.out
    assert "the referring provider stands for it" in begun.out
    assert silent(begun)
    checked = clinic.call("check")
    assert "34 practices, 400 referrals of 400 rows" in checked.out
    more = '[source.columns]\nreferred_on = "Referral Date"\npractice_id = "Account Number"'
    clinic.source(name, more=more)
    for command in (("check",), ("run",), ("assess", "-o", "a.csv"), ("status",)):
        said = clinic.call(*command)
        assert said.code == 2
        assert 'quietdrop.toml:5: [source.columns] practice_id = "Account Number"' in said.err
        assert '[source] allow = ["Account Number"]' in said.err
    clinic.source(name, more=f'allow = ["Account Number"]\n{more}')
    assert "source   ok  400 practices, 400 referrals of 400 rows" in clinic.call("check").out


def test_a_number_of_many_values_is_no_practice_whatever_it_is_called(clinic: Clinic) -> None:
    name = use(clinic, "account-number-is-patients")
    path = clinic.folder / name
    path.write_text(path.read_text().replace("Account Number", "Practice Number", 1))
    begun = init(clinic, name)
    assert '"Practice Number": its values look like record numbers' in begun.out
    assert 'practice_name = "Referring Provider"' in begun.out
    more = '[source.columns]\nreferred_on = "Referral Date"\npractice_id = "Practice Number"'
    clinic.source(name, more=more)
    checked, run = clinic.call("check"), clinic.run()
    assert (checked.code, run.code) == (1, 2)
    for said in (checked.out, run.err):
        assert "so it is the patient's" in said
        assert '[source] allow = ["Practice Number"]' in said


def test_check_suggests_no_birth_date(clinic: Clinic) -> None:
    name = use(clinic, "check-suggests-patient-dob")
    begun = init(clinic, name)
    assert 'practice_name = "Referral From Facility"' in begun.out
    assert 'provider_name = "Referral From Provider"' in begun.out
    clinic.source(name, more='[source.columns]\nreferred_on = "Referral Date"')
    checked = clinic.call("check")
    assert '[source.columns] practice_name = "Referral From Facility"' in checked.out
    assert "Patient" not in checked.out
    assert silent(begun, checked)
    clinic.source(
        name,
        more='[source.columns]\nreferred_on = "Referral Date"\npractice_id = "Patient DOB"',
    )
    assert clinic.call("check").code == 2


@pytest.fixture
def open_dental() -> Iterator[str]:
    """Open Dental's tables in a database of our own; none of it stays."""
    name = f"quietdrop_{uuid.uuid4().hex[:12]}"
    text = (CASES / "opendental-refattach" / "opendental.sql").read_text()
    tables = text.partition("USE fmt_od_fail;")[2]
    admin = sa.create_engine(MARIADB, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        admin.connect().close()
    except sa.exc.OperationalError as error:
        pytest.skip(f"no MariaDB: {error.orig}")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.make_url(MARIADB).set(database=name)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as conn:
        for statement in tables.split(";\n"):
            if statement.strip():
                conn.exec_driver_sql(statement.strip().rstrip(";").replace("%", "%%"))
    yield url.render_as_string(hide_password=False)
    with admin.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name}")


def test_a_patients_key_is_not_proposed_nor_a_referrers_as_the_referrals(
    clinic: Clinic, open_dental: str
) -> None:
    begun = init(clinic, f"{open_dental}#refattach")
    written = (clinic.folder / "quietdrop.toml").read_text()
    assert "PatNum" not in written
    assert 'referral_id = "RefAttachNum"' in written
    assert 'practice_id = "ReferralNum"' in written
    assert "PatNum" in begun.out
    mapping = '[source.columns]\nreferred_on = "RefDate"\npractice_id = "ReferralNum"\n'
    clinic.source(open_dental, more=f'table = "refattach"\n{mapping}')
    checked = clinic.call("check")
    assert "ok" in next(line for line in checked.out.splitlines() if line.startswith("source"))
    for refused, code in (('referral_id = "ReferralNum"', 1), ('practice_name = "PatNum"', 2)):
        clinic.source(open_dental, more=f'table = "refattach"\n{mapping}{refused}\n')
        said = clinic.call("check")
        assert said.code == code
        assert refused.partition(" ")[2].strip('= "') in said.out + said.err
