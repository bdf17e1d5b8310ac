"""A source that never answers is given up, and its statement with it."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from quietdrop import ingest
from quietdrop.config import Settings, SourceSettings, fingerprint
from quietdrop.domain.errors import SourceError

DAY = date(2026, 7, 6)
ENDLESS = (
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) "
    "SELECT n AS practice_id, '2026-01-01' AS referred_on FROM t WHERE n < 0"
)


def given_up(source: SourceSettings) -> float:
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"longer than 0\.01 minutes .*timeout_minutes"):
        ingest.read(source, DAY, DAY)
    return time.monotonic() - begun


def settings(url: str, query: str | None) -> SourceSettings:
    return SourceSettings(referrals=url, query=query, timeout_minutes=0.01)


def test_an_endless_query_of_sqlite_is_interrupted(tmp_path: Path) -> None:
    (tmp_path / "clinic.db").touch()
    assert given_up(settings(f"sqlite:///{tmp_path}/clinic.db", ENDLESS)) < 5
    time.sleep(2)
    assert "reading the source" not in {thread.name for thread in threading.enumerate()}


def running(url: str, sql: str) -> int:
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as conn:
        return int(conn.scalar(sa.text(sql)) or 0)


def test_postgresql_ends_the_statement_itself(postgres_url: str) -> None:
    query = "SELECT pg_sleep(60)::text AS practice_id, '2026-01-01' AS referred_on"
    assert given_up(settings(postgres_url, query)) < 5
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
    )
    time.sleep(2)
    assert running(postgres_url, asked) == 0


def test_mariadb_ends_the_statement_itself(mariadb_url: str) -> None:
    query = "SELECT SLEEP(60) AS practice_id, '2026-01-01' AS referred_on"
    assert given_up(settings(mariadb_url, query)) < 5
    asked = (
        "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() "
        "AND info LIKE '%SLEEP(60)%' AND id <> CONNECTION_ID()"
    )
    time.sleep(2)
    assert running(mariadb_url, asked) == 0


def test_an_endless_query_of_duckdb_is_interrupted(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "clinic.duckdb")).close()
    assert given_up(settings(f"duckdb:///{tmp_path}/clinic.duckdb", ENDLESS)) < 5
    time.sleep(2)
    assert "reading the source" not in {thread.name for thread in threading.enumerate()}


def test_a_file_that_never_ends_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r.csv").write_text("referred_on,practice_id\n2026-01-05,P1\n")
    until = threading.Event()

    def hang(*_: object) -> list[object]:
        until.wait(60)
        return []

    monkeypatch.setattr("quietdrop.ingest.files.tables", hang)
    assert given_up(settings(str(tmp_path / "r.csv"), None)) < 5
    until.set()


def test_what_is_read_in_time_is_read_as_ever(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("referred_on,practice_id\n2026-01-05,P1\n")
    assert ingest.read(settings(str(tmp_path / "r.csv"), None), DAY, DAY).rows_read == 1


def test_the_limit_changes_no_result() -> None:
    plain = Settings(source=SourceSettings(referrals="r.csv"))
    assert plain.source.timeout_minutes == 60
    short = Settings(source=SourceSettings(referrals="r.csv", timeout_minutes=1))
    assert fingerprint(plain) == fingerprint(short)
