"""Inputs of real shapes that were once taken for silence, by the commands as they are typed."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quietdrop.cli import main

CASES = Path(__file__).parents[1] / "cases" / "intake"


class Typed:
    """Runs commands in a copy of a case's folder."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: str) -> tuple[int, str]:
        """Exit code, and all that was printed."""
        self._monkeypatch.setattr(sys, "argv", ["quietdrop", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        said = self._capsys.readouterr()
        return (code if isinstance(code, int) else 0), said.out + said.err

    def assessed(self, as_of: str = "2026-11-23") -> dict[str, dict[str, str]]:
        """The assessment's rows, by practice."""
        code, said = self("assess", "-o", "a.csv", "--as-of", as_of)
        assert code == 0, said
        with Path("a.csv").open(encoding="utf-8") as file:
            return {row["practice_id"]: row for row in csv.DictReader(file)}


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(monkeypatch, capsys)


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "case"
    shutil.copytree(CASES / request.param, folder)
    monkeypatch.chdir(folder)
    return folder


def of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [name], indirect=True, ids=[name])


def in_case(name: str) -> Callable[[Any], Any]:
    def decorate(test: Any) -> Any:
        return of(name)(pytest.mark.usefixtures("case")(test))

    return decorate


def _garble_months() -> None:
    """Make days such as 14-Sep-2026 unreadable."""
    packed = Path("referrals.csv.gz")
    text = gzip.decompress(packed.read_bytes()).decode()
    packed.write_bytes(gzip.compress(re.sub(r"-[A-Z][a-z]{2}-", "-???-", text).encode()))


@in_case("rejected-rows-are-silence")
def test_days_with_month_names_are_read(typed: Typed) -> None:
    row = typed.assessed()["P007"]
    assert (row["status"], row["listed"]) == ("steady", "False")


@in_case("rejected-rows-are-silence")
def test_rejected_rows_are_not_silence(typed: Typed) -> None:
    _garble_months()
    row = typed.assessed()["P007"]
    assert (row["status"], row["listed"]) == ("watching", "False")
    assert "31 of their rows could not be read, so this may be no drop." in row["reason"]
    screen = typed("explain", "P007", "--as-of", "2026-11-23")[1]
    assert "31 of their rows" in " ".join(screen.split())
    code, said = typed("run", "--as-of", "2026-11-23")
    assert (code, "listed: 1" in said) == (0, True)  # P003 stopped, and is listed
    typed("preview", "--as-of", "2026-11-23")
    summary = " ".join(Path("preview/summary-boss-example.org.txt").read_text().split())
    assert "31 of its rows could not be read. They could explain its fall, so it is" in summary
    digest = Path("preview/liaison-example.org.txt").read_text()
    assert "1  Practice 003" in digest
    assert "Watching: Practice 007" in digest


@in_case("rejected-rows-are-silence")
def test_nor_in_a_rehearsal(typed: Typed) -> None:
    _garble_months()
    words = ("rehearse", "--from", "2026-10-26", "--to", "2026-11-23", "-o", "r.csv")
    assert typed(*words)[0] == 0
    with Path("r.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["practice_id"] == "P007"]
    assert len(rows) == 5
    assert {(row["status"], row["listed"]) for row in rows} == {("watching", "False")}


@in_case("short-rows-are-silence")
def test_rows_that_lack_trailing_fields_count(typed: Typed) -> None:
    rows = typed.assessed()
    assert {rows[key]["status"] for key in ("P005", "P007")} == {"steady"}


@pytest.mark.parametrize(
    ("case", "as_of"),
    [
        ("trailing-separator", "2026-11-23"),
        ("sep-line", "2026-07-06"),
        ("cr-only", "2026-07-06"),
        ("dry-run-hides-hold", "2026-11-23"),
    ],
    indirect=["case"],
)
@pytest.mark.usefixtures("case")
def test_every_row_is_read(as_of: str, typed: Typed) -> None:
    code, said = typed("run", "--as-of", as_of, "--dry-run")
    assert code == 0, said
    assert "rows read: 3,281\nrejected: none\nleft out: none" in said
    assert "statuses: steady 19, quiet 1" in said


@in_case("overlapping-exports-counted-again")
def test_overlapping_exports_count_once(typed: Typed) -> None:
    assert float(typed.assessed()["P001"]["baseline_per_week"]) == pytest.approx(1.35, abs=0.2)
    check = typed("check")[1]
    assert "12 files repeat each other's rows (referrals-2026-09-06.csv.gz to referrals-2" in check
    assert "in another file as well 6,178" in typed("run", "--as-of", "2026-11-23")[1]


@in_case("snapshots-with-ids-held")
def test_a_snapshot_that_a_newer_one_contains_holds_nothing(typed: Typed) -> None:
    code, said = typed("run", "--as-of", "2026-11-23")
    assert (code, "state: done" in said) == (0, True)


@of("snapshots-with-ids-held")
def test_a_file_that_the_newer_one_does_not_contain_still_does(case: Path, typed: Typed) -> None:
    older = case / "exports" / "all-2026-10-25.csv.gz"
    rows = gzip.decompress(older.read_bytes()).decode().replace(",R0", ",S0").replace(",P0", ",Q0")
    older.write_bytes(gzip.compress(rows.encode()))
    code, said = typed("run", "--as-of", "2026-11-23")
    assert code == 3
    assert "The file all-2026-10-25.csv.gz ends on October 23, 2026" in said


@of("folder-skips-quietly")
def test_check_names_what_a_folder_holds_beside_the_data(case: Path, typed: Typed) -> None:
    (case / "in" / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" * 200)
    (case / "in" / "readme.txt").write_text("Exports are put here on Sundays.\n")
    (case / "in" / "manual.pdf").write_bytes(b"%PDF-1.7")
    (case / "in" / "2025").mkdir()
    assert typed("init", "--from", "in")[0] == 0
    said = typed("check")[1]
    assert "401 referrals of 401 rows" in said
    for line in (
        "old.xls is not read: it is damaged or not of its kind",
        "manual.pdf is not read: no kind that is read from a folder: ",
        "readme.txt is not read: a text without the columns that are needed.",
        "2025 is not read: a folder;",
    ):
        assert f"files    --  {line}" in said
    assert "in/" not in said
    assert len(typed.assessed("2026-11-25")) == 18


@in_case("entered-in-error-counts")
def test_statuses_are_compared_as_people_write_them(typed: Typed) -> None:
    typed("init", "--from", "referrals.csv")
    said = typed("run", "--dry-run", "--as-of", "2026-11-06")[1]
    assert "left out: not a referral 3" in said
    with Path("referrals.csv").open("a") as file:
        for day, status in enumerate(["revoked", "Draft", "REVOKED", "Incomplete", "CA"], 7):
            file.write(f"2026-11-{day:02d},Alder Family Medicine,{status}\n")
    check = typed("check")[1]
    assert '2 rows (22.2%) say "revoked" (FHIR: withdrawn) and count' in check
    line = check.split("if they are not referrals: ")[1].splitlines()[0]
    config = Path("quietdrop.toml")
    config.write_text(
        config.read_text().replace("[source]", line.replace("[source] ", "[source]\n"))
    )
    assert "status " not in typed("check")[1]
    assert "left out: not a referral 8" in typed("run", "--dry-run", "--as-of", "2026-11-20")[1]


def _blank_in(folder: Path, blank: int, of: int) -> None:
    """A list of which so many rows have no practice, and a config that reads it."""
    rows = [
        f"2026-11-{1 + row % 20:02d},{'' if row < blank else 'Elm Street'}" for row in range(of)
    ]
    (folder / "r.csv").write_text("\n".join(["Referral Date,Referring Practice", *rows]) + "\n")


@pytest.mark.parametrize(("blank", "is_said"), [(20, False), (21, True)])
def test_blank_practices_that_would_hold_a_run_are_said_with_what_to_do(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank: int, is_said: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    _blank_in(tmp_path, blank, 100)
    _, said = typed("init", "--from", "r.csv", "--no-input")
    assert ("21% of the rows have no practice and are rejected" in said) is is_said
    _, said = typed("check")
    remedy = "where nobody referred the patient, set [feed] max_reject_share = 0.4."
    assert (remedy in said) is is_said


def test_an_empty_file_is_said_in_words(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _blank_in(tmp_path, 0, 0)
    typed("init", "--from", "r.csv", "--no-input")
    code, said = typed("check")
    assert code == 1
    assert "source   !!  no row below the header" in said
