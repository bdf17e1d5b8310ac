"""What several tests share: the databases of this machine, and a small network on disk."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from quietdrop.demo.files import write_network
from quietdrop.demo.network import Network, make_network
from quietdrop.lib.reader import DEFAULT_COUNTRY, written_for

pytest_plugins = ["tests.builders.office", "tests.builders.loop"]

POSTGRES = os.environ.get(
    "QUIETDROP_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
MARIADB = os.environ.get("QUIETDROP_TEST_MARIADB", "mariadb+pymysql://root@127.0.0.1:3306/")
LAST_MONDAY = date(2026, 7, 6)


@pytest.fixture(autouse=True)
def american_reader() -> Iterator[None]:
    """Each test begins with the default country, whatever the one before it wrote for."""
    with written_for(DEFAULT_COUNTRY):
        yield


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


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    yield from fresh_database(POSTGRES, "PostgreSQL", "DROP DATABASE {} WITH (FORCE)")


@pytest.fixture
def mariadb_url() -> Iterator[str]:
    """A new, empty MariaDB database."""
    yield from fresh_database(MARIADB, "MariaDB", "DROP DATABASE {}")


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    fixture = {"postgresql": "postgres_url", "mariadb": "mariadb_url"}[request.param]
    return str(request.getfixturevalue(fixture))


@pytest.fixture(scope="session")
def network() -> Network:
    """The demo's network up to 6 July 2026."""
    return make_network(LAST_MONDAY)


@pytest.fixture
def config(network: Network, tmp_path: Path) -> Path:
    """The demo's files with their config; its mail server listens nowhere."""
    return write_network(network, tmp_path / "network", smtp_port=9)
