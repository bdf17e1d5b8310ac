"""Whether a store needs its migrations, asked without alembic."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from quietdrop.store import Store
from quietdrop.store import store as store_module
from quietdrop.store.migrate import MIGRATIONS, is_current, newest_revision


def test_the_newest_revision_is_alembics_head() -> None:
    assert newest_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


@pytest.mark.parametrize(
    ("there", "current"), [([], False), (["0001"], False), ([newest_revision()], True)]
)
def test_a_store_is_current_with_the_newest_revision_alone(there: list[str], current: bool) -> None:
    with sa.create_engine("sqlite://").begin() as conn:
        conn.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        for revision in there:
            conn.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision,))
        assert is_current(conn) is current


def test_an_empty_database_is_not_current() -> None:
    with sa.create_engine("sqlite://").begin() as conn:
        assert not is_current(conn)


def test_a_current_store_is_opened_without_migrating(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'quietdrop.db'}"
    Store.open(url)
    monkeypatch.setattr(store_module, "migrate", lambda *_: pytest.fail("it migrates"))
    assert Store.open(url).checkins.open() == []


def test_a_current_store_is_opened_while_another_process_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'quietdrop.db'}"
    writer = Store.open(url)
    with writer.begin():
        assert Store.open(url).runs.newest() == []
