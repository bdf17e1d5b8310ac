"""The reference of the commands: what each takes, with examples, and the exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import EnumType
from typing import Any

import typer.main

from quietdrop.cli import app
from quietdrop.cli.commands import COMMANDS, Entry, Section
from quietdrop.domain import errors

INTRODUCTION = """\
# Command reference

*Written from the code by `make reference`; a test keeps it in step. [Commands](../commands.md) says
what goes beyond a line.*
"""

# What no error stands for: a good end, and a feed that `run`, `preview` and `status` report.
DONE = "Done, also when there is nothing to report."
PARTLY_FAILED = "Failed or partly failed: something was not sent, or somebody should look."
HELD = (
    "Held because the feed looks broken: stale, fallen as a whole, one of its files ended, its ids "
    "changed, many rows vanished, or too many rows were rejected."
)


def page() -> str:
    """Return the page as Markdown."""
    group: Any = typer.main.get_command(app)
    lines = [INTRODUCTION, "## Options of every command", ""]
    lines += _table("option", group.params)
    for section in Section:
        lines += ["", f"## {section.value}"]
        for name, entry in COMMANDS.items():
            if entry.section is section:
                lines += _command(name, entry, group.commands[name])
    return "\n".join([*lines, "", "## Exit codes", "", *_exit_codes(), ""])


def _command(name: str, entry: Entry, command: Any) -> Iterator[str]:
    """Yield a command's heading, usage, parameters and examples."""
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [
        each for each in command.params if each.param_type_name == "option" and each.name != "help"
    ]
    usage = " ".join(_placeholder(each) for each in arguments)
    yield from ("", f"### {name}", "", entry.help, "")
    yield f"    quietdrop {name}{' [OPTIONS]' if options else ''} {usage}".rstrip()
    for title, parameters in (("argument", arguments), ("option", options)):
        if parameters:
            yield ""
            yield from _table(title, parameters)
    yield from ("", "For example:", "")
    yield from (f"    quietdrop {line}" for line in entry.examples)


def _placeholder(argument: Any) -> str:
    name = argument.name.upper()
    return name if argument.required else f"[{name}]"


def _table(title: str, parameters: list[Any]) -> Iterator[str]:
    yield f"| {title} | what it does |"
    yield "|---|---|"
    for each in parameters:
        option = each.param_type_name == "option"
        spelled = (
            ", ".join(f"`{name}`" for name in each.opts) if option else f"`{each.name.upper()}`"
        )
        yield f"| {spelled} | {_cell(each)} |"


def _cell(parameter: Any) -> str:
    """Return what a parameter does, with its default where it has one that says something."""
    text = str(parameter.help or "").replace("|", "\\|")
    annotation = getattr(parameter.type_descriptor, "annotation", None)
    choices: list[Any] = list(annotation) if isinstance(annotation, EnumType) else []
    if choices and "One of" not in text:
        text += f" One of {', '.join(f'`{each.value}`' for each in choices)}."
    default = parameter.default
    if default in (None, False, "", (), []) or callable(default):
        return f"{text} Required." if parameter.required else text
    return f"{text} Default: `{getattr(default, 'value', default)}`."


def _exit_codes() -> Iterator[str]:
    """Yield the table of the codes: those of the errors, and the two that no error stands for."""
    base = errors.QuietdropError
    means = {0: [DONE], base.exit_code: [PARTLY_FAILED], 3: [HELD]}
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, base) and each is not base:
            sentence = str(each.__doc__).split("; ")[0].split(". ")[0].strip().rstrip(".")
            means.setdefault(each.exit_code, []).append(f"{sentence}.")
    yield from ("| code | means |", "|---|---|")
    for code, sentences in sorted(means.items()):
        yield f"| {code} | {' '.join(sentences)} |"
