"""The group of all commands, each loaded when it is called, by its name."""

from __future__ import annotations

from collections import UserDict
from importlib import import_module
from typing import Any

import typer
import typer.core
import typer.main

from quietdrop.cli.commands import COMMANDS, Section


class LazyGroup(typer.core.TyperGroup):
    """Knows its commands from the table alone: help and suggestions load none."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = _Loaded(dict.fromkeys(COMMANDS))

    def list_commands(self, ctx: object) -> list[str]:
        """Return the names in the order of help."""
        del ctx
        return list(COMMANDS)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Offer the commands that begin as typed; each is named without being loaded."""
        self.commands = {
            name: typer.core.TyperCommand(name, short_help=entry.help)
            for name, entry in COMMANDS.items()
        }
        return super().shell_complete(ctx, incomplete)

    def format_commands(self, ctx: object, formatter: Any) -> None:
        """Write the commands under their headings."""
        del ctx
        width = max(map(len, COMMANDS))
        for section in Section:
            rows = [
                (name.ljust(width), entry.help)
                for name, entry in COMMANDS.items()
                if entry.section is section
            ]
            with formatter.section(section.value):
                formatter.write_dl(rows)


class _Loaded(UserDict[str, Any]):
    """The commands by name, each made when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        if self.data[name] is None:
            self.data[name] = load(name)
        return self.data[name]


def load(name: str) -> Any:
    """Import a command's module and return the command."""
    entry = COMMANDS[name]
    module, _, function = entry.place.partition(":")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    examples = "\n".join(f"  quietdrop {line}" for line in entry.examples)
    alone.command(name, epilog=f"\b\nExamples:\n{examples}")(
        getattr(import_module(f"quietdrop.cli.{module}"), function)
    )
    return typer.main.get_command(alone)
