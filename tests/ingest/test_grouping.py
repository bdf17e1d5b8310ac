"""The one statement, as each database is told it. Where one can run here, test_sources runs it;
the others' is compiled only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.connections import connected
from quietdrop.ingest.grouping import grouped

SQL = Path(__file__).parent / "sql"
COLUMNS = {
    "referred_on": "Referral Date",
    "practice_id": "practice_id",
    "status": "status",
    "seen_on": "seen_on",
    "referral_id": "referral_id",
}
FEED = sa.table("referrals", *map(sa.column, COLUMNS.values()))


def of_package(module: str, name: str) -> Callable[[], Any]:
    """A dialect that a package of its own has."""

    def dialect() -> Any:
        package = pytest.importorskip(module)
        if name == "BigQueryDialect":
            # The package puts a function of its own in the place of SQLAlchemy's for the whole
            # process, where PostgreSQL's tables use it, too, and then warns.
            package.base.unnest.inherit_cache = True
        return getattr(package, name)()

    return dialect


DIALECTS: dict[str, Callable[[], Any]] = {
    "postgresql": lambda: postgresql.dialect(paramstyle="named"),  # type: ignore[no-untyped-call]
    "mariadb": mysql.dialect,
    "sqlite": sqlite.dialect,
    "mssql": mssql.dialect,
    "oracle": oracle.dialect,
    "snowflake": of_package("snowflake.sqlalchemy.snowdialect", "SnowflakeDialect"),
    "bigquery": of_package("sqlalchemy_bigquery", "BigQueryDialect"),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_the_statement_is_what_it_was(name: str) -> None:
    statement = grouped(
        FEED, COLUMNS, ["Duplicate"], "utf8mb4_nopad_bin" if name == "mariadb" else None
    )
    options = {"literal_binds": True}
    compiled = str(statement.compile(dialect=DIALECTS[name](), compile_kwargs=options))
    lines = "\n".join(line.rstrip() for line in compiled.splitlines()) + "\n"
    assert lines == (SQL / f"{name}.sql").read_text(encoding="utf-8")


def test_a_referral_id_leaves_only_where_several_rows_have_it() -> None:
    engine = sa.create_engine("sqlite://")
    rows = [("2026-07-01", "p1", "done", "", number) for number in ("a", "b", "b", "", "")]
    with engine.connect() as connection:
        connection.execute(
            sa.text(f"CREATE TABLE referrals ({', '.join(map(quoted, COLUMNS.values()))})")
        )
        connection.execute(
            FEED.insert(), [dict(zip(COLUMNS.values(), row, strict=True)) for row in rows]
        )
        groups = [
            (g.referral_id, g.counted) for g in connection.execute(grouped(FEED, COLUMNS, []))
        ]
    assert sorted(groups) == [("", 3), ("b", 2)]


def quoted(name: str) -> str:
    return f'"{name}"'


@pytest.mark.parametrize(
    ("url", "install"),
    [
        ("postgresql://h/x", 'pip install "quietdrop[postgres]"'),
        ("mariadb://h/x", 'pip install "quietdrop[mariadb]"'),
        ("mssql+pyodbc://h/x", "pip install pyodbc"),
        ("oracle://h/x", "pip install oracledb"),
        ("snowflake://h/x", "pip install snowflake-sqlalchemy"),
        ("bigquery://h/x", "pip install sqlalchemy-bigquery"),
        ("nonsense://h/x", "no driver for this kind of database is installed"),
    ],
)
def test_a_driver_that_is_missing_is_named(
    url: str, install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(name="driver")

    monkeypatch.setattr(sa, "create_engine", missing)
    with pytest.raises(SourceError) as caught, connected(url):
        pass
    assert install in str(caught.value)


def test_a_dialect_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise sa.exc.NoSuchModuleError("Can't load plugin: sqlalchemy.dialects:snowflake")

    monkeypatch.setattr(sa, "create_engine", missing)
    with (
        pytest.raises(SourceError, match="pip install snowflake-sqlalchemy"),
        connected("snowflake://h/x"),
    ):
        pass
