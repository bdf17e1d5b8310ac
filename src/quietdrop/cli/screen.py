"""Output for a person at a terminal: bars, colors, tables. A pipe and cron get plain lines.

`rich` is imported only where a terminal is. `NO_COLOR` leaves colors out, `TERM=dumb` all of it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import typer

from quietdrop.lib.progress import Progress, silent
from quietdrop.lib.text import single_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars

# A line of `check`: what it is of, its mark, the words.
_MARKED = re.compile(r"(\S.*?)\s+(ok|--|!!)(?:\s+(.*))?", re.DOTALL)
_COLORS = {"ok": "green", "--": "yellow", "!!": "bold red"}
_HEAD = 9  # columns that the first word of such a line takes


def is_read(stream: TextIO) -> bool:
    """Whether a person reads the stream on a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")


def console(stream: TextIO | None = None) -> Console:
    """Return rich's view of the terminal; it takes no text for markup."""
    from rich.console import Console

    return Console(file=stream or sys.stdout, markup=False, highlight=False, emoji=False)


@contextmanager
def progress() -> Iterator[Progress]:
    """While entered, show the work's steps as one bar on the terminal's errors; nothing in cron.

    The bar is gone when it is left, so that what follows is printed on a clean line.
    """
    if not sys.stderr.isatty():
        yield silent
    elif not is_read(sys.stderr):
        yield tell
    else:
        with _bars() as bars:
            yield _OneBar(bars)


def tell(words: str, done: int = 0, total: int = 0, /) -> None:
    """One step as a line of its own; on a terminal only, so cron stays quiet."""
    if sys.stderr.isatty():
        count = f" ({done} of {total})" if total else ""
        typer.echo(f"{words}{count} …", err=True)


def show_marked(line: str) -> None:
    """Print a line of `check`; on a terminal with its mark in color and its words aligned."""
    marked = _MARKED.fullmatch(line)
    if marked is None or not is_read(sys.stdout):
        typer.echo(line)
        return
    from rich.table import Table
    from rich.text import Text

    head, mark, words = marked.groups()
    row = Table.grid(padding=(0, 1))
    row.add_column(width=max(_HEAD, len(head)))
    row.add_column(width=2)
    row.add_column(overflow="fold")
    row.add_row(Text(head, "bold"), Text(mark, _COLORS[mark]), Text(words or ""))
    console().print(row)


def show_problem(words: str) -> None:
    """Print what somebody should look at; on a terminal in red."""
    if not is_read(sys.stdout):
        typer.echo(f"!! {words}")
        return
    from rich.text import Text

    console().print(Text.assemble(("!! ", _COLORS["!!"]), words))


def show_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for a person. Cells may come from data: they are shown harmless."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(single_line(str(cell))) for cell in row))
    console().print(table)


def _bars() -> Bars:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[count]}", markup=False),
        TimeElapsedColumn(),
        console=console(sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


class _OneBar:
    """The step that is under way, and how many of how many are done."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None, count="")

    def __call__(self, words: str, done: int = 0, total: int = 0, /) -> None:
        several = total > 1
        self._bars.update(
            self._task,
            description=single_line(words),
            completed=done - 1 if several else 0,  # the step itself is only under way
            total=total if several else None,
            count=f"{done:,}/{total:,}" if several else "",
        )
