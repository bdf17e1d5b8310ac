"""closure: what it looks like, what was decided, and taking it back."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.builders.clinic import Clinic

MONDAY = date(2026, 5, 25)


@pytest.fixture
def clinic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clinic:
    """Two places with ten practices each; Salem took nobody for three weeks."""
    here = Clinic(tmp_path, capsys)
    rows = ["referred_on,practice_name,location"]
    for back in range(1, 500):
        day = date.today() - timedelta(days=back)
        shut = 30 <= back <= 50
        for place in ("Dover", *(() if shut else ("Salem",))):
            if day.weekday() < 5:
                rows += [f"{day},{place} {number},{place}" for number in range(10)]
    here.source("r.csv", "\n".join(rows).encode())
    return here


def test_it_lists_what_looks_closed_and_how_to_say_so(clinic: Clinic) -> None:
    said = clinic.call("closure")
    assert said.code == 0
    assert "looks closed: " in said.out
    assert "quietdrop closure add --from " in said.out
    assert "--location Salem, or closure refuse …\ndecided: 0\n" in said.out


def test_what_is_added_is_asked_no_more_and_can_be_undone(clinic: Clinic) -> None:
    [asked] = json.loads(clinic.call("closure", "--json").out)["asked"]
    span = ("--from", asked["closed_from"], "--to", asked["closed_to"], "--location", "Salem")
    assert "Recorded: 1." in clinic.call("closure", "add", *span).out
    assert "Recorded: 0." in clinic.call("closure", "add", *span).out
    after = json.loads(clinic.call("closure", "--json").out)
    assert after["asked"] == []
    [decided] = after["decided"]
    assert decided["kind"] == "closure"
    assert clinic.call("closure", "undo", str(decided["id"])).out.startswith("Undone: ")
    assert len(json.loads(clinic.call("closure", "--json").out)["asked"]) == 1


def test_what_is_refused_is_asked_no_more(clinic: Clinic) -> None:
    [asked] = json.loads(clinic.call("closure", "--json").out)["asked"]
    span = ("--from", asked["closed_from"], "--to", asked["closed_to"], "--location", "Salem")
    assert clinic.call("closure", "refuse", *span).out.startswith("not closed: ")
    assert json.loads(clinic.call("closure", "--json").out)["asked"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add",), "Say when: quietdrop closure add --from DAY --to DAY."),
        (("add", "--from", "2026-05-02", "--to", "2026-05-01"), "is before --from"),
        (("add", "--from", "May", "--to", "2026-05-01"), '--from "May" is not a date'),
        (("undo",), "Say which by its number"),
        (("undo", "7"), "No decision 7 is in force"),
    ],
)
def test_bad_usage_exits_with_2_and_says_why(
    clinic: Clinic, words: tuple[str, ...], why: str
) -> None:
    clinic.call("closure", "add", "--from", "2020-01-01", "--to", "2020-01-02")
    said = clinic.call("closure", *words)
    assert said.code == 2
    assert why in said.err
