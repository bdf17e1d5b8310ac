"""`quietdrop fleet`: many clinics by one command, with one summary and one exit code."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from benchmarks.faults.post import Post
from benchmarks.fleet.clinics import MESSAGES, MONDAY, ROWS, STOPPED, write_clinic, write_fleet
from tests.builders.commands import call
from tests.builders.fleet_scene import store_of, undelivered

from quietdrop.lib.file_lock import locked

DRY = ("--as-of", MONDAY.isoformat(), "--dry-run")


def test_one_bad_file_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = write_fleet(tmp_path, "lake", "hill", "moor")
    (tmp_path / "hill/referrals.csv").write_bytes(b"\x00\xff not a table")
    assert call(monkeypatch, "fleet", "run", fleet, *DRY, "--json", "--jobs", "2") == 1
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [said[key] for key in ("done", "held", "failed", "exit_code")] == [2, 0, 1, 1]
    lake, hill, moor = said["clinics"]
    good = {"state": "done", "words": "", "as_of": "2026-07-06", "listed": STOPPED}
    good |= {"rows_read": ROWS}
    assert lake == {"name": "lake"} | good
    assert moor == {"name": "moor"} | good
    assert (hill["name"], hill["state"]) == ("hill", "failed")
    assert "hill/referrals.csv" in hill["words"]


def test_only_holds_exit_with_3_and_the_summary_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = write_fleet(tmp_path, "lake", "hill")
    referrals = (tmp_path / "hill/referrals.csv").read_text().splitlines()
    kept = [line for line in referrals if line < "2026-05-01" or line == referrals[0]]
    (tmp_path / "hill/referrals.csv").write_text("\n".join(kept))
    assert call(monkeypatch, "fleet", "run", fleet, *DRY) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("hill  held  2026-07-06  Held: ")
    assert lines[1:] == ["clinics 2: done 1, held 1, failed 0"]


def test_a_bad_fleet_file_exits_with_2_and_runs_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = write_fleet(tmp_path, "lake")
    fleet.write_text(fleet.read_text() + '[[clinic]]\nname = "LAKE"\nconfig = "hill.toml"\n')
    assert call(monkeypatch, "fleet", "run", fleet) == 2
    assert "has the name of clinic lake" in capsys.readouterr().err
    assert not (tmp_path / "lake/quietdrop.db").exists()
    assert call(monkeypatch, "fleet", "status", tmp_path / "none.toml") == 2


def test_two_runs_of_one_fleet_are_not_under_way_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = write_fleet(tmp_path, "lake")
    with locked(fleet) as alone:
        assert alone
        assert call(monkeypatch, "fleet", "run", fleet, "--due") == 1
    assert "another `quietdrop fleet run` of this file is under way" in capsys.readouterr().err
    assert not (tmp_path / "lake/quietdrop.db").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--dry-run"),
        ("status", "--due"),
        ("run", "--due", "--as-of", "2026-07-06"),
        ("run", "--as-of", "yesterday"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    fleet = write_fleet(tmp_path, "lake")
    assert call(monkeypatch, "fleet", words[0], fleet, *words[1:]) == 2


def test_a_slot_that_has_come_is_run_once_after_its_offset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Due every minute and without an offset lake runs; hill, due on a day long past, only sends
    what it owes, which is nothing. Then status has a word for both."""
    with Post() as post:
        now = datetime.now(UTC)
        fleet = write_fleet(tmp_path, port=post.port, more="stagger_minutes = 0")
        yesterday = (now - timedelta(days=1)).strftime("0 0 %-d %-m *")
        for name, cron in (("lake", "* * * * *"), ("hill", yesterday)):
            write_clinic(tmp_path / name, post.port)
            with fleet.open("a") as file:
                file.write(f'[[clinic]]\nname = "{name}"\nconfig = "{name}/quietdrop.toml"\n')
                file.write(f'cron = "{cron}"\n')
        for name, cron in (("lake", "* * * * *"), ("hill", yesterday)):
            # In force since two minutes ago, so that a slot of lake has come since.
            schedule = f"fleet {cron} UTC"
            store_of(tmp_path / name).heartbeats.beat(schedule, now - timedelta(minutes=2))
        call(monkeypatch, "fleet", "run", fleet, "--due", "--json")
        lake, hill = json.loads(capsys.readouterr().out)["clinics"]
        assert lake["as_of"] == now.date().isoformat()
        assert hill == {
            "name": "hill",
            "state": "done",
            "words": "",
            "due": False,
            "to_retry": 0,
            "sent": 0,
            "failed": 0,
            "unknown": 0,
        }
        assert store_of(tmp_path / "hill").runs.last() is None


def test_status_says_how_each_stands_and_names_no_practice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Post() as post:
        fleet = write_fleet(tmp_path, "lake", "hill", port=post.port)
        lake_alone = tmp_path / "lake.toml"
        lake_alone.write_text('[[clinic]]\nname = "lake"\nconfig = "lake/quietdrop.toml"\n')
        words = ("--as-of", MONDAY.isoformat(), "--send")
        assert call(monkeypatch, "fleet", "run", lake_alone, *words) == 0
        assert capsys.readouterr().out == "clinics 1: done 1, held 0, failed 0\n"
        assert sum(post.copies.values()) == MESSAGES
        assert undelivered(tmp_path / "lake", post.copies) == []
    call(monkeypatch, "fleet", "status", fleet, "--json")
    text = capsys.readouterr().out
    lake, hill = json.loads(text)["clinics"]
    assert (lake["last_run"], lake["open_checkins"]) == ("2026-07-06", STOPPED)
    assert lake["newest_referral"] == "2026-07-03"
    assert hill["state"] == "failed"
    assert "no run has been recorded yet" in hill["words"]
    assert "Practice" not in text
    call(monkeypatch, "fleet", "status", fleet)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("lake  feed  2026-07-06  ")
    assert lines[1].startswith("hill  look  -  sqlite:///")
    assert lines[2] == "clinics 2: well 0, feed 1, look 1"
