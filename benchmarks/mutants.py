"""Small faults put into the code one at a time, to see whether the module's own tests notice.

`python -m benchmarks.mutants --number 200 --seed 1` samples places in the stages' core, changes
one, runs the tests of that module in a copy of the tree, and prints which changes passed unnoticed.
A module's own tests are `tests/STAGE/test_MODULE*.py` and the recorded figures of its stage; a
module without tests of its own is tried with its whole stage's.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = Path("src", "quietdrop")
STAGES = ("detection", "findings", "checkins", "evaluation", "reporting", "delivery", "ingest")
TIMEOUT = 240  # seconds for one module's tests; a change that makes them hang counts as noticed
NO_TESTS = 5  # pytest's exit code where it collects nothing
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}


@dataclass(frozen=True)
class Mutant:
    """One change: in a file, the text between two offsets is replaced."""

    path: Path
    line: int
    begin: int
    end: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before!r} -> {self.after!r}"

    def apply(self, root: Path) -> None:
        source = (root / self.path).read_bytes()
        changed = source[: self.begin] + self.after.encode() + source[self.end :]
        (root / self.path).write_bytes(changed)


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """The node with one fault in it, in each way that we know."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        other = COMPARISONS.get(type(node.ops[0]))
        if other is not None:
            yield ast.Compare(node.left, [other()], node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS and not _is_text(node):
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Constant):
        if type(node.value) is int:
            yield ast.Constant(node.value + 1)
        elif isinstance(node.value, float):
            yield ast.Constant(node.value * 1.5 + 0.1)


def _is_text(node: ast.BinOp) -> bool:
    """Whether texts are joined, where another operator only raises."""
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and type(side.value) is str)
        for side in (node.left, node.right)
    )


def mutants(path: Path) -> list[Mutant]:
    """Every change of one file. In: its path below the root."""
    source = (ROOT / path).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    every = []
    for node in _code(ast.parse(source)):
        for other in changed(node):
            begin = starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
            end = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
            before, after = source[begin:end].decode(), f"({ast.unparse(other)})"
            every.append(Mutant(path, node.lineno, begin, end, before, after))  # type: ignore[attr-defined]
        if isinstance(node, ast.If) and not node.orelse and _leaves(node.body):
            begin = starts[node.test.lineno - 1] + node.test.col_offset
            end = starts[(node.test.end_lineno or 1) - 1] + (node.test.end_col_offset or 0)
            every.append(
                Mutant(path, node.lineno, begin, end, source[begin:end].decode(), "(False)")
            )
    return every


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run, without annotations, f-strings and subscripts of types."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.arguments):
            for default in [*child.defaults, *(d for d in child.kw_defaults if d)]:
                yield from _code(ast.Expression(default))
            continue
        if isinstance(child, ast.AnnAssign):
            if child.value is not None:
                yield from _code(ast.Expression(child.value))
            continue
        if isinstance(child, ast.JoinedStr):
            continue
        if isinstance(child, ast.FunctionDef):
            child.returns = None
        if hasattr(child, "lineno"):
            yield child
        yield from _code(child)


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Return | ast.Continue | ast.Raise)


def tests_of(path: Path) -> list[str]:
    """The module's own tests, else those of its stage."""
    stage, module = path.relative_to(PACKAGE).parts[0], path.stem
    tests = ROOT / "tests" / stage
    mirrored = sorted(tests.rglob(f"test_{module}*.py")) + sorted(tests.rglob("test_recorded*.py"))
    return [str(test.relative_to(ROOT)) for test in mirrored] or [f"tests/{stage}"]


def survives(mutant: Mutant, folder: Path) -> bool:
    """Whether the tests pass with the change, in a copy of the tree."""
    original = (folder / mutant.path).read_bytes()
    mutant.apply(folder)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    try:
        run = subprocess.run(
            [*command, *tests_of(mutant.path)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        (folder / mutant.path).write_bytes(original)
    return run.returncode in (0, NO_TESTS)


def sample(number: int, seed: int, stages: Sequence[str]) -> list[Mutant]:
    """So many places, each module as likely as it is long."""
    files = sorted(
        path.relative_to(ROOT)
        for stage in stages
        for path in (ROOT / PACKAGE / stage).rglob("*.py")
        if path.name != "__init__.py"
    )
    every = [mutant for path in files for mutant in mutants(path)]
    return random.Random(seed).sample(every, min(number, len(every)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stages", nargs="*", default=STAGES)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    chosen = sample(given.number, given.seed, given.stages)
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(given.workers) as pool:
        folders = [Path(scratch, str(place)) for place in range(given.workers)]
        for folder in folders:
            for part in ("src", "tests", "benchmarks"):
                shutil.copytree(ROOT / part, folder / part)
            shutil.copy(ROOT / "pyproject.toml", folder)

        def judge(mutant: Mutant) -> tuple[Mutant, bool]:
            folder = folders.pop()
            try:
                return mutant, survives(mutant, folder)
            finally:
                folders.append(folder)

        unnoticed = 0
        for mutant, passed in pool.map(judge, chosen):
            if passed:
                unnoticed += 1
                print(
                    f"{mutant.path}:{mutant.line}: {mutant.before!r} -> {mutant.after!r}",
                    flush=True,
                )
    share = 1.0 - unnoticed / max(len(chosen), 1)
    print(f"seed {given.seed}: {len(chosen)} changes, {unnoticed} unnoticed, {share:.0%} noticed")


if __name__ == "__main__":
    main()
