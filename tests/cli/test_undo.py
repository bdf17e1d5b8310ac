"""checkin --undo takes the latest answer of a practice back, until the next run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders.commands import call

from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.store import Store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A practice with an open check-in; commands run beside its config."""
    (tmp_path / "referrals.csv").write_text("referred_on,practice_id\n2026-07-01,P1\n")
    (tmp_path / "quietdrop.toml").write_text('[source]\nreferrals = "referrals.csv"\n')
    monkeypatch.chdir(tmp_path)
    store = Store.open("sqlite:///quietdrop.db")
    with store.begin() as conn:
        day = date(2026, 7, 6)
        store.checkins.save(conn, CheckIn("P1", "Lakeside", "ann@example.com", Kind.DRIFT, day))
    return store


def test_an_answer_is_taken_back_and_its_check_in_is_open_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [before] = store.checkins.open()
    assert call(monkeypatch, "checkin", "P1", "--outcome", "retired") == 0
    assert store.checkins.open() == []
    assert call(monkeypatch, "checkin", "P1", "--undo") == 0
    assert "retired is undone; it stays on record" in capsys.readouterr().out
    assert store.checkins.open() == [before]
    assert store.touches.all() == []
    assert [entry.action for entry in store.audit.entries()] == ["undid", "answered"]


def test_a_complaint_that_an_answer_opened_is_gone_with_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(monkeypatch, "checkin", "P1", "--outcome", "retired") == 0
    assert call(monkeypatch, "checkin", "P1", "--outcome", "complaint") == 0
    assert [c.kind for c in store.checkins.open()] == ["complaint"]
    assert call(monkeypatch, "checkin", "P1", "--undo") == 0
    assert store.checkins.open() == []
    assert call(monkeypatch, "checkin", "P1", "--undo") == 0
    assert [c.kind for c in store.checkins.open()] == ["drift"]


def test_what_cannot_be_undone_is_said_with_what_helps(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "checkin", "P1", "--undo") == 2
    assert "there is no answer to undo" in capsys.readouterr().err
    assert call(monkeypatch, "checkin", "P1", "--outcome", "retired", "--undo") == 2
    assert "--undo takes a practice alone" in capsys.readouterr().err
    assert call(monkeypatch, "checkin", "P1", "--outcome", "retired") == 0
    [answer] = [store.answers.last_of("P1")]
    assert answer is not None
    store.runs.begin(date(2026, 7, 13), True, answer.answered_at)
    assert call(monkeypatch, "checkin", "P1", "--undo") == 2
    said = capsys.readouterr().err
    assert "The next run has begun since" in said
    assert '`quietdrop checkin "P1" --outcome reopened`' in said
