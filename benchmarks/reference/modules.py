"""The reference of the modules: every module by stage, with the first sentence of its docstring."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/quietdrop"
INTRODUCTION = """\
# Modules

*Written from the code by `make reference`; a test keeps it in step. A stage may import
only those below it. How they work together stands in
[architecture](../architecture.md).*
"""


def page() -> str:
    """Return the page as Markdown."""
    lines = [INTRODUCTION]
    for stage in _stages():
        if (SOURCE / stage).is_dir():
            lines += _stage(stage)
    return "\n".join(lines)


def _stages() -> list[str]:
    """Return the stages from the edge down, as import-linter has them."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers: list[str] = config["tool"]["importlinter"]["contracts"][0]["layers"]
    return layers


def _stage(stage: str) -> Iterator[str]:
    """Yield a stage's heading, what it takes and gives, and its modules."""
    folder = SOURCE / stage
    yield from (f"## {stage}", "", _summary(folder / "__init__.py"), "")
    yield from ("| module | what it does |", "|---|---|")
    for path in sorted(folder.rglob("*.py")):
        if path != folder / "__init__.py" and "migrations" not in path.parts:
            place = path.parent if path.name == "__init__.py" else path
            name = place.relative_to(SOURCE).as_posix()
            cell = _summary(path).replace("|", "\\|")
            yield f"| `{name}` | {cell} |"
    yield ""


def _summary(path: Path) -> str:
    """Return the first paragraph of a module's docstring, in one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())
