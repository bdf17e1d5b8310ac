"""The commands as `--help` shows them, each loaded when it is called."""

from __future__ import annotations

import inspect
import shlex
from importlib import import_module

import pytest
import typer.main
from tests.builders.commands import call

from quietdrop.cli import app
from quietdrop.cli.commands import COMMANDS, Section
from quietdrop.cli.group import load

GROUP = typer.main.get_command(app)


def test_help_lists_every_command_under_its_heading(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--help") == 0
    lines = capsys.readouterr().out.splitlines()
    heading = ""
    shown = {}
    for line in lines:
        if line.removesuffix(":") in set(Section):
            heading = line.removesuffix(":")
        elif heading and line[2:3].strip():
            shown[line.split()[0]] = heading
    assert shown == {name: entry.section.value for name, entry in COMMANDS.items()}


def test_a_typo_is_met_with_what_may_be_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "staus") == 2
    assert "No such command 'staus'. Did you mean 'status'?" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_help_begins_the_commands_own_help(name: str) -> None:
    module, _, function = COMMANDS[name].place.partition(":")
    code = getattr(import_module(f"quietdrop.cli.{module}"), function)
    assert (inspect.getdoc(code) or "").replace("\n", " ").startswith(COMMANDS[name].help)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_can_be_called(name: str) -> None:
    assert 1 <= len(COMMANDS[name].examples) <= 3
    for example in COMMANDS[name].examples:
        words = shlex.split(example)
        with GROUP.make_context("quietdrop", list(words), resilient_parsing=True):
            pass
        called = load(name)
        arguments = words[words.index(name) + 1 :]
        with called.make_context(name, arguments):
            pass


def test_the_examples_stand_in_the_commands_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "assess", "--help") == 0
    assert "    quietdrop assess -o practices.csv\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_whoever_knows_o_knows_output(name: str) -> None:
    for parameter in load(name).params:
        assert ("-o" in parameter.opts) == ("--output" in parameter.opts)
