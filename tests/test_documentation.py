"""A command, an option or an exit code without documentation fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from quietdrop.cli import app
from quietdrop.domain import errors

PAGE = (Path(__file__).parents[1] / "docs" / "commands.md").read_text(encoding="utf-8")
GROUP = typer.main.get_command(app)
COMMANDS = dict(getattr(GROUP, "commands"))  # noqa: B009


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    [line] = [row for row in PAGE.splitlines() if re.match(rf"\| `quietdrop {name}\b", row)]
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            assert any(option in line for option in parameter.opts), parameter.opts


def test_every_documented_command_exists() -> None:
    documented = set(re.findall(r"^\| `quietdrop (\w+)", PAGE, flags=re.MULTILINE))
    assert documented == set(COMMANDS)


def test_every_exit_code_is_documented() -> None:
    known = [e for e in vars(errors).values() if isinstance(e, type)]
    for error in known:
        assert issubclass(error, errors.QuietdropError)
        assert f"| {error.exit_code} |" in PAGE
    assert "| 3 |" in PAGE  # a held feed is no error: `run` says so itself
