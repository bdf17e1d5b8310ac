"""A folder with a config and a store, in which the real command is called."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from quietdrop.cli import main
from quietdrop.store.tables import metadata

AS_OF = date(2026, 7, 6)
HEADER = "referred_on,practice_name"
GOOD = [
    f"{AS_OF - timedelta(days=3 * back)},Practice {place}"
    for back in range(1, 60)
    for place in range(4)
]


@dataclass(frozen=True)
class Said:
    """What a command exited with and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Clinic:
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def config(self, text: str) -> None:
        (self.folder / "quietdrop.toml").write_text(text, encoding="utf-8")

    def source(self, name: str, content: bytes | None = None, more: str = "") -> Path:
        """Writes a referrals file, and a config that names it."""
        path = self.folder / name
        if content is not None:
            path.write_bytes(content)
        self.config(
            f'[source]\nreferrals = "{name}"\n{more}\n[store]\nurl = "sqlite:///store.db"\n'
            '[digest]\ndefault_liaison = "ann@example.com"\n'
        )
        return path

    def call(self, *words: str) -> Said:
        """Calls quietdrop as from a shell; any exception but an exit fails the test."""
        said = self._call(*words)
        assert "Traceback" not in said.out + said.err
        return said

    def call_debug(self, *words: str) -> Said:
        """The same with --debug, which may show a traceback."""
        return self._call("--debug", *words)

    def _call(self, *words: str) -> Said:
        config = str(self.folder / "quietdrop.toml")
        sys.argv = ["quietdrop", "--config", config, *words]
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self.capsys.readouterr()
        code = ended.value.code if isinstance(ended.value.code, int) else 0
        return Said(code, printed.out, printed.err)

    def run(self) -> Said:
        return self.call("run", "--as-of", AS_OF.isoformat())

    def stored(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the store; nothing where there is none."""
        if not (self.folder / "store.db").exists():
            return {}
        engine = sa.create_engine(f"sqlite:///{self.folder}/store.db", poolclass=sa.NullPool)
        with engine.connect() as conn:
            return {
                table.name: [tuple(row) for row in conn.execute(sa.select(table))]
                for table in metadata.sorted_tables
                if table.name not in ("claim", "run")
            }


def csv_bytes(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *GOOD, *rows]).encode()
