"""Every row of the tables in docs/intake.md is true, as somebody at a terminal would see it."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.builders.commands import call
from tests.ingest.shapes import CASES, case

from quietdrop.ingest.profiles import PROFILES, Profile
from quietdrop.ingest.propose import propose

PAGE = (Path(__file__).parents[2] / "docs" / "intake.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| ([^|]+) \| ([\w-]+)/(\S+) \| (init[^|]*) \| ([^|]+) \| ([^|]*)\|$", PAGE, re.MULTILINE
)
SYSTEMS = dict(re.findall(r"^\| ([^|]+) \| (unverified|https://\S+) \|$", PAGE, re.MULTILINE))
TODAY = datetime(2026, 11, 26, 9, tzinfo=UTC)
NO_FILES = {"midnight-dst-slot-lost"}  # a time of the scheduler
PATIENT = ("Phinn", "Zzyzx", "Quince")  # whose names stand in the files


@pytest.fixture
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever command is run, today is TODAY."""
    from quietdrop.cli import app, check, first_config, init, run

    for module in (app, check, first_config, init, run):
        if hasattr(module, "now"):
            monkeypatch.setattr(module, "now", lambda: TODAY)


def source_of(name: str, file: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """Return what `--from` names: the copied file, or the database that the script makes."""
    path = case(name, folder / "given") / file
    if path.suffix != ".sql":
        return str(path)
    url: str = request.getfixturevalue("mariadb_url")
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        for statement in path.read_text().split(";\n"):
            sql = statement.strip().rstrip(";")
            if sql and "DATABASE" not in sql.upper():
                connection.exec_driver_sql(sql.replace("%", "%%"))
    return url


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
@pytest.mark.usefixtures("on_a_day")
def test_a_shape_is_recognized_as_the_page_says(
    row: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    _, name, file, commands, recognized, asked = row
    (tmp_path / "given").mkdir()
    source = source_of(name, file, tmp_path, request)
    monkeypatch.chdir(tmp_path)
    code = call(monkeypatch, "init", "--from", source)
    said = "".join(capsys.readouterr())
    if asked.strip():
        if "check" in commands:
            assert call(monkeypatch, "check") == 1
            said += "".join(capsys.readouterr())
        else:
            assert code == 2 or "A day and a practice are needed" in said
        assert asked.strip() in said
    else:
        assert code == 0
        call(monkeypatch, "check")
        said += "".join(capsys.readouterr())
        assert "source   ok" in said
        code = call(monkeypatch, "run", "--dry-run", "--as-of", "2026-11-26")
        said += "".join(capsys.readouterr())
        assert code in (0, 3)  # 3: the sample is old, or too small a feed
        assert "rows read: " in said
    for words in recognized.strip().split("; "):
        assert words in said
    assert not any(patient in said for patient in PATIENT)


def test_the_table_has_forty_shapes_and_all_cases() -> None:
    cases = {path.name for path in CASES.iterdir()} - NO_FILES
    assert len(ROWS) >= 40
    assert {name for _, name, *_ in ROWS} == cases


def test_every_profile_names_its_source() -> None:
    assert {profile.name: profile.source for profile in PROFILES} == SYSTEMS


HEADERS = Path(__file__).parent / "headers"


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_profile_is_recognized_by_the_header_of_its_file(
    profile: Profile, tmp_path: Path
) -> None:
    file = re.sub(r"\W+", "-", profile.name.lower()).strip("-") + ".csv"
    shutil.copy(HEADERS / file, tmp_path / "export.csv")
    proposal = propose(str(tmp_path / "export.csv"))
    assert f"looks like {profile.name}" in proposal.remarks
    header = (HEADERS / file).read_text().splitlines()[0].split(",")
    assert set(profile.signature) <= set(header)
    allowed = {our for our in profile.columns if our in proposal.columns}
    assert {our: proposal.columns[our] for our in allowed} == {
        our: profile.columns[our] for our in allowed
    }
    asked = [remark for remark in proposal.remarks if "since it may name patients" in remark]
    assert len(allowed) + len(asked) == len(profile.columns)
