"""What a shell is offered, and that a name from data stays harmless in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders.commands import call

from quietdrop.cli.completion import MOST_OFFERED, offers
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.store import Store

NAMES = {"P1": "Lakeside Family", "P2": "Summit", "L3": "Park"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ["L3", "P1", "P2"]),
        ("p", ["P1", "P2", "Park"]),
        ("lake", ["Lakeside Family"]),
        ("l", ["L3", "Lakeside Family"]),
        ("nobody", []),
    ],
)
def test_ids_and_names_that_begin_as_typed(typed: str, words: list[str]) -> None:
    assert sorted(word for word, _ in offers(NAMES, typed)) == words


def test_the_name_stands_beside_its_id() -> None:
    assert offers(NAMES, "P1") == [("P1", "Lakeside Family")]


def test_a_space_is_escaped_for_bash_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_QUIETDROP_COMPLETE", "complete_bash")
    assert offers(NAMES, "Lake") == [("Lakeside\\ Family", "P1")]
    monkeypatch.setenv("_QUIETDROP_COMPLETE", "complete_zsh")
    assert offers(NAMES, "Lake") == [("Lakeside Family", "P1")]


@pytest.mark.parametrize("name", ["x$(rm -rf ~)", "x`id`", "x'; id; '", "x\x1b[2J", "x" * 10_000])
def test_a_hostile_name_is_no_offer_and_its_id_is(name: str) -> None:
    [(word, beside)] = offers({"x1": name}, "x")
    assert word == "x1"
    assert not set(beside) & set("$`'\x1b;()")


def test_ten_thousand_practices_are_not_all_offered() -> None:
    assert len(offers({f"P{i:05d}": "" for i in range(10_000)}, "P")) == MOST_OFFERED


def complete(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str
) -> list[str]:
    monkeypatch.setenv("_QUIETDROP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert call(monkeypatch) == 0
    return [line for line in capsys.readouterr().out.splitlines() if line]


def test_the_shell_is_told_of_commands_and_of_the_stores_practices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "quietdrop.toml").write_text('[source]\nreferrals = "r.csv"\n')
    monkeypatch.chdir(tmp_path)
    assert complete(monkeypatch, capsys, "quietdrop reh") == ["rehearse"]
    assert complete(monkeypatch, capsys, "quietdrop touch P") == []
    assert not (tmp_path / "quietdrop.db").exists()
    store = Store.open("sqlite:///quietdrop.db")
    with store.begin() as conn:
        opened = date(2026, 7, 6)
        store.checkins.save(conn, CheckIn("P7", "Lakeside", "ana@example.com", Kind.DRIFT, opened))
    assert complete(monkeypatch, capsys, "quietdrop touch P") == ["P7"]
    assert complete(monkeypatch, capsys, "quietdrop explain lake") == ["Lakeside"]


def test_a_broken_config_completes_nothing_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "quietdrop.toml").write_text("[source\n")
    monkeypatch.chdir(tmp_path)
    assert complete(monkeypatch, capsys, "quietdrop touch P") == []
