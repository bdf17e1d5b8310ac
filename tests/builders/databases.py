"""The database servers that tests run on."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

POSTGRES = os.environ.get(
    "QUIETDROP_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
MARIADB = os.environ.get("QUIETDROP_TEST_MARIADB", "mariadb+pymysql://root@127.0.0.1:3306/")


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
