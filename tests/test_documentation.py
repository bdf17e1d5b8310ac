"""A command, an option, a setting or an exit code without documentation fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from benchmarks.reference.__main__ import PAGES

from quietdrop.cli import app
from quietdrop.domain import errors

DOCS = Path(__file__).parents[1] / "docs"
REFERENCE = (DOCS / "reference/commands.md").read_text(encoding="utf-8")
PROSE = (DOCS / "commands.md").read_text(encoding="utf-8")
GROUP = typer.main.get_command(app)
COMMANDS = dict(getattr(GROUP, "commands"))  # noqa: B009


def section(name: str) -> str:
    """What the reference says of a command, up to the next heading."""
    match = re.search(rf"^### {name}\n(.*?)(?=^##)", REFERENCE, flags=re.MULTILINE | re.DOTALL)
    assert match, name
    return match[1]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_is_written_from_the_code_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path](), "run `make reference`"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            assert all(f"`{option}`" in section(name) for option in parameter.opts), parameter.opts


def test_every_documented_command_exists() -> None:
    documented = set(re.findall(r"^### (\w+)$", REFERENCE, flags=re.MULTILINE))
    assert documented == set(COMMANDS)
    assert set(re.findall(r"^\| `(\w+)", PROSE, flags=re.MULTILINE)) <= documented


def test_every_exit_code_is_documented() -> None:
    kinds = [e for e in vars(errors).values() if isinstance(e, type)]
    for error in kinds:
        assert issubclass(error, errors.QuietdropError)
        assert f"| {error.exit_code} |" in REFERENCE
    assert "| 3 |" in REFERENCE  # a held feed is not an error: `run` says so itself


def test_every_page_has_a_place_in_the_site() -> None:
    navigation = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert pages == set(re.findall(r"([\w/-]+\.md)$", navigation, flags=re.MULTILINE))
