"""Statuses mean the same however they are written, in files and in every database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.store.database import connect, parse

STATUSES = (
    *("entered-in-error", "ENTERED_IN_ERROR", " Entered   in - Error ", "duplicate"),
    *("completed", "", "revoked", "Revoked", "draft", "In-Complete", "ca"),
)
ROWS = pd.DataFrame(
    {
        "referred_on": [f"2026-06-{day:02d}" for day in range(1, len(STATUSES) + 1)],
        "practice_id": "p1",
        "status": STATUSES,
    }
)


def read(referrals: str, *not_referrals: str) -> Intake:
    more = {"not_referrals": not_referrals} if not_referrals else {}
    settings = SourceSettings.model_validate({"referrals": referrals, **more})
    return ingest.read(settings, date(2026, 7, 6), date(2026, 7, 6))


@pytest.fixture(params=["file", "sqlite", "postgres_url", "mariadb_url"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        ROWS.to_csv(tmp_path / "r.csv", index=False)
        return str(tmp_path / "r.csv")
    url = f"sqlite:///{tmp_path}/clinic.db"
    if request.param != "sqlite":
        url = str(request.getfixturevalue(request.param))
    engine = connect(parse(url)).execution_options(quietdrop_writes=True)
    with engine.begin() as conn:
        conn.execute(
            sa.text(
                "CREATE TABLE referrals (referred_on VARCHAR(10), practice_id VARCHAR(9),"
                " status VARCHAR(40))"
            )
        )
        conn.execute(
            sa.text("INSERT INTO referrals VALUES (:referred_on, :practice_id, :status)"),
            [dict(zip(ROWS.columns, row, strict=True)) for row in ROWS.itertuples(index=False)],
        )
    return url


def test_case_hyphens_underscores_and_runs_of_space_do_not_matter(source: str) -> None:
    intake = read(source)
    assert intake.notes["not a referral"] == 4
    assert intake.counts["referrals"].sum() == 7


def test_statuses_that_may_be_no_referral_are_counted(source: str) -> None:
    assert read(source).reading.statuses == {"revoked": 2, "draft": 1, "ca": 1}


def test_unless_the_settings_exclude_them(source: str) -> None:
    intake = read(source, "REVOKED", "in complete", "completed")
    assert intake.reading.statuses == {"draft": 1, "ca": 1}
    assert intake.notes["not a referral"] == 4
