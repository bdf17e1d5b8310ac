"""Which way round the source writes its days."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from quietdrop.config import SourceSettings
from quietdrop.ingest.day_order import day_order


def _written(folder: Path, *days: str) -> SourceSettings:
    rows = "".join(f"{day},P1\n" for day in days)
    (folder / "referrals.csv").write_text(f"referred_on,practice_id\n{rows}", encoding="utf-8")
    return SourceSettings(referrals=str(folder / "referrals.csv"))


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("11/23/2026", "01/02/2026"), "month-first"),
        (("23/11/2026", "01/02/2026"), "day-first"),
        (("01/02/2026", "03/04/2026"), None),  # both ways round alike
        (("2026-11-23",), "iso"),
        (("11/23/2026 07:15 AM",), "month-first"),
    ],
)
def test_the_rows_show_the_order(tmp_path: Path, days: tuple[str, ...], order: str | None) -> None:
    assert day_order(_written(tmp_path, *days)) == order


def test_what_the_config_says_wins(tmp_path: Path) -> None:
    source = _written(tmp_path, "11/23/2026").model_copy(update={"dates": "day-first"})
    assert day_order(source) == "day-first"


def test_a_source_that_cannot_be_read_shows_none(tmp_path: Path) -> None:
    assert day_order(SourceSettings(referrals=str(tmp_path / "gone.csv"))) is None


def test_a_database_shows_its_order(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table sent (day text, practice_id text)"))
        connection.execute(sa.text("insert into sent values ('11/23/2026', 'P1')"))
    engine.dispose()
    columns = {"referred_on": "day"}
    assert day_order(SourceSettings(referrals=url, table="sent", columns=columns)) == "month-first"
