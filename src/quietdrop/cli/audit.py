"""audit: who did what and when."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import Json, settings, show_json
from quietdrop.cli.export import say_wrote, write_csv
from quietdrop.lib.reader import full_day
from quietdrop.lib.spreadsheets import csv_text
from quietdrop.lib.text import single_line
from quietdrop.store import Store
from quietdrop.store.audit import HEADER, as_row

MOST_SHOWN = 50  # lines, unless --most says otherwise


def audit(
    most: Annotated[
        int, typer.Option("--most", min=1, help="How many lines, the newest first.")
    ] = MOST_SHOWN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write all of them as a CSV file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Who signed in, answered, logged, decided, changed and forgot what, and when."""
    of = settings()
    store = Store.open(of.store.url, create=False)
    if output is not None:
        write_csv(output, csv_text(HEADER, map(as_row, store.audit.entries())))
        say_wrote(output)
        return
    entries = store.audit.entries(limit=most)
    if as_json:
        show_json([asdict(entry) for entry in entries])
        return
    names = store.names.of_practices()
    for entry in entries:
        when = f"{full_day(entry.at.date())}, {entry.at:%H:%M} UTC"
        detail = f": {single_line(entry.detail, 200)}" if entry.detail else ""
        place = f", {single_line(names.get(entry.about) or entry.about)}" if entry.about else ""
        typer.echo(f"{when}  {single_line(entry.who)}  {entry.action}{detail}{place}")
    if not entries:
        typer.echo("Nothing is recorded yet.")
