"""decisions lists what was decided, and writes it in the directory's format."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders.commands import call

from quietdrop.config import load
from quietdrop.ingest.directory import read_directory
from quietdrop.store import Store

ANN, BEA = "ann@clinic.example", "bea@clinic.example"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A clinic of three practices, and no run yet."""
    (tmp_path / "referrals.csv").write_text("referred_on,practice_id\n2026-06-01,P1\n")
    (tmp_path / "practices.csv").write_text(
        f"practice_id,practice_name,liaison_email\nP1,Lakeside,{ANN}\nP2,=Hill,{ANN}\n"
    )
    path = tmp_path / "quietdrop.toml"
    path.write_text('[source]\nreferrals = "referrals.csv"\npractices = "practices.csv"\n')
    Store.open(f"sqlite:///{tmp_path}/quietdrop.db")
    return path


def run(monkeypatch: pytest.MonkeyPatch, config: Path, *words: str) -> int:
    return call(monkeypatch, "--config", config, *words)


def test_the_tables_that_are_written_say_the_same_where_they_are_read(
    monkeypatch: pytest.MonkeyPatch,
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    days = ("--from", "2026-07-10", "--to", "2026-07-20")
    assert run(monkeypatch, config, "assign", "P2", BEA) == 0
    assert run(monkeypatch, config, "cover", ANN, BEA, *days) == 0
    assert run(monkeypatch, config, "liaison", BEA, "--name", "Bea", "--budget", "3") == 0
    assert (
        run(monkeypatch, config, "closure", "add", "--from", "2026-05-01", "--to=2026-05-02") == 0
    )
    capsys.readouterr()
    folder = tmp_path / "decided"
    assert run(monkeypatch, config, "decisions", "--export", str(folder)) == 0
    assert "practices.csv: 1 row\n" in capsys.readouterr().out
    config.write_text(
        '[source]\nreferrals = "referrals.csv"\npractices = "decided/practices.csv"\n'
        'liaisons = "decided/liaisons.csv"\nclosures = "decided/closures.csv"\n'
    )
    directory = read_directory(load(config, {}).source)
    assert {key: one.liaison for key, one in directory.practices.items()} == {"P2": BEA}
    ann, bea = directory.liaisons[ANN], directory.liaisons[BEA]
    assert (ann.cover, ann.away_from, ann.away_to) == (
        BEA,
        date(2026, 7, 10),
        date(2026, 7, 20),
    )
    assert (bea.name, bea.budget) == ("Bea", 3)
    [closure] = directory.closures
    assert (closure.closed_from, closure.closed_to) == (date(2026, 5, 1), date(2026, 5, 2))


def test_a_decision_that_was_undone_is_neither_listed_nor_written(
    monkeypatch: pytest.MonkeyPatch,
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, config, "assign", "P2", BEA) == 0
    capsys.readouterr()
    assert run(monkeypatch, config, "decisions") == 0
    assert f"1. assignment: P2 {BEA} (from " in capsys.readouterr().out
    assert run(monkeypatch, config, "undo", "1") == 0
    capsys.readouterr()
    assert run(monkeypatch, config, "decisions", "--export", str(tmp_path / "decided")) == 0
    assert "No decision belongs into a table" in capsys.readouterr().out
    assert not (tmp_path / "decided").exists()


def test_a_link_is_not_written_through(
    monkeypatch: pytest.MonkeyPatch, config: Path, tmp_path: Path
) -> None:
    assert run(monkeypatch, config, "assign", "P2", BEA) == 0
    before = (tmp_path / "practices.csv").read_text()
    (tmp_path / "decided").mkdir()
    (tmp_path / "decided" / "practices.csv").symlink_to(tmp_path / "practices.csv")
    assert run(monkeypatch, config, "decisions", "--export", str(tmp_path / "decided")) == 2
    assert (tmp_path / "practices.csv").read_text() == before
