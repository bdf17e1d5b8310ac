"""Files and databases of the same rows come to the same result, in any order of the rows."""

from __future__ import annotations

import csv
import os
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Intake
from quietdrop.ingest.connections import connected
from quietdrop.ingest.grouping import grouped
from quietdrop.lib.urls import with_driver

AS_OF, TODAY = date(2024, 2, 1), date(2024, 3, 1)
HEADER = (
    "referral_id",
    "referred_on",
    "practice_id",
    "practice_name",
    "provider_name",
    "provider_npi",
    "service_line",
    "status",
    "payer",
    "location",
    "recorded_on",
)
SERVERS = {
    "PostgreSQL": "postgresql://postgres@127.0.0.1/test",
    "MariaDB": "mariadb://root@127.0.0.1/test",
}
Row = Sequence[str | None]
PRACTICES = "practice_id,practice_name,aliases\np1,First,old one;F.\np2,Second,\n"


def write(path: Path, rows: Sequence[Row]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return str(path)


def fill(url: str, table: str, rows: Sequence[Row]) -> None:
    engine = engine_of(url)
    target = sa.Table(table, sa.MetaData(), *(sa.Column(name, sa.Text) for name in HEADER))
    with engine.begin() as connection:
        target.drop(connection, checkfirst=True)
        target.create(connection)
        if rows:
            values = [dict(zip(HEADER, row, strict=True)) for row in rows]
            connection.execute(target.insert(), values)


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """A URL without a driver, and a table of our own."""
    url = SERVERS[request.param]
    engine = engine_of(url)
    try:
        engine.connect().close()
    except sa.exc.OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no {request.param} at 127.0.0.1: {error.orig}")
    table = f"Ingest_{uuid.uuid4().hex}"
    yield url, table
    with engine.begin() as connection:
        connection.execute(sa.schema.DropTable(sa.Table(table, sa.MetaData()), if_exists=True))


def engine_of(url: str) -> sa.Engine:
    return sa.create_engine(with_driver(sa.make_url(url)), poolclass=sa.NullPool)


def read(referrals: str, **more: Any) -> Intake:
    return ingest.read(SourceSettings(referrals=referrals, **more), AS_OF, TODAY)


def told(intake: Intake) -> dict[str, object]:
    """All that must not depend on the kind of source or the order of its rows."""
    rejects: Counter[object] = Counter()
    for reject in intake.rejects:
        fields = tuple(f for f in reject.fields if f[0] not in ("referral_id", "status"))
        rejects[reject.reason, fields] += reject.rows
    return {
        "counts": intake.counts.to_dict("list"),
        "types": intake.counts.dtypes.astype(str).to_dict(),
        "practices": intake.practices,
        "provider_names": intake.provider_names,
        "rows": intake.rows_read,
        "newest": intake.newest,
        "rejects": rejects,
        "notes": intake.notes,
        "statuses": intake.reading.statuses,
        "access": intake.access.to_dict("list"),
    }


CELLS = (
    st.sampled_from(["", "a", "b", "c", "\u00a0"]),
    st.sampled_from(
        (
            *("2024-01-15", "2024-01-16 08:00", "1/14/2024", " 2/3/2024 ", "2024-02-20"),
            *("2034-01-01", "0001-01-01", "x", "", "2024-02-01"),
        )
    ),
    st.sampled_from(["p1", "P1 ", "p2", "p3", "", "old  one"]),
    st.sampled_from(["", "First", "\u202efirst", "third"]),
    st.sampled_from(["", "Dr A", "Dr B"]),
    st.sampled_from(["", "123"]),
    st.sampled_from(["", "knee"]),
    st.sampled_from(["", "done", "DUPLICATE", "entered in error", "draft", "Declined"]),
    st.sampled_from(["", "Medicare"]),
    st.sampled_from(["", "North", "north"]),
    st.sampled_from(["", "2024-01-18 09:30", "1/10/2024", "2024-02-03", "1900-01-01", "soon"]),
)
ROWS = st.lists(st.tuples(*CELLS), max_size=25)
FIRST = ("z", "1/31/2024", "p1", *[""] * 7, "1/31/2024")  # settles the convention
EACH: Any = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@pytest.mark.parametrize("unknown", ["reject", "keep"])
@settings(max_examples=25, **EACH)
@given(rows=ROWS, shuffle=st.randoms(use_true_random=False))
def test_any_order_in_any_files(unknown: str, rows: list[Row], shuffle: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "practices").write_text(PRACTICES)
        more: Any = {"practices": str(here / "practices"), "unknown_practices": unknown}
        whole = told(read(write(here / "r.csv", [FIRST, *rows]), **more))
        mixed = [FIRST, *rows]
        shuffle.shuffle(mixed)
        assert told(read(write(here / "r.csv", mixed), **more)) == whole
        (here / "r").mkdir()
        write(here / "r" / "a.csv", mixed[::2])
        write(here / "r" / "b.csv", mixed[1::2])
        assert told(read(str(here / "r"), **more)) == whole


@settings(max_examples=25, **EACH)
@given(rows=ROWS)
def test_sqlite_says_what_the_file_says(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/r.db"
        fill(url, "referrals", [FIRST, *rows])
        from_file = told(read(write(Path(folder, "r.csv"), [FIRST, *rows])))
        assert told(read(url)) == from_file


@settings(max_examples=10, **EACH)
@given(rows=ROWS)
def test_a_server_says_what_the_file_says(server: tuple[str, str], rows: list[Row]) -> None:
    url, table = server
    fill(url, table, [FIRST, *rows])
    with tempfile.TemporaryDirectory() as folder:
        from_file = told(read(write(Path(folder, "r.csv"), [FIRST, *rows])))
    assert told(read(url, table=table)) == from_file
    quote = engine_of(url).dialect.identifier_preparer.quote_identifier
    query = f"SELECT {quote(table)}.*, '10 :x %' AS {quote('odd:%')} FROM {quote(table)}"
    assert told(read(url, query=f"{query} -- all of it")) == from_file


@pytest.mark.parametrize(
    ("name", "integer"), [("PostgreSQL", "int"), ("MariaDB", "signed integer")]
)
def test_a_servers_own_types(name: str, integer: str) -> None:
    query = f"""SELECT timestamp '2024-01-15 10:30' AS referred_on,
                       CAST('7' AS {integer}) AS practice_id
               UNION ALL SELECT NULL, NULL"""
    intake = read(SERVERS[name], query=query)
    assert intake.counts[["practice_id", "referrals"]].to_numpy().tolist() == [["7", 1]]
    assert intake.reject_reasons() == {"no date": 1}


@pytest.mark.parametrize("name", ["SQLite", *sorted(SERVERS)])
def test_a_source_is_only_read(name: str, tmp_path: Path) -> None:
    """The transaction in which a source is read refuses to write."""
    (tmp_path / "r.db").touch()
    url = SERVERS.get(name, f"sqlite:///{tmp_path}/r.db")
    table = f"written_{uuid.uuid4().hex}"
    with pytest.raises(SourceError, match=r"(?i)read.?only"), connected(url) as connection:
        connection.exec_driver_sql(f"CREATE TABLE {table} (x int)")


@pytest.fixture
def sqlite(tmp_path: Path) -> Callable[[Sequence[Row]], str]:
    def made(rows: Sequence[Row]) -> str:
        fill(f"sqlite:///{tmp_path}/r.db", "referrals", rows)
        return f"sqlite:///{tmp_path}/r.db"

    return made


def test_the_database_counts_and_reads_mapped_columns_only(
    sqlite: Callable[[Sequence[Row]], str],
) -> None:
    same = ("", "2024-01-15", "p1", None, "Dr A", None, None, "done", "", "", "")
    twice = [("x", *same[1:])] * 2
    url = sqlite([same] * 1000 + twice)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    feed = sa.table("referrals", *(sa.column(name) for name in HEADER))
    columns = {name: name for name in HEADER if name != "provider_npi"}
    statement = grouped(feed, columns, ["Duplicate"])
    with engine.connect() as connection:
        groups = [(row.referral_id, row.counted) for row in connection.execute(statement)]
    assert sorted(groups) == [("", 1000), ("x", 2)]
    assert "referrals.provider_name" in str(statement)
    assert "referrals.provider_npi" not in str(statement)
    intake = read(url)
    assert (intake.rows_read, int(intake.counts["referrals"].sum())) == (1002, 1001)
    assert intake.notes == {"repeated": 1}


def test_missing_table_and_column(sqlite: Callable[[Sequence[Row]], str]) -> None:
    url = sqlite([])
    with pytest.raises(SourceError, match="no such table: nowhere"):
        read(url, table="nowhere")
    with pytest.raises(SourceError, match=r"referrals: no column practise.*practice_id"):
        read(url, columns={"practice_id": "practise"})
    with pytest.raises(SourceError, match="no such file"):
        read(url.replace("r.db", "none.db"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter2@127.0.0.1:1/x",
        "postgresql://u:hunter2@127.0.0.1:bad/x",
        "postgresql://u@127.0.0.1:1/x?password=hunter2",
        "postgresql://u@127.0.0.1:1/x?sslmode=require&sslpassword=hunter2",
        "postgresql://u@127.0.0.1:1/x?password=hunter2&nonsense=1",
        "postgresql://u:h%75nter2@127.0.0.1:1/x",
        "nonsense+driver://u:hunter2@h/x",
        "://u:hunter2@h",
    ],
)
def test_no_password_in_errors(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_directory_tables_in_the_database(
    sqlite: Callable[[Sequence[Row]], str], tmp_path: Path
) -> None:
    url = sqlite([("", "2024-01-15", "first", *[""] * 8)])
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for table in ("practices", "offices"):
            connection.execute(sa.text(f"CREATE TABLE {table} (practice_id, practice_name)"))
            connection.execute(sa.text(f"INSERT INTO {table} VALUES ('p1', 'First')"))
    for setting in (url, f"{url}#offices", "offices"):
        assert read(url, practices=setting).counts["practice_id"].tolist() == ["p1"]
    (tmp_path / "p.csv").write_text("practice_id\np9\n")
    kept = read(url, practices=str(tmp_path / "p.csv"))
    assert kept.reject_reasons() == {"unknown practice": 1}
