"""assess: every practice as a table, recording nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import AsOf, judged, settings
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.cli.run import _doubt


def assess(
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv, .parquet or .json file.")],
    as_of: AsOf = None,
) -> None:
    """Every practice's assessment as a table."""
    from quietdrop.cli.export import check_output, say_wrote, write_table
    from quietdrop.messages.digest import with_why_not

    check_output(output)
    of = settings()
    day = parse_day(as_of, today_in(of), source=of.source)
    briefing = judged(of, day)
    write_table(with_why_not(briefing.evaluation, briefing.table), output)
    say_wrote(output)
    _doubt(briefing)
