"""Brings a store to this release's tables."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.errors import StoreError

MIGRATIONS = Path(__file__).with_name("migrations")
LOCKS = {
    "postgresql": "SELECT pg_advisory_xact_lock(733814)",
    "mysql": "SELECT GET_LOCK('quietdrop', 60)",
    "mariadb": "SELECT GET_LOCK('quietdrop', 60)",
}


def newest_revision() -> str:
    """Return this release's revision: migrations are numbered, `0010_decisions.py`."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/0*.py"))


def is_current(conn: Connection) -> bool:
    """Whether the store has this release's tables. Alembic is slow to import, and not needed."""
    if not sa.inspect(conn).has_table("alembic_version"):
        return False
    there = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return there == [newest_revision()]


def migrate(conn: Connection, name: str) -> None:
    """Runs the migrations that are missing, inside the connection's transaction.

    Two processes may come at once: the second waits, then finds nothing to do. StoreError
    where the store, called `name`, is of a newer release than this one.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if lock := LOCKS.get(conn.dialect.name):
        conn.exec_driver_sql(lock).close()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
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
