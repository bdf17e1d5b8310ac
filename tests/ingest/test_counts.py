"""What the counts say of each referral, and what of it was known on the as-of date."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.jobs.replay import as_known

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)
COLUMNS = ["practice_id", "provider", "service_line", "payer", "location", "day", "recorded"]
Read = Callable[..., Intake]


def number(day: str) -> int:
    return (date.fromisoformat(day) - date(1970, 1, 1)).days


@pytest.fixture(params=["csv", "sqlite", "postgresql", "mariadb"])
def read(request: pytest.FixtureRequest, tmp_path: Path) -> Read:
    """Reads rows, the first the header, from each kind of source."""

    def from_file(*rows: str, as_of: date = AS_OF) -> Intake:
        (tmp_path / "r.csv").write_text("\n".join(rows))
        return ingest.read(SourceSettings(referrals=str(tmp_path / "r.csv")), as_of, TODAY)

    def from_database(*rows: str, as_of: date = AS_OF) -> Intake:
        header, *values = csv.reader(rows)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        table = sa.Table("referrals", sa.MetaData(), *(sa.Column(c, sa.Text) for c in header))
        with engine.begin() as connection:
            table.drop(connection, checkfirst=True)
            table.create(connection)
            connection.execute(table.insert(), [dict(zip(header, v, strict=True)) for v in values])
        return ingest.read(SourceSettings(referrals=url), as_of, TODAY)

    if request.param == "csv":
        return from_file
    url = f"sqlite:///{tmp_path}/r.db"
    (tmp_path / "r.db").touch()
    if request.param != "sqlite":
        server = {"postgresql": "postgres_url", "mariadb": "mariadb_url"}[request.param]
        url = request.getfixturevalue(server)
    return from_database


def test_each_combination_is_one_row_and_the_rows_are_sorted(read: Read) -> None:
    intake = read(
        "referred_on,practice_id,provider_npi,service_line,payer,location,recorded_on,patient",
        "2024-01-15,p,9,knee,Medicare,North,2024-01-16,Jane Roe",
        "2024-01-15,p,9,knee,Medicare,North,2024-01-16,John Roe",
        "2024-01-15,p,9,knee,Medicare,North,2024-01-18,Jane Roe",
        "2024-01-15,p,9,knee,Aetna,North,2024-01-16,Jane Roe",
        "2024-01-15,p,9,hip,Medicare,South,2024-01-16,Jane Roe",
    )
    day, soon, late = number("2024-01-15"), number("2024-01-16"), number("2024-01-18")
    assert list(intake.counts) == [*COLUMNS, "referrals"]
    assert intake.counts.to_numpy().tolist() == [
        ["p", "9", "hip", "Medicare", "South", day, soon, 1],
        ["p", "9", "knee", "Aetna", "North", day, soon, 1],
        ["p", "9", "knee", "Medicare", "North", day, soon, 2],
        ["p", "9", "knee", "Medicare", "North", day, late, 1],
    ]
    assert "Roe" not in repr(intake)


def test_columns_that_are_not_there_are_empty_and_recorded_is_not_known(read: Read) -> None:
    counts = read("referred_on,practice_id", "2024-01-15,p").counts
    assert counts.to_numpy().tolist() == [["p", "", "", "", "", number("2024-01-15"), -1, 1]]
    assert counts.dtypes.astype(str).tolist() == ["str"] * 5 + ["int64"] * 3


@pytest.mark.parametrize(
    ("recorded_on", "recorded"),
    [
        ("2024-01-17", "2024-01-17"),
        ("2024-01-17 23:59", "2024-01-17"),
        ("2024-01-10", "2024-01-15"),  # never before the day itself
    ],
)
def test_recorded(read: Read, recorded_on: str, recorded: str) -> None:
    intake = read("referred_on,practice_id,recorded_on", f"2024-01-15,p,{recorded_on}")
    assert intake.counts["recorded"].tolist() == [number(recorded)]


@pytest.mark.parametrize("recorded_on", ["", "soon", "1900-01-01"])
def test_recorded_that_says_nothing(read: Read, recorded_on: str) -> None:
    intake = read("referred_on,practice_id,recorded_on", f"2024-01-15,p,{recorded_on}")
    assert intake.counts["recorded"].tolist() == [-1]
    assert not intake.rejects


def test_what_was_recorded_later_was_not_known(read: Read) -> None:
    rows = (
        "referred_on,practice_id,practice_name,recorded_on",
        "2024-01-15,p,Old,2024-01-31",
        "2024-01-16,p,New,2024-02-01",
        "2024-01-17,q,Never,2024-02-20",
        "2024-02-01,p,Newest,2024-02-20",
    )
    intake = read(*rows)
    assert intake.counts["day"].tolist() == [number("2024-01-15")]
    assert {p.practice_id: p.name for p in intake.practices.values()} == {"p": "Old"}
    assert intake.newest == date(2024, 1, 15)
    assert intake.notes == {"after the as-of date": 1, "recorded after the as-of date": 2}


def test_a_referral_delivered_again_was_known_since_its_first_delivery(read: Read) -> None:
    rows = (
        "referral_id,referred_on,practice_id,recorded_on",
        "1,2024-01-15,p,2024-01-20",
        "1,2024-01-14,p,2024-02-20",
        "2,2024-01-15,p,",
        "2,2024-01-15,p,2024-01-18",
    )
    counts = read(*rows).counts
    assert counts["day"].tolist() == [number("2024-01-14"), number("2024-01-15")]
    assert counts["recorded"].tolist() == [number("2024-01-20"), number("2024-01-18")]


def test_a_rehearsal_knows_what_a_run_on_that_day_knew(read: Read) -> None:
    rows = (
        "referral_id,referred_on,practice_id,recorded_on",
        "1,2024-01-15,p,2024-01-20",
        "1,2024-01-14,p,2024-02-20",
        "2,2024-01-16,p,2024-01-31",
        "3,2024-01-17,p,2024-02-02",
        "4,2024-01-18,p,",
    )
    now = as_known(read(*rows, as_of=TODAY), AS_OF)
    then = read(*rows, as_of=AS_OF)
    pd.testing.assert_frame_equal(now.counts.reset_index(drop=True), then.counts)
    assert now.newest == then.newest == date(2024, 1, 18)
