"""The small faults that can be put into a file, each of which changes what some call gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOGS = {"debug", "info", "warning", "error", "exception"}
HARMLESS = {"maxsize", "stacklevel"}  # arguments that change speed or a trace, and no result
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
    source: bytes
    line: int
    begin: int
    end: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before!r} -> {self.after!r}"

    @property
    def changed(self) -> bytes:
        """The file with the change."""
        return self.source[: self.begin] + self.after.encode() + self.source[self.end :]

    @contextmanager
    def applied(self, root: Path) -> Iterator[None]:
        """Within the block, the file in this copy of the tree has the change."""
        place = root / self.path
        compiled = Path(cache_from_source(str(place)))
        try:
            compiled.unlink(missing_ok=True)
            place.write_bytes(self.changed)
            yield
        finally:
            place.write_bytes(self.source)
            compiled.unlink(missing_ok=True)


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
            every.append(Mutant(path, source, node.lineno, begin, end, before, after))  # type: ignore[attr-defined]
        if isinstance(node, ast.If) and not node.orelse and _leaves(node.body):
            begin = starts[node.test.lineno - 1] + node.test.col_offset
            end = starts[(node.test.end_lineno or 1) - 1] + (node.test.end_col_offset or 0)
            every.append(
                Mutant(path, source, node.lineno, begin, end, source[begin:end].decode(), "(False)")
            )
    return every


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that change a result, without annotations, f-strings and log lines."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.arguments):
            for default in [*child.defaults, *(d for d in child.kw_defaults if d)]:
                yield from _code(ast.Expression(default))
            continue
        if isinstance(child, ast.AnnAssign):
            if child.value is not None:
                yield from _code(ast.Expression(child.value))
            continue
        if isinstance(child, ast.JoinedStr) or _is_harmless(child):
            continue
        if isinstance(child, ast.FunctionDef):
            child.returns = None
        if hasattr(child, "lineno"):
            yield child
        yield from _code(child)


def _is_harmless(node: ast.AST) -> bool:
    """Whether the node is a log line or an argument that changes no result."""
    if isinstance(node, ast.keyword):
        return node.arg in HARMLESS
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LOGS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("log", "_log", "logger")
    )


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Return | ast.Continue | ast.Raise)
