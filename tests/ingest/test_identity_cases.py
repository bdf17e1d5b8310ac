"""Exports in which one clinic goes by two spellings or ids: what `run` and `assess` say of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from quietdrop.cli import main

CASES = Path(__file__).parents[1] / "cases" / "intake"
AS_OF = ["--as-of", "2026-11-23"]
Quietdrop = Callable[..., int]


@pytest.fixture
def quietdrop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case: str) -> Quietdrop:
    """The command in a folder of its own, with a case's files; returns the exit code."""
    shutil.copytree(CASES / case, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["quietdrop", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return typed


def assessed(quietdrop: Quietdrop) -> pd.DataFrame:
    assert quietdrop("assess", "-o", "a.csv", *AS_OF) == 0
    return pd.read_csv("a.csv", dtype={"practice_id": str}).set_index("practice_id")


@pytest.mark.parametrize(
    ("case", "key", "spelled"),
    [
        pytest.param(
            "case-only-name",
            "Practice 007 Family Medicine",
            "Practice 007 Family Medicine",
            id="case",
        ),
        pytest.param(
            "name-spelling-nfd-case", "Clínica Peña", "Clínica Peña", id="decomposed accents"
        ),
        pytest.param(
            "name-spelling-nfd-case",
            "Oak Hill Family Medicine",
            "Oak Hill Family Medicine",
            id="capitals",
        ),
        pytest.param(
            "name-cp1252-then-utf8",
            "St. Mary’s Clinic P007",
            "St. Mary’s Clinic P007",
            id="Windows-1252",
        ),
        pytest.param("id-leading-zero", "007", "Practice 007 Family Medicine", id="leading zeros"),
    ],
)
def test_one_clinic_in_two_spellings_is_one_steady_practice(
    quietdrop: Quietdrop, key: str, spelled: str
) -> None:
    table = assessed(quietdrop)
    assert len(table) == 20
    assert table.loc[key, "practice_name"] == spelled
    assert table.loc[key, "status"] == "steady"
    assert table.index[table["listed"]].str.contains("003").tolist() == [True]


@pytest.mark.parametrize("case", ["rekeyed-same-name"])
def test_the_same_name_under_another_id_is_told_as_that_and_not_listed(
    quietdrop: Quietdrop,
) -> None:
    table = assessed(quietdrop)
    assert not table.loc["P007", "listed"]
    assert "the same practice under another id" in str(table.loc["P007", "reason"])
    assert "P907" in str(table.loc["P007", "reason"])
    assert table.index[table["listed"]].tolist() == ["P003"]


@pytest.mark.parametrize("case", ["all-rekeyed"])
def test_new_ids_for_all_hold_the_run_until_they_are_accepted(
    quietdrop: Quietdrop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert quietdrop("run", *AS_OF) == 3
    assert "quietdrop aliases accept --rekeyed" in capsys.readouterr().err
    assert not assessed(quietdrop)["listed"].any()
    assert quietdrop("aliases", "accept", "--rekeyed") == 0
    assert quietdrop("run", *AS_OF) == 0
    table = assessed(quietdrop)
    assert len(table) == 20
    assert table.index[table["listed"]].tolist() == ["P003"]
    assert table.loc["P007", "status"] == "steady"


@pytest.mark.parametrize("case", ["all-rekeyed"])
def test_a_forced_run_lists_nobody_whose_look_alike_began(quietdrop: Quietdrop) -> None:
    assert quietdrop("run", "--force", *AS_OF) == 0
    assert not assessed(quietdrop)["listed"].any()


@pytest.mark.parametrize("case", ["all-rekeyed"])
def test_what_was_accepted_can_be_listed_exported_and_undone(
    quietdrop: Quietdrop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert quietdrop("aliases", "accept", "L-007", "P007") == 0
    assert quietdrop("aliases", "refuse", "L-008", "P008") == 0
    capsys.readouterr()
    assert quietdrop("aliases") == 0
    said = capsys.readouterr().out
    assert "proposed: 17" in said
    assert "decided: 2" in said
    assert "1. L-007 is Practice 007 Family Medicine (P007)" in said
    assert quietdrop("check") == 1  # the feed still looks rekeyed
    assert "alias 1, refused alias 1" in capsys.readouterr().out
    assert quietdrop("aliases", "--export", "practices.csv") == 0
    assert Path("practices.csv").read_text().splitlines() == [
        "practice_id,practice_name,aliases",
        "P007,Practice 007 Family Medicine,L-007",
    ]
    assert quietdrop("aliases", "undo", "1") == 0
    assert quietdrop("aliases", "undo", "1") == 2
    assert "L-007" in assessed(quietdrop).index
