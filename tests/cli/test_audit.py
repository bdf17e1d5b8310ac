"""The audit from the command line: what commands write into it, and how it is read."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.builders.commands import call
from tests.builders.office import ANN, BEA, filled

from quietdrop.domain.audit import FORGOTTEN, AuditAction, AuditEntry
from quietdrop.domain.promise import Promise
from quietdrop.store import Store

MONDAY = date(2026, 7, 6)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The office's practices; commands run beside a config that leads to them, as the user mo."""
    (tmp_path / "referrals.csv").write_text("referred_on,practice_id\n2026-06-01,P1\n")
    (tmp_path / "quietdrop.toml").write_text(
        '[source]\nreferrals = "referrals.csv"\n'
        '[web]\nbase_url = "https://desk.example"\n[visits]\ncalendar_feed = true\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("getpass.getuser", lambda: "mo")
    store = Store.open("sqlite:///quietdrop.db")
    filled(store)
    return store


def said(store: Store) -> list[tuple[str, str, str]]:
    """What the audit has, the newest first, and that all of it is of the user of this machine."""
    entries = store.audit.entries()
    assert {entry.who for entry in entries} <= {"local: mo"}
    return [(entry.action, entry.about, entry.detail) for entry in entries]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            ("touch", "P1", "--kind", "lunch", "--on", "2026-07-06", "--cost", "84.5"),
            [("gave", "P1", "84.50, for the team"), ("logged", "P1", "lunch, July 6, 2026")],
        ),
        (
            ("snooze", "P1", "--until", "2027-01-04"),
            [("answered", "P1", "snoozed, until January 4, 2027")],
        ),
        (("assign", "P1", BEA), [("decided", "P1", f"assignment: {BEA}")]),
        (
            ("cover", ANN, BEA, "--from", "2026-08-03"),
            [("decided", "", f"cover: {ANN}, {BEA} 2026-08-03")],
        ),
        (
            ("closure", "add", "--from", "2026-03-02", "--to", "2026-03-03", "--location", "Salem"),
            [("decided", "", "closure: Salem, 2026-03-02/2026-03-03")],
        ),
        (("aliases", "exclude", "P1"), [("decided", "P1", "not a practice")]),
        (("forget", "P1", "--yes"), [("forgot", FORGOTTEN, "")]),
        (("calendar", ANN), [("changed", "", f"the address of a calendar: {ANN}")]),
        (("calendar", ANN, "--end"), []),
    ],
    ids=str,
)
def test_a_command_writes_who_did_what(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    lines: list[tuple[str, str, str]],
) -> None:
    assert call(monkeypatch, *words) == 0
    assert said(store) == lines


def test_a_promise_is_marked_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.begin() as conn:
        number = store.promises.save(conn, Promise("P1", "Call", MONDAY, MONDAY, ANN, ANN))
    for action in ("keep", "keep", "reopen"):
        assert call(monkeypatch, "promises", action, str(number)) == 0
    due = "a promise due 2026-07-06"
    assert said(store) == [("reopened", "P1", due), ("kept", "P1", due)]


def test_what_is_undone_is_told_with_what_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(monkeypatch, "assign", "P1", BEA)
    assert call(monkeypatch, "undo", "1") == 0
    assert call(monkeypatch, "undo", "1") == 2
    call(monkeypatch, "touch", "P1", "--on", "2026-07-06")
    assert call(monkeypatch, "checkin", "P1", "--undo") == 0
    assert [line for line in said(store) if line[0] == "undid"] == [
        ("undid", "P1", "visit, July 6, 2026"),
        ("undid", "P1", f"decision 1, assignment: {BEA}"),
    ]


def test_a_file_of_touches_is_one_line(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "touches.csv").write_text(
        "touched_on,practice_id,kind\n2026-07-06,P1,visit\n2026-07-06,P2,call\n"
    )
    for _ in range(2):
        assert call(monkeypatch, "checkin", "--from", "touches.csv") == 0
    assert said(store) == [("imported", "", "touches: 2, promises: 0")]


def test_forgetting_takes_the_practice_out_of_every_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(monkeypatch, "touch", "P1", "--cost", "84", "--recipient", "Dr. Brandt")
    call(monkeypatch, "assign", "P1", BEA)
    call(monkeypatch, "forget", "P1", "--yes")
    assert {about for _, about, _ in said(store)} == {FORGOTTEN}
    assert "Brandt" not in str(said(store))
    assert "P1" not in str(said(store))


def test_it_is_read_as_lines_as_json_and_as_a_file(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(monkeypatch, "audit") == 0
    assert "Nothing is recorded yet." in capsys.readouterr().out
    at = datetime(2026, 7, 6, 7, 30, tzinfo=UTC)
    for about in ("P1", "P9", FORGOTTEN):
        store.audit.note(AuditEntry(at, "=1+1", AuditAction.ANSWERED, about, "retired"))
    assert call(monkeypatch, "audit", "--most", "2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "July 6, 2026, 07:30 UTC  =1+1  answered: retired, (forgotten)",
        "July 6, 2026, 07:30 UTC  =1+1  answered: retired, Willow Clinic",
    ]
    assert call(monkeypatch, "audit", "--json") == 0
    assert [line["about"] for line in json.loads(capsys.readouterr().out)] == [
        FORGOTTEN,
        "P9",
        "P1",
    ]
    assert call(monkeypatch, "audit", "-o", "audit.csv") == 0
    with (tmp_path / "audit.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["who"], row["practice_id"]) for row in rows] == [
        ("'=1+1", FORGOTTEN),
        ("'=1+1", "P9"),
        ("'=1+1", "P1"),
    ]
    assert call(monkeypatch, "audit", "-o", "audit.txt") == 2
