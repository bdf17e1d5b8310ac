"""People, closures and what else a practice is known by, from files and from tables."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.directory import Closure, Person, Practice
from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Intake

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)
REFERRALS = "referred_on,practice_id,provider_npi,provider_name\n2024-01-15,p1,9,A. Old\n"
Read = Callable[..., Intake]


@pytest.fixture(params=["csv", "sqlite", "postgresql", "mariadb"])
def read(request: pytest.FixtureRequest, tmp_path: Path) -> Read:
    """Reads one referral with the named directory tables, from each kind of source."""

    def from_files(columns: Any = None, **tables: str) -> Intake:
        tables["referrals"] = REFERRALS
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text)
        settings: Any = {name: str(tmp_path / f"{name}.csv") for name in tables}
        return ingest.read(
            SourceSettings(**settings, directory_columns=columns or {}), AS_OF, TODAY
        )

    def from_tables(columns: Any = None, **tables: str) -> Intake:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        for name, text in {**tables, "referrals": REFERRALS}.items():
            header, *values = csv.reader(text.splitlines())
            table = sa.Table(name, sa.MetaData(), *(sa.Column(c, sa.Text) for c in header))
            with engine.begin() as connection:
                table.drop(connection, checkfirst=True)
                table.create(connection)
                rows = [dict(zip(header, v, strict=True)) for v in values]
                connection.execute(table.insert(), rows)
        settings: Any = {name: name for name in tables}
        return ingest.read(
            SourceSettings(referrals=url, **settings, directory_columns=columns or {}),
            AS_OF,
            TODAY,
        )

    if request.param == "csv":
        return from_files
    url = f"sqlite:///{tmp_path}/r.db"
    (tmp_path / "r.db").touch()
    if request.param != "sqlite":
        server = {"postgresql": "postgres_url", "mariadb": "mariadb_url"}[request.param]
        url = request.getfixturevalue(server)
    return from_tables


def test_without_tables_nothing_is_known(read: Read) -> None:
    intake = read()
    assert (intake.people, intake.closures) == ((), ())


def test_where_a_practice_is_and_whose(read: Read) -> None:
    intake = read(
        practices="practice_id,practice_name,address,health_system,specialty\n"
        'p1,First,"1 Main St, Springfield",Mercy,Family Medicine\n'
    )
    assert intake.practices["p1"] == Practice(
        "p1",
        "First",
        address="1 Main St, Springfield",
        health_system="Mercy",
        specialty="Family Medicine",
    )


def test_the_value_of_a_referral_is_an_amount_above_zero(read: Read) -> None:
    intake = read(
        practices='practice_id,value\np1,\np2,"$1,250.50"\np3,2\np4,0.01\np5,0\np6,-3\np7,much\n'
    )
    values = {key: one.value for key, one in intake.practices.items() if one.value is not None}
    assert values == {"p2": 125050, "p3": 200, "p4": 1}
    assert intake.notes == {"practices: value is not an amount above 0, taken for none": 3}


def test_people(read: Read) -> None:
    intake = read(
        practices="practice_id,practice_name,aliases\np1,First,Old One\n",
        people="practice_id,npi,name,role,preferred_contact,left_on,home_phone\n"
        "old one,9,Ann New,MD,fax,2024-01-20,555-1234\n"
        "p2,9,Ann New,MD,,,555-1234\n"
        "p1,,Bob,coordinator,phone,,555-1234\n",
    )
    assert intake.people == (
        Person("p1", "9", "Ann New", "MD", date(2024, 1, 20), "fax"),
        Person("p2", "9", "Ann New", "MD"),
        Person("p1", "", "Bob", "coordinator", None, "phone"),
    )
    assert "555" not in repr(intake)


def test_a_listed_name_wins_over_the_one_on_the_referrals(read: Read) -> None:
    assert read().provider_names == {"9": "A. Old"}
    listed = read(people="practice_id,npi,name\np1,9,Ann New\np1,8,\np1,,Bob\n")
    assert listed.provider_names == {"9": "Ann New"}


def test_people_of_no_use_are_left_out_with_the_reason(read: Read) -> None:
    intake = read(people="practice_id,npi,name\n,9,Ann\np1,,\np1,9,Ann\np1,9,A. Again\n")
    assert intake.people == (Person("p1", "9", "Ann"),)
    assert intake.notes == {
        "people: row left out, no practice": 1,
        "people: row left out, nobody named": 1,
        "people: row left out, repeated": 1,
    }


@pytest.mark.parametrize(("length", "cut"), [(255, 0), (256, 1), (10_000, 1)])
def test_a_territory_is_cut_where_the_store_would_cut_it(read: Read, length: int, cut: int) -> None:
    intake = read(
        practices=f"practice_id,territory\np1,{'n' * length}\n",
        news=f"text,territory\nWe moved,{'n' * length}\n",
    )
    assert intake.practices["p1"].territory == intake.news[0].territory == "n" * 255
    for table in ("practices", "news"):
        assert intake.notes[f"{table}: territory longer than 255 characters, cut there"] == cut


def test_closures(read: Read) -> None:
    intake = read(
        closures="closed_from,closed_to,location\n"
        "2024-01-02,2024-01-05,North\n2024-01-15,,\n2024-12-24,2024-12-31,\n"
    )
    assert intake.closures == (
        Closure(date(2024, 1, 2), date(2024, 1, 5), "North"),
        Closure(date(2024, 1, 15), date(2024, 1, 15)),
        Closure(date(2024, 12, 24), date(2024, 12, 31)),
    )


def test_closures_of_no_use_are_left_out_with_the_reason(read: Read) -> None:
    intake = read(
        closures="closed_from,closed_to,location\n"
        "2024-01-05,2024-01-02,\n,2024-01-02,\n2024-01-05,soon,\nsoon,,North\n"
    )
    assert intake.closures == ()
    assert intake.notes == {
        "closures: row left out, it ends before it begins": 1,
        "closures: row left out, no day": 3,
    }


def test_their_columns_are_mapped_like_the_other_tables(read: Read) -> None:
    intake = read(
        columns={"people": {"npi": "NPI No", "name": "Who"}, "closures": {"closed_from": "Shut"}},
        people="practice_id,NPI No,Who\np1,9,Ann\n",
        closures="Shut\n2024-01-02\n",
    )
    assert intake.people == (Person("p1", "9", "Ann"),)
    assert intake.closures == (Closure(date(2024, 1, 2), date(2024, 1, 2)),)


@pytest.mark.parametrize(
    ("table", "header", "expected"),
    [
        ("people", "practice_id,role", r"no column npi or name.*\[source.columns.people\] npi"),
        ("people", "npi,name", r"no column practice_id.*\[source.columns.people\] practice_id"),
        ("closures", "closed_to", r"no column closed_from.*\[source.columns.closures\]"),
    ],
)
def test_a_missing_column_names_the_line_to_add(
    read: Read, table: str, header: str, expected: str
) -> None:
    with pytest.raises(SourceError, match=expected):
        read(**{table: f"{header}\n{','.join('x' for _ in header.split(','))}\n"})


NEVER = "0001-01-01"  # how some exports write an empty date


def test_a_null_date_means_never_however_it_is_written(read: Read) -> None:
    intake = read(
        practices=f"practice_id,practice_name,opened_on,closed_on\np1,Lakeside,{NEVER},{NEVER}\n",
        people=f"practice_id,npi,name,left_on\np1,9,Ann,{NEVER}\n",
        liaisons=f"liaison_email,name,away_from,away_to\nann@x.example,Ann,{NEVER},{NEVER}\n",
    )
    assert intake.practices["p1"] == Practice("p1", "Lakeside")
    assert intake.people[0].left_on is None
    ann = intake.liaisons["ann@x.example"]
    assert (ann.away_from, ann.away_to) == (None, None)
    assert intake.notes == {}


def test_a_day_that_cannot_be_read_is_counted_and_the_row_is_kept(read: Read) -> None:
    intake = read(
        practices="practice_id,practice_name,closed_on\np1,Lakeside,soon\np2,Cedar,2024-01-05\n",
        people="practice_id,npi,name,left_on\np1,9,Ann,2024-13-45\n",
        liaisons="liaison_email,name,away_from,away_to\nann@x.example,Ann,next week,\n",
    )
    assert intake.practices["p1"].closed_on is None
    assert intake.practices["p2"].closed_on == date(2024, 1, 5)
    assert intake.notes == {
        "practices: closed_on is not a day, taken for none": 1,
        "people: left_on is not a day, taken for none": 1,
        "liaisons: away_from is not a day, taken for none": 1,
    }
