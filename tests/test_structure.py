"""The shape of the code: who may import whom, and who may read the clock."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "quietdrop"
CLOCK_READERS = {"cli", "web"}
CLOCK_CALLS = {"now", "today", "utcnow", "time", "monotonic"}
FILES = sorted(SOURCE.rglob("*.py"))


def part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_arrows_go_down_only_and_in_no_circle() -> None:
    """The order of the stages stands in pyproject.toml; a module that is not listed fails too.

    In a process of its own, since import-linter silences the loggers of the one it runs in.
    """
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    checked = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_only_the_edge_reads_the_clock(path: Path) -> None:
    if part(path) in CLOCK_READERS:
        return
    calls = {
        f"{ast.unparse(node.func)}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    clocks = {f"{who}.{call}" for who in ("datetime", "date", "time") for call in CLOCK_CALLS}
    assert not calls & clocks


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_all_mail_goes_through_yagmail(path: Path) -> None:
    assert "smtplib" not in imports(ast.parse(path.read_text()))
