"""A DuckDB file comes in by URL, as any database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from tests.ingest.shapes import tried

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.propose import propose


def test_a_duckdb_file_is_proposed_and_counted(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "clinic.duckdb")) as connection:
        connection.execute("CREATE SCHEMA intake")
        connection.execute(
            'CREATE TABLE intake.incoming ("Referral Date" DATE, clinic TEXT, patient TEXT)'
        )
        connection.execute(
            "INSERT INTO intake.incoming VALUES ('2026-11-02', 'A', 'Phinn'), "
            "('2026-11-03', 'B', 'Phinn'), ('2026-11-03', 'B', 'Phinn')"
        )
    result = tried(f"duckdb:///{tmp_path}/clinic.duckdb", tmp_path)
    assert result.proposal.table == "intake.incoming"
    assert (result.referrals, result.practices) == (3, 2)
    assert result.intake.newest == date(2026, 11, 3)
    assert "Phinn" not in repr(result)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.duckdb").write_text("text")
    with pytest.raises(SourceError, match="cannot be read"):
        propose(f"duckdb:///{tmp_path}/r.duckdb")
    with pytest.raises(SourceError, match="no such file"):
        propose(f"duckdb:///{tmp_path}/none.duckdb")
