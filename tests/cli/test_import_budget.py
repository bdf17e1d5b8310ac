"""What a command may import: counted, since seconds differ from machine to machine.

A budget is what is needed today and a tenth more. Where one breaks, look at
`python -X importtime -m quietdrop ...`, and import what is large in the function that needs it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from quietdrop.store import Store

SOURCE = Path(__file__).parents[2] / "src"
CODE = """
import contextlib, io, json, sys
from quietdrop.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    with contextlib.suppress(SystemExit):
        main()
print(json.dumps(sorted(sys.modules)))
"""
TABLES = {"numpy", "pandas", "pyarrow", "scipy", "sklearn"}
PAGES = {"flask", "waitress", "jinja2", "css_inline", "PIL", "yagmail", "lxml", "holidays", "rich"}
DATABASES = {"sqlalchemy", "alembic"}
JUDGING = {"scipy", "sklearn", "quietdrop.detection.assess", "quietdrop.messages.compose"}
BUDGETS = {
    "--help": (200, TABLES | PAGES | DATABASES | {"pydantic", "babel"}),
    "--version": (200, TABLES | PAGES | DATABASES | {"pydantic", "babel"}),
    "staus": (320, TABLES | PAGES | DATABASES | {"babel"}),  # a typo
    "run --help": (400, TABLES | PAGES | DATABASES),
    "explain --help": (400, TABLES | PAGES | DATABASES),
    "assess --help": (400, TABLES | PAGES | DATABASES),
    "status": (590, TABLES | PAGES | {"alembic"}),
    "check": (1320, PAGES | JUDGING | {"alembic"}),
    "run --dry-run --as-of 2026-07-06": (
        1850,
        {"sklearn", "scipy.stats", "scipy.optimize", "jinja2", "css_inline", "PIL", "yagmail"},
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic of one file, whose store is up to date."""
    folder = tmp_path_factory.mktemp("clinic")
    days = [date(2026, 7, 3) - timedelta(days=back) for back in range(300)]
    rows = [f"{day},Practice {day.day % 7}" for day in days]
    (folder / "r.csv").write_text("\n".join(["referred_on,practice_name", *rows]))
    (folder / "quietdrop.toml").write_text('[source]\nreferrals = "r.csv"\n')
    Store.open(f"sqlite:///{folder / 'quietdrop.db'}")
    return folder


@pytest.mark.parametrize("command", BUDGETS)
def test_a_command_imports_within_its_budget(folder: Path, command: str) -> None:
    most, unneeded = BUDGETS[command]
    ran = subprocess.run(
        [sys.executable, "-c", CODE, *command.split()],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(json.loads(ran.stdout))
    assert imported & unneeded == set()
    assert len(imported) <= most
