"""What several tests share: the databases of this machine, and a small network on disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.builders.databases import MARIADB, POSTGRES, fresh_database

from quietdrop.demo.files import write_network
from quietdrop.demo.network import Network, make_network
from quietdrop.lib.reader import DEFAULT_COUNTRY, written_for

pytest_plugins = ["tests.builders.office", "tests.builders.loop"]

LAST_MONDAY = date(2026, 7, 6)


@pytest.fixture(autouse=True)
def american_reader() -> Iterator[None]:
    """Each test begins with the default country, whatever the one before it wrote for."""
    with written_for(DEFAULT_COUNTRY):
        yield


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
