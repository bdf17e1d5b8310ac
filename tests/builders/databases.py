"""The database servers that tests run on."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.store.tables import metadata

POSTGRES = os.environ.get(
    "QUIETDROP_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
MARIADB = os.environ.get("QUIETDROP_TEST_MARIADB", "mariadb+pymysql://root@127.0.0.1:3306/")
SERVERS = {
    "postgresql": (POSTGRES, "PostgreSQL", "DROP DATABASE {} WITH (FORCE)"),
    "mariadb": (MARIADB, "MariaDB", "DROP DATABASE {}"),
}


def fresh_database(server: str, kind: str, drop: str) -> Iterator[str]:
    """A new, empty database; skipped where no server is reachable, but never in CI."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"quietdrop_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as conn:
            conn.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no {kind} is reachable at {server}: {error.orig}")
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as conn:
        conn.execute(sa.text(drop.format(name)))


def emptied(url: str) -> str:
    """The same store without a row, its ids counted from 1 again.

    To empty a server's tables takes a tenth of the time of making them: each statement that makes
    or alters one waits for the disk.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as conn:
        names = [table.name for table in reversed(metadata.sorted_tables)]
        any_row = [f"SELECT '{name}' FROM {name} HAVING COUNT(*) > 0" for name in names]
        filled = set(conn.exec_driver_sql(" UNION ALL ".join(any_row)).scalars())
        for name in names:
            if name in filled:
                conn.exec_driver_sql(f"DELETE FROM {name}")
        if conn.dialect.name == "postgresql":
            _restart_sequences(conn)
        else:
            _restart_counters(conn)
    return url


def _restart_sequences(conn: Connection) -> None:
    columns = [table.autoincrement_column for table in metadata.sorted_tables]
    restarts = [
        f"setval(pg_get_serial_sequence('{column.table.name}', '{column.name}'), 1, false)"
        for column in columns
        if column is not None
    ]
    conn.exec_driver_sql(f"SELECT {', '.join(restarts)}")


def _restart_counters(conn: Connection) -> None:
    used = "table_schema = DATABASE() AND auto_increment > 1"
    names = f"SELECT table_name FROM information_schema.tables WHERE {used}"
    for name in conn.exec_driver_sql(names).scalars().all():
        conn.exec_driver_sql(f"ALTER TABLE {name} AUTO_INCREMENT = 1")
