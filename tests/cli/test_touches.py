"""What is logged by command or from a file: complaints, answers, visits, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders.commands import call

from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.store import Store


def test_a_complaint_stays_open_until_it_is_said_to_be_resolved(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ("--config", config)
    assert call(monkeypatch, *base, "touch", "P001", "--kind", "complaint") == 0
    assert call(monkeypatch, *base, "checkin", "P001", "--outcome", "bored") == 2
    assert call(monkeypatch, *base, "checkin", "P001", "--outcome", "staff change") == 0
    assert "Stays open until" in capsys.readouterr().out
    assert call(monkeypatch, *base, "checkin", "P001", "--outcome", "resolved") == 0
    assert call(monkeypatch, *base, "checkin", "P001", "--outcome", "resolved") == 2
    assert "has no open check-in" in capsys.readouterr().err


def test_a_vacation_needs_a_later_day(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ("--config", config, "checkin", "P001", "--outcome", "vacation", "--on", "2020-07-06")
    assert call(monkeypatch, *base) == 2
    assert call(monkeypatch, *base, "--until", "2020-07-06") == 2
    assert "give --until a later day" in capsys.readouterr().err
    store = Store.open(f"sqlite:///{config.parent}/quietdrop.db")
    with store.begin() as conn:
        store.checkins.save(conn, CheckIn("P001", "P001", "", Kind.DRIFT, date(2020, 7, 1)))
    assert call(monkeypatch, *base, "--until", "2020-08-03") == 0
    assert "vacation, until August 3, 2020. Hidden until then" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("snooze", "P001", "--until", "2999-01-01"),
        ("checkin", "P001", "--outcome", "nothing wrong"),
        ("checkin", "P001", "--outcome", "vacation", "--until", "2999-01-01"),
        ("checkin", "P001", "--outcome", "access", "--until", "2999-01-01"),
    ],
)
def test_nothing_hides_a_complaint(
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    assert call(monkeypatch, "--config", config, "touch", "P001", "--kind", "complaint") == 0
    assert call(monkeypatch, "--config", config, *words) == 2
    said = capsys.readouterr().err
    assert "a complaint is open, and only its resolution ends it" in said
    assert "--outcome resolved" in said
    store = Store.open(f"sqlite:///{config.parent}/quietdrop.db")
    assert store.snoozes.all() == []
    assert len(store.touches.all()) == 1


def test_a_file_of_touches_hides_no_complaint(
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "touches.csv"
    file.write_text(
        "touched_on,practice_id,kind,outcome,snooze_until\n"
        "2026-07-01,P001,visit,complaint,\n"
        "2026-07-02,P001,call,nothing wrong,\n"
        "2026-07-02,P001,call,vacation,2999-01-01\n"
        "2026-07-02,P002,call,nothing wrong,\n"
    )
    assert call(monkeypatch, "--config", config, "checkin", "--from", file) == 0
    said = capsys.readouterr().out
    assert "recorded: 2" in said
    assert "left out: 2, a complaint is open, and only its resolution ends it" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["touch", "P1"], 'No practice "P1" is known'),
        (["snooze", "nowhere", "--until", "2999-01-01"], 'No practice "nowhere" is known'),
        (["checkin", "nowhere", "--outcome", "retired"], 'No practice "nowhere" is known'),
        (["checkin", "P001"], "Say what was learned with --outcome, one of: access"),
        (["checkin", "P001", "--outcome", "vacation"], "A vacation needs the day"),
        (["checkin", "P001", "--outcome", "retired", "--on", "2999-01-01"], "is in the future"),
        (["touch", "P001", "--on", "2999-01-01"], "is in the future"),
        (["checkin", "P001", "--from", "touches.csv"], "and not both"),
        (["checkin"], "Name a practice, or a file"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_recorded(
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    expected: str,
) -> None:
    assert call(monkeypatch, "--config", config, *words) == 2
    assert expected in capsys.readouterr().err
    store = Store.open(f"sqlite:///{config.parent}/quietdrop.db")
    assert (store.touches.all(), store.snoozes.all()) == ([], [])


def test_touches_from_a_file_count_once_and_bad_rows_are_told_by_reason(
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = (
        "touched_on,practice_id,liaison_email,kind,whom,outcome,snooze_until",
        "2026-07-01,P001,ann@example.com,visit,Dana,complaint,",
        "2026-07-03,P001,ann@example.com,call,Dana,resolved,",
        "2026-07-03,P002,ann@example.com,call,,retired,",
        "2026-07-03,P003,ann@example.com,call,,bored,",
        "2026-07-03,P004,ann@example.com,call,,vacation,",
        "2026-07-03,nobody,ann@example.com,call,,access,",
        "soon,P004,ann@example.com,call,,access,",
        "2999-07-03,P004,ann@example.com,call,,access,",
    )
    file = tmp_path / "touches.csv"
    file.write_text("\n".join(rows))
    assert call(monkeypatch, "--config", config, "checkin", "--from", file) == 0
    printed = capsys.readouterr().out
    assert "recorded: 3" in printed
    for reason in ("outcome not known", "vacation without a day until which", "no day"):
        assert f"left out: 1, {reason}" in printed
    assert "left out: 1, unknown practice" in printed
    assert "left out: 1, a day that is in the future" in printed
    store = Store.open(f"sqlite:///{config.parent}/quietdrop.db")
    assert [(c.practice_id, c.state, c.outcome) for c in store.checkins.all()] == [
        ("P001", "closed", "resolved")
    ]
    assert call(monkeypatch, "--config", config, "checkin", "--from", file) == 0
    assert "left out: 3, recorded before" in capsys.readouterr().out
    assert len(store.touches.all()) == 3
