"""Of several files it is known which of them sent what, so that one that stops is noticed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.feed_health import silent_sources

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)
EPOCH = date(1970, 1, 1)
HEADER = "referral_id,referred_on,practice_id,recorded_on\n"


def read(setting: Path | str, **more: Any) -> Intake:
    return ingest.read(SourceSettings(referrals=str(setting), **more), AS_OF, TODAY)


def told(intake: Intake) -> list[tuple[str, str, int]]:
    """Source, day and referrals."""
    sources, days, referrals = (intake.by_source[c].tolist() for c in intake.by_source)
    dates = [str(EPOCH + timedelta(days=day)) for day in days]
    return list(zip(sources, dates, referrals, strict=True))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "north.csv").write_text(
        HEADER + "1,2024-01-15,p,\n2,2024-01-15,q,\n2,2024-01-15,q,\n3,2024-01-16,p,\n"
    )
    (folder / "south.csv").write_text(
        HEADER
        + "3,2024-01-16,p,\n,2024-01-17,p,\n,,p,\n5,2024-02-01,p,\n6,2024-01-18,p,2024-02-09\n"
    )
    return folder


@pytest.mark.parametrize("pattern", ["", "*.csv"])
def test_each_files_own_referrals_by_day(folder: Path, pattern: str) -> None:
    assert told(read(folder / pattern if pattern else folder)) == [
        ("north.csv", "2024-01-15", 2),
        ("north.csv", "2024-01-16", 1),
        ("south.csv", "2024-01-16", 1),
        ("south.csv", "2024-01-17", 1),
    ]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for site in ("north", "south"):
        (tmp_path / site).mkdir()
        (tmp_path / site / "r.csv").write_text(HEADER + "1,2024-01-15,p,\n")
    assert told(read(tmp_path / "**" / "*.csv")) == [
        ("north/r.csv", "2024-01-15", 1),
        ("south/r.csv", "2024-01-15", 1),
    ]


def test_one_file_is_no_several(folder: Path) -> None:
    assert read(folder / "north.csv").by_source.empty
    assert read(folder / "n*.csv").by_source.empty


def test_the_feed_notices_the_file_that_stopped(tmp_path: Path) -> None:
    for site, last in (("north", AS_OF), ("south", AS_OF - timedelta(days=21))):
        days = [last - timedelta(days=back) for back in range(1, 365)]
        rows = "".join(f",{day},p,\n" for day in days for _ in range(2))
        (tmp_path / f"{site}.csv").write_text(HEADER + rows)
    [fault] = silent_sources(read(tmp_path).by_source, AS_OF, None)
    assert fault.startswith("The file south.csv ends on January 10, 2024")
