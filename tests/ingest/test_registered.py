"""NPPES: of the directory's own NPIs, who is deactivated, and who is listed elsewhere."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from quietdrop.config import SourceSettings
from quietdrop.domain.directory import LeftBy, Person, Practice
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.directory import read_directory
from quietdrop.ingest.registered import Registered, registered, with_registered

HEAD = (
    '"NPI","Entity Type Code","Provider First Line Business Practice Location Address",'
    '"Provider Business Practice Location Address City Name","Last Update Date",'
    '"NPI Deactivation Date","NPI Reactivation Date"'
)
ROWS = (
    '"1111111111","1","12 ELM STREET, SUITE 4","SAINT PAUL","05/03/2026","",""',
    '"2222222222","","","","","04/01/2026",""',
    '"3333333333","1","9 Oak Road","Dover","01/02/2020","03/01/2019","04/01/2019"',
    '"4444444444","1","a ""quoted""\nline","Salem","not a day","",""',
)
PRACTICES = {
    "A": Practice("A", "Lakeside", town="St. Paul", address="12 Elm St"),
    "B": Practice("B", "Harbor", town="Dover"),
    "C": Practice("C", "Bare"),
}


def file(folder: Path, *rows: str, name: str = "npidata_pfile.csv") -> Path:
    path = folder / name
    text = "\n".join((HEAD, *rows)).encode()
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return path


@pytest.mark.parametrize("name", ["npidata_pfile.csv", "npidata_pfile.csv.gz"])
def test_only_the_npis_that_are_asked_for_are_read(tmp_path: Path, name: str) -> None:
    entries = registered(file(tmp_path, *ROWS, name=name), ["1111111111", "2222222222", "9"])
    assert entries == {
        "1111111111": Registered(
            None, None, date(2026, 5, 3), "12 ELM STREET, SUITE 4", "SAINT PAUL"
        ),
        "2222222222": Registered(date(2026, 4, 1)),
    }


def test_a_line_break_in_a_cell_and_a_day_that_is_none_are_taken(tmp_path: Path) -> None:
    entries = registered(file(tmp_path, *ROWS), ["4444444444"])
    assert entries["4444444444"].updated_on is None
    assert entries["4444444444"].town == "Salem"


@pytest.mark.parametrize(
    ("off", "on", "is_off"),
    [
        (None, None, False),
        (date(2026, 4, 1), None, True),
        (date(2026, 4, 1), date(2026, 3, 31), True),
        (date(2026, 4, 1), date(2026, 4, 1), False),
    ],
)
def test_who_was_reactivated_since_is_in_use(
    off: date | None, on: date | None, *, is_off: bool
) -> None:
    assert Registered(off, on).is_deactivated is is_off


def _one(person: Person, entry: Registered) -> Person:
    [one] = with_registered([person], PRACTICES, {person.npi: entry})
    return one


def test_who_is_deactivated_has_left_on_that_day() -> None:
    left = _one(Person("A", "1", "Dr. Kim"), Registered(date(2026, 4, 1)))
    assert (left.left_on, left.left_by) == (date(2026, 4, 1), LeftBy.DEACTIVATED)


@pytest.mark.parametrize(
    ("practice", "town", "address", "is_elsewhere"),
    [
        ("A", "SAINT PAUL", "99 Other Way", False),  # the same town
        ("A", "DULUTH", "12 Elm Street", False),  # the same street: a town's name of another kind
        ("A", "DULUTH", "99 Other Way", True),
        ("B", "SALEM", "1 Main", True),  # no address to compare
        ("C", "SALEM", "1 Main", False),  # nothing to compare
        ("A", "", "", False),
    ],
)
def test_who_is_listed_in_another_town_and_street_is_elsewhere(
    practice: str, town: str, address: str, *, is_elsewhere: bool
) -> None:
    here = Registered(None, None, date(2026, 5, 3), address, town)
    one = _one(Person(practice, "1", "Dr. Kim"), here)
    assert (one.left_by is LeftBy.MOVED) is is_elsewhere
    assert one.left_on == (date(2026, 5, 3) if is_elsewhere else None)
    assert one.now_in == (town.title() if is_elsewhere else "")


def test_a_day_of_the_directory_wins() -> None:
    given = Person("A", "1", "Dr. Kim", left_on=date(2025, 1, 1))
    assert _one(given, Registered(date(2026, 4, 1))) == given


def test_a_file_that_is_no_nppes_file_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(
        SourceError, match=r"other\.csv: is no NPPES file: it needs the columns NPI"
    ):
        registered(other, ["1"])
    with pytest.raises(SourceError, match=r"none\.csv: \[source\] nppes cannot be read"):
        registered(tmp_path / "none.csv", ["1"])


def test_the_directory_reads_it(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text("practice_id,practice_name,town\nA,Lakeside,Duluth\n")
    people = "practice_id,npi,name\nA,2222222222,Dr. Kim\nA,1111111111,Dr. Lee\nA,,Dana\n"
    (tmp_path / "people.csv").write_text(people)
    source = SourceSettings(
        referrals="-",
        practices=str(tmp_path / "practices.csv"),
        people=str(tmp_path / "people.csv"),
        nppes=str(file(tmp_path, *ROWS)),
    )
    ways = {one.name: one.left_by for one in read_directory(source).people}
    assert ways == {"Dr. Kim": LeftBy.DEACTIVATED, "Dr. Lee": LeftBy.MOVED, "Dana": None}
