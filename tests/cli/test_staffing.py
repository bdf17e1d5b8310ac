"""assign, cover and undo decide from the command line what the pages offer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders.commands import call
from tests.builders.office import ANN, BEA, filled

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookQuery, BookRow
from quietdrop.domain.decisions import DecisionKind
from quietdrop.store import Store


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A store with the office's practices, and a config that leads to it."""
    (tmp_path / "referrals.csv").write_text("referred_on,practice_id\n2026-06-01,P1\n")
    path = tmp_path / "quietdrop.toml"
    path.write_text('[source]\nreferrals = "referrals.csv"\n')
    store = Store.open(f"sqlite:///{tmp_path}/quietdrop.db")
    filled(store)
    with store.begin() as conn:
        store.book.save(
            conn, [BookRow("P1", "Lakeside", ANN, Status.DRIFTING, "Ann", territory="North")]
        )
    return path


def store_of(config: Path) -> Store:
    return Store.open(f"sqlite:///{config.parent}/quietdrop.db")


def run(monkeypatch: pytest.MonkeyPatch, config: Path, *words: str) -> int:
    return call(monkeypatch, "--config", config, *words)


def test_a_practice_moves_with_its_check_in_and_its_pages(
    monkeypatch: pytest.MonkeyPatch, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, config, "assign", "P1", BEA) == 0
    assert f"{BEA} looks after it" in capsys.readouterr().out
    store = store_of(config)
    [decision] = store.decisions.all()
    assert (decision.kind, decision.subject, decision.value) == (DecisionKind.ASSIGNMENT, "P1", BEA)
    assert decision.decided_by.startswith("local: ")
    assert {c.practice_id for c in store.checkins.open() if c.liaison == BEA} == {"P1", "P9"}
    card = store.cards.get("P1")
    assert card is not None
    assert card.liaison == BEA
    assert store.book.page(BookQuery(liaison=BEA)).total == 1
    [entry] = store.audit.entries()
    assert (entry.about, entry.detail) == ("P1", f"assignment: {BEA}")


def test_a_decision_is_listed_and_undone_by_its_number_once(
    monkeypatch: pytest.MonkeyPatch, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, config, "cover", ANN, BEA, "--from", "2026-08-03") == 0
    capsys.readouterr()
    assert run(monkeypatch, config, "undo") == 0
    assert f"1. cover: {ANN} {BEA} 2026-08-03 (from" in capsys.readouterr().out
    assert run(monkeypatch, config, "undo", "1") == 0
    assert run(monkeypatch, config, "undo", "1") == 2
    assert store_of(config).decisions.all()[0].from_on == date(2026, 8, 3)
    capsys.readouterr()
    run(monkeypatch, config, "undo")
    assert "No decision is in force" in capsys.readouterr().out


def test_a_territory_is_listed_and_given(
    monkeypatch: pytest.MonkeyPatch, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, config, "territory") == 0
    assert "North: 1 (Ann 1)" in capsys.readouterr().out
    assert run(monkeypatch, config, "territory", "north", BEA, "--from", "2026-08-03") == 0
    assert f"North: {BEA} has 1 practice now." in capsys.readouterr().out
    store = store_of(config)
    [decision] = store.decisions.all()
    assert (decision.kind, decision.subject, decision.value) == ("territory", "North", BEA)
    assert decision.from_on == date(2026, 8, 3)
    assert [row.liaison for row in store.book.rows(BookQuery())] == [BEA]


def test_a_liaison_is_given_a_name_and_a_budget(
    monkeypatch: pytest.MonkeyPatch, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("liaison", ANN, "--name", "Ann W. Ross", "--budget", "4")
    assert run(monkeypatch, config, *words) == 0
    assert f"{ANN}: Ann W. Ross, 4 check-ins a week" in capsys.readouterr().out
    [decision] = store_of(config).decisions.all()
    assert (decision.subject, decision.value) == (ANN, "4 Ann W. Ross")


@pytest.mark.parametrize(
    "words",
    [
        ("assign", "P1", "nobody"),
        ("assign", "P77", BEA),
        ("cover", ANN, ANN),
        ("territory", "North"),
        ("territory", "North", "nobody"),
        ("territory", "West", BEA),
        ("liaison", ANN),
        ("liaison", ANN, "--budget", "101"),
        ("liaison", "nobody", "--name", "Ann"),
        ("cover", ANN, BEA, "--from", "2026-08-03", "--to", "2026-08-02"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, config: Path, words: tuple[str, ...]
) -> None:
    assert run(monkeypatch, config, *words) == 2
    assert store_of(config).decisions.all() == []
