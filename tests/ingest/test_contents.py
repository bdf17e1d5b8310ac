"""What a column holds is checked before any of it is used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Intake

AS_OF = date(2026, 7, 6)
HEADER = ("referral_id", "referred_on", "practice_id", "provider_npi")
Row = tuple[str, str, str, str]


def day(number: int) -> str:
    return str(AS_OF - timedelta(days=1 + number % 300))


def rows(number: int, practices: int, ids: int = 0, npi: str = "") -> list[Row]:
    return [
        (f"R{row % ids}" if ids else "", day(row), f"Clinic {row % practices}", npi.format(row))
        for row in range(number)
    ]


@pytest.fixture(params=["csv", "sqlite"])
def read(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    def of(content: Sequence[Row], **settings: Any) -> Intake:
        path = tmp_path / f"r.{request.param}"
        if request.param == "csv":
            path.write_text("\n".join(",".join(row) for row in (HEADER, *content)))
            where = str(path)
        else:
            where = f"sqlite:///{path}"
            table = sa.Table("referrals", sa.MetaData(), *(sa.Column(c, sa.Text) for c in HEADER))
            engine = sa.create_engine(where, poolclass=sa.NullPool)
            table.drop(engine, checkfirst=True)
            table.create(engine)
            with engine.begin() as conn:
                conn.execute(table.insert(), [dict(zip(HEADER, r, strict=True)) for r in content])
        return ingest.read(SourceSettings(referrals=where, **settings), AS_OF, AS_OF)

    return of


@pytest.mark.parametrize(("practices", "refused"), [(159, False), (160, True)])
def test_a_practice_that_is_another_in_nearly_every_row(
    read: Any, practices: int, refused: bool
) -> None:
    if refused:
        with pytest.raises(SourceError, match="nearly every row has another value") as caught:
            read(rows(200, practices))
        assert '[source] allow = ["practice_id"]' in str(caught.value)
        assert "Clinic" not in str(caught.value)
        assert read(rows(200, practices), allow=("practice_id",)).rows_read == 200
    else:
        assert read(rows(200, practices)).rows_read == 200


def test_199_rows_say_nothing(read: Any) -> None:
    assert read(rows(199, 199)).rows_read == 199


def test_a_referral_delivered_five_times_counts_once(read: Any) -> None:
    with pytest.raises(SourceError, match="nearly every row"):
        read(rows(200, 180, ids=200) * 5)


@pytest.mark.parametrize(("ids", "refused"), [(101, False), (100, False), (99, True), (36, True)])
def test_a_number_that_repeats_is_not_the_referrals_own(read: Any, ids: int, refused: bool) -> None:
    """Half of the referrals may be repeats, more may not."""
    content = rows(200, 20, ids=ids)
    if refused:
        with pytest.raises(SourceError, match=r"referral_id = .* is the same on many days"):
            read(content)
    else:
        assert read(content).rows_read == 200


def test_cumulative_exports_repeat_numbers_and_are_read(read: Any) -> None:
    intake = read(rows(200, 20, ids=200) * 6)
    assert int(intake.counts["referrals"].sum()) == 200


@pytest.mark.parametrize(("number", "refused"), [(199, False), (200, True)])
def test_patients_numbers_in_the_place_of_npis(read: Any, number: int, refused: bool) -> None:
    content = rows(number, 20, npi="MRN{:06}")
    if refused:
        with pytest.raises(SourceError, match="provider_npi"):
            read(content)
    else:
        assert read(content).rows_read == number


@pytest.mark.parametrize("table", ["practices", "people", "liaisons", "touches", "news"])
def test_a_directory_table_reads_no_patients_column(tmp_path: Path, table: str) -> None:
    (tmp_path / "r.csv").write_text("referred_on,practice_id\n2026-07-01,p\n")
    (tmp_path / "t.csv").write_text("Patient Name,MRN\nJane Roe,1\n")
    ours = {"people": "name", "liaisons": "name", "touches": "whom", "news": "text"}
    settings: Any = {
        table: str(tmp_path / "t.csv"),
        "directory_columns": {table: {ours.get(table, "practice_name"): "Patient Name"}},
    }
    with pytest.raises(SourceError, match="speaks of a patient"):
        ingest.read(SourceSettings(referrals=str(tmp_path / "r.csv"), **settings), AS_OF, AS_OF)
