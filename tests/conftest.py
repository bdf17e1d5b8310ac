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

pytest_plugins = ["tests.web.office"]

POSTGRES = os.environ.get(
    "QUIETDROP_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
LAST_MONDAY = date(2026, 7, 6)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A new, empty PostgreSQL database; skipped where no server is reachable, but never in CI."""
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"quietdrop_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as conn:
            conn.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL is reachable at {POSTGRES}: {error.orig}")
    yield sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as conn:
        conn.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def network() -> Network:
    """The demo's network up to 6 July 2026."""
    return make_network(LAST_MONDAY)


@pytest.fixture
def config(network: Network, tmp_path: Path) -> Path:
    """The demo's files with their config; its mail server listens nowhere."""
    return write_network(network, tmp_path / "network", smtp_port=9)
