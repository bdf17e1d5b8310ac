"""A clinic's round in which nothing is due: it is cheap."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.fleet.clinics import write_clinic
from tests.builders.fleet_scene import store_of

from quietdrop.jobs.fleet.order import Order, Work

NEVER_YET = "0 0 29 2 *"  # a slot that comes once in four years
ROUND = """
import json, sys
from quietdrop.cli import clinic
try:
    clinic.main(sys.argv[1])
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
NOTHING = {"due": False, "to_retry": 0, "sent": 0, "failed": 0, "unknown": 0}
# What reading, assessing, writing, sending and migrating need.
UNNEEDED = {"numpy", "pandas", "pyarrow", "scipy", "sklearn", "alembic", "yagmail", "jinja2"}


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A clinic whose store is there and whose source is gone."""
    folder = tmp_path / "lake"
    write_clinic(folder)
    store_of(folder)
    (folder / "referrals.csv").unlink()
    (folder / "practices.csv").unlink()
    return folder


def round_of(folder: Path) -> tuple[dict[str, Any], set[str]]:
    """What a round says, and what it imports."""
    order = Order("lake", str(folder / "quietdrop.toml"), Work.DUE, cron=NEVER_YET)
    words = [sys.executable, "-c", ROUND, order.to_json()]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said, errors = process.stdout.read(), process.stderr.read()
    assert process.returncode == 0, errors
    return json.loads(said), set(json.loads(errors.splitlines()[-1]))


def test_a_clinic_that_is_not_due_reads_no_source_and_imports_little(lake: Path) -> None:
    said, imported = round_of(lake)
    assert said == NOTHING
    assert imported & UNNEEDED == set()
    assert len(imported) <= 750
