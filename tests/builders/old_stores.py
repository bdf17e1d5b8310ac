"""Stores as earlier releases left them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from quietdrop.store.database import connect, parse
from quietdrop.store.migrate import MIGRATIONS


@contextmanager
def migrated(url: str, revision: str) -> Iterator[sa.Connection]:
    """A store as the release with that revision left it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with connect(parse(url)).execution_options(quietdrop_writes=True).begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, revision)
        yield conn
