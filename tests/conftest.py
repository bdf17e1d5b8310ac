"""What several tests share: the databases of this machine, and a small network on disk."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.builders.databases import SERVERS, emptied, fresh_database

from quietdrop.demo.files import write_network
from quietdrop.demo.network import Network, make_network
from quietdrop.lib.reader import DEFAULT_COUNTRY, write_for
from quietdrop.store import Store
from quietdrop.store.database import make_file

pytest_plugins = ["tests.builders.office", "tests.builders.loop"]

LAST_MONDAY = date(2026, 7, 6)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first, so that nothing waits for one of them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def american_reader() -> None:
    """Each test begins with the default country, whatever the one before it wrote for."""
    write_for(DEFAULT_COUNTRY)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command that begins to log does so for itself; its stream is gone with its test."""
    ours = logging.getLogger("quietdrop")
    before = ours.handlers, ours.propagate, ours.level
    yield
    ours.handlers, ours.propagate = before[:2]
    ours.setLevel(before[2])


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    yield from fresh_database(*SERVERS["postgresql"])


@pytest.fixture
def mariadb_url() -> Iterator[str]:
    """A new, empty MariaDB database."""
    yield from fresh_database(*SERVERS["mariadb"])


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a table, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    fixture = {"postgresql": "postgres_url", "mariadb": "mariadb_url"}[request.param]
    return str(request.getfixturevalue(fixture))


@pytest.fixture(scope="session")
def postgresql_store() -> Iterator[str]:
    """A store on PostgreSQL that one process of the tests empties again and again."""
    yield from _kept_store("postgresql")


@pytest.fixture(scope="session")
def mariadb_store() -> Iterator[str]:
    """A store on MariaDB that one process of the tests empties again and again."""
    yield from _kept_store("mariadb")


def _kept_store(kind: str) -> Iterator[str]:
    for url in fresh_database(*SERVERS[kind]):
        Store.open(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store without a row, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return emptied(str(request.getfixturevalue(f"{request.param}_store")))


@pytest.fixture(scope="session", autouse=True)
def new_stores_are_copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new SQLite store of this process begins as a copy of one that the migrations made: they
    have tests of their own, and cost more than most tests."""
    first = tmp_path_factory.mktemp("first") / "store.db"
    Store.open(f"sqlite:///{first}")

    def copy(path: Path) -> None:
        make_file(path)
        if path.stat().st_size == 0:
            path.write_bytes(first.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quietdrop.store.store.make_file", copy)
        yield


@pytest.fixture(scope="session")
def network() -> Network:
    """The demo's network up to 6 July 2026."""
    return make_network(LAST_MONDAY)


@pytest.fixture
def config(network: Network, tmp_path: Path) -> Path:
    """The demo's files with their config; its mail server listens nowhere."""
    return write_network(network, tmp_path / "network", smtp_port=9)
