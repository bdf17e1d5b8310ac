"""Brings a store to this release's tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from quietdrop.domain.errors import StoreError

LOCKS = {
    "postgresql": "SELECT pg_advisory_xact_lock(733814)",
    "mysql": "SELECT GET_LOCK('quietdrop', 60)",
    "mariadb": "SELECT GET_LOCK('quietdrop', 60)",
}


def migrate(conn: Connection, name: str) -> None:
    """Runs the migrations that are missing, inside the connection's transaction.

    Two processes may come at once: the second waits, then finds nothing to do. StoreError
    where the store, called `name`, is of a newer release than this one.
    """
    if lock := LOCKS.get(conn.dialect.name):
        conn.exec_driver_sql(lock).close()
    config = Config()
    location = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", location.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(conn).get_current_revision()
    revisions = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in revisions:
        raise StoreError(
            f"{name}: the store is of a newer quietdrop (its revision {current} is unknown here); "
            "upgrade quietdrop, or point [store] url at another database."
        )
    if current != scripts.get_current_head():
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
