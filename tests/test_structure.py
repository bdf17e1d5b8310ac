"""The shape of the code: who may import whom, and who may read the clock."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Container
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "quietdrop"
CLOCK_READERS = {"cli", "web"}
CLOCK_CALLS = {"now", "today", "utcnow", "time", "monotonic"}
FILES = sorted(SOURCE.rglob("*.py"))
TESTS = ROOT / "tests"


def part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return modules


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


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def where(faults: Callable[[Path], object], but: Container[str] = ()) -> dict[str, object]:
    """The files in which something is wrong, and what; those of the parts `but` left out."""
    checked = {path: faults(path) for path in FILES if part(path) not in but}
    return {str(path.relative_to(SOURCE)): what for path, what in checked.items() if what}


def test_only_the_edge_reads_the_clock() -> None:
    clocks = {f"{who}.{call}" for who in ("datetime", "date", "time") for call in CLOCK_CALLS}

    def reads(path: Path) -> set[str]:
        calls = {
            f"{ast.unparse(node.func)}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        return calls & clocks

    assert where(reads, but=CLOCK_READERS) == {}
    assert any(reads(path) for path in FILES)


def test_all_mail_goes_through_yagmail() -> None:
    assert where(lambda path: "smtplib" in imports(tree(path))) == {}


LONGEST_FILE = 300  # lines; a file has one idea
MOST_PARAMETERS = 5  # what is more is a value with a name
# Every value is told, found, made, known or somebody's own: such a name says nothing of it.
EMPTY_NAMES = {"told", "found", "made", "own", "known"}
# A name that is bound stands before a sign or `in`; to parse every file takes seconds.
BINDING = re.compile(rf"\b({'|'.join(sorted(EMPTY_NAMES))})\s*([^\w\s.]|in\b)")
# The edge reads and writes what others define: TOML, JSON, SQL rows, a library's keywords.
EDGE = {"cli", "config", "delivery", "demo", "ingest", "store", "web"}


def test_a_file_has_three_hundred_lines_at_most() -> None:
    def too_long(path: Path) -> int:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        return lines if lines > LONGEST_FILE else 0

    assert where(too_long) == {}


def test_a_function_takes_five_parameters_at_most() -> None:
    """But for a command: its parameters are its options."""
    from quietdrop.cli.commands import COMMANDS

    commands = {entry.place for entry in COMMANDS.values()}

    def too_many(path: Path) -> list[str]:
        return [
            function.name
            for function in functions(path)
            if len(parameters(function)) > MOST_PARAMETERS
            and not (part(path) == "cli" and f"{path.stem}:{function.name}" in commands)
        ]

    assert where(too_many) == {}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = ast.walk(tree(path))
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    of = function.args
    names = [one.arg for one in (*of.posonlyargs, *of.args, *of.kwonlyargs)]
    names += [one.arg for one in (of.vararg, of.kwarg) if one is not None]
    return [name for name in names if name not in ("self", "cls")]


def names(path: Path) -> set[str]:
    """Of its variables, parameters (a lambda's, too), fields and caught errors."""
    called: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.arg):
            called.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            called.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            called.add(node.name)
    return called


def test_no_name_says_only_that_something_was_found_or_told() -> None:
    """A variable, a parameter or a field is called after what it holds."""
    others = [path for folder in (TESTS, ROOT / "benchmarks") for path in folder.rglob("*.py")]
    texts = {path: path.read_text(encoding="utf-8") for path in FILES + others}
    suspects = [path for path, text in texts.items() if BINDING.search(text)]
    empty = {str(path.relative_to(ROOT)): names(path) & EMPTY_NAMES for path in suspects}
    assert {path: which for path, which in empty.items() if which} == {}


def test_stages_hand_on_values_and_no_dicts_of_anything() -> None:
    def loose(path: Path) -> bool:
        subscripts = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Subscript))
        return "dict[str, Any]" in {ast.unparse(node) for node in subscripts}

    assert where(loose, but=EDGE) == {}


def test_no_test_file_is_imported() -> None:
    """What several test files share stands in tests/builders, or as a fixture in a conftest.py."""
    for path in sorted(TESTS.rglob("*.py")):
        modules = [name for name in imports(tree(path)) if "tests." in name]
        parts = {part for name in modules for part in name.split(".")}
        assert not [part for part in parts if part == "conftest" or part.startswith("test_")], path


def test_the_folders_of_tests_are_those_of_the_source() -> None:
    """Beside them stands what tests share, and the tests of what is no single stage's."""
    across = {"benchmarks", "deploy", "faults", "hostile", "security"}
    folders = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("*/test_*.py")}
    stages = {part(path) for path in FILES if path.parent != SOURCE}
    assert folders - stages == across


def test_every_test_has_a_time_limit() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert 0 < options["timeout"] <= 300
