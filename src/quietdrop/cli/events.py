"""events: what became of check-ins, as a table for other programs."""

from __future__ import annotations

import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import settings, today
from quietdrop.cli.days import parse_day
from quietdrop.cli.export import check_csv, say_wrote, write_csv
from quietdrop.domain.event import Event
from quietdrop.lib.spreadsheets import csv_text
from quietdrop.messages.event_body import listed_fields
from quietdrop.store import Store

SPAN = timedelta(days=365)  # back from the last day, unless --from is given
NAMES = {"event_id": "id", "kind": "event"}  # as a webhook has them
COLUMNS = [NAMES.get(field.name, field.name) for field in fields(Event)]


def events(
    first: Annotated[
        str | None, typer.Option("--from", help="The first day; a year ago if left out.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="The last day; today if left out.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A CSV file instead of the terminal.")
    ] = None,
) -> None:
    """Check-ins opened, worsened and closed, as a table for other programs."""
    of = settings()
    end = parse_day(last, today(of), "--to", source=of.source)
    begin = parse_day(first, end - SPAN, "--from", source=of.source)
    if output is not None:
        check_csv(output)
    rows = Store.open(of.store.url, create=False).events.between(begin, end)
    text = csv_text(COLUMNS, (tuple(listed_fields(row).values()) for row in rows))
    if output is None:
        sys.stdout.write(text)
        return
    write_csv(output, text)
    say_wrote(output)
