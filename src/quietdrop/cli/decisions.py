"""decisions: what people decided, as a list and in the directory's format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.aliases import export_words
from quietdrop.cli.app import settings
from quietdrop.config import Settings
from quietdrop.domain.book import BookQuery
from quietdrop.domain.decided_tables import (
    COLUMNS,
    closure_rows,
    liaison_rows,
    practice_rows,
    without_a_table,
)
from quietdrop.domain.decisions import Decision
from quietdrop.domain.directory import Practice
from quietdrop.domain.errors import UsageError
from quietdrop.ingest.directory import read_directory
from quietdrop.lib import safe_files
from quietdrop.lib.reader import full_day
from quietdrop.lib.spreadsheets import csv_text
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import count
from quietdrop.store import Store


def decisions(
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Write them into this folder, as tables of the directory."),
    ] = None,
) -> None:
    """List the decisions in force, or write them as tables of the directory."""
    of = settings()
    store = Store.open(of.store.url, create=False)
    in_force = [one for one in store.decisions.all() if one.undone_at is None]
    if export is None:
        show(in_force)
    else:
        _export(of, store, in_force, export)


def show(in_force: Iterable[Decision]) -> None:
    """Prints the decisions by number, with who made each and from when it counts."""
    lines = [
        f"{one.id}. {one.kind}: {single_line(one.subject)} {single_line(one.value)}".rstrip()
        + f" (from {full_day(one.from_on)}, by {single_line(one.decided_by)})"
        for one in in_force
    ]
    typer.echo("\n".join(lines) or "No decision is in force.")


def _export(of: Settings, store: Store, in_force: list[Decision], folder: Path) -> None:
    directory = read_directory(of.source)
    names = store.names.of_practices()
    practices = {key: Practice(key, name or key) for key, name in names.items()}
    for row in store.book.rows(BookQuery()):
        practices[row.practice_id] = Practice(row.practice_id, row.name, row.liaison, row.territory)
    practices |= directory.practices
    tables = {
        "practices": list(practice_rows(practices, in_force, store.spellings.all())),
        "liaisons": list(liaison_rows(directory.liaisons, in_force)),
        "closures": list(closure_rows(in_force)),
    }
    for name, rows in tables.items():
        if rows:
            _write(folder / f"{name}.csv", csv_text(COLUMNS[name], rows))
            typer.echo(f"{folder / f'{name}.csv'}: {count(len(rows), 'row', 'rows')}")
    if not any(tables.values()):
        typer.echo("No decision belongs into a table of the directory.")
    if left := without_a_table(in_force):
        typer.echo(f"Left out: {left} that no table can state, such as refusals.")
    export_words(in_force)


def _write(path: Path, text: str) -> None:
    safe_files.refuse_link(path, "--export")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with safe_files.replacing(path) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"--export {path}: cannot be written: {error.strerror}.") from None
