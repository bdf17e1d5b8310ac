"""rejects: the rows that cannot be used, by file and line, also before the first run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from quietdrop import ingest
from quietdrop.cli.app import AsOf, Json, recall, settings, show_json
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.cli.screen import progress
from quietdrop.domain.intake import Intake, Reject
from quietdrop.ingest.rejects import write_rejects
from quietdrop.lib import safe_files
from quietdrop.lib.reader import decimal
from quietdrop.lib.text import single_line

MOST_LINES = 200  # of the screen; -o and --json give all


def rejects(
    as_of: AsOf = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write all of them, with their cells, as CSV."),
    ] = None,
    as_json: Json = False,
) -> None:
    """The rows that cannot be used, by file and line, with the reason. Nothing is recorded."""
    if output is not None:
        safe_files.refuse_link(output, "-o")
    of = settings()
    day = parse_day(as_of, today_in(of), source=of.source)
    with progress() as tell:
        intake = ingest.read(of.source, day, today_in(of), recall(of, day).register, tell)
    if output is not None:
        write_rejects(output, intake.rejects)
    if as_json:
        show_json([_for_a_program(reject) for reject in intake.rejects])
        return
    for line in screen(intake):
        typer.echo(line)
    if output is not None:
        typer.echo(output)


def screen(intake: Intake) -> Iterator[str]:
    """Yield a line per row, without its cells, and a total."""
    shown = intake.rejects[:MOST_LINES]
    yield from map(_line, shown)
    rest = sum(reject.rows for reject in intake.rejects[MOST_LINES:])
    if rest:
        yield f"and {decimal(rest)} more rows; -o FILE writes all, with their cells"
    read, bad = decimal(intake.rows_read), decimal(intake.rejected_rows)
    yield f"{bad} of {read} rows cannot be used: {intake.rejected()}"


def _line(reject: Reject) -> str:
    """ "referrals.csv:12  not a date"; of a database the number of rows stands for the line."""
    where = single_line(reject.source, 200)
    if reject.line is not None:
        where = f"{where}:{reject.line}"
    several = f" ({decimal(reject.rows)} rows)" if reject.rows != 1 else ""
    return f"{where}  {reject.reason}{several}"


def _for_a_program(reject: Reject) -> dict[str, Any]:
    return {
        "file": reject.source,
        "line": reject.line,
        "rows": reject.rows,
        "reason": reject.reason,
        "fields": dict(reject.fields),
    }
