"""assess, explain: what a run would say, recording nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import AsOf, Json, recall, settings, show_json, tell
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.cli.export import check_output, write_table
from quietdrop.cli.practices import practices_of, resolve
from quietdrop.cli.run import _doubt, _explained, _refuse_lost, _show_figures
from quietdrop.jobs.pipeline import brief
from quietdrop.lib.text import single_line
from quietdrop.messages.digest import with_why_not


def assess(
    output: Annotated[Path, typer.Option("-o", help="A .csv, .parquet or .json file.")],
    as_of: AsOf = None,
) -> None:
    """Every practice's assessment as a table."""
    check_output(output)
    of = settings()
    day = parse_day(as_of, today_in(of), source=of.source)
    briefing = brief(of, recall(of, day), day, today_in(of), tell)
    write_table(with_why_not(briefing.evaluation, briefing.table), output)
    _doubt(briefing)


def explain(
    practice: Annotated[str, typer.Argument(help="A practice's id or name.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Why a practice is listed or not: its cadence, baseline, evidence and decision."""
    of = settings()
    day = parse_day(as_of, today_in(of), source=of.source)
    briefing = brief(of, recall(of, day), day, today_in(of), tell)
    _refuse_lost(briefing, practice, day)
    names = practices_of(briefing.intake, briefing.table["practice_id"])
    asked = resolve(practice, names)
    figures = _explained(briefing, asked)
    if as_json:
        show_json(figures)
        return
    typer.echo(f"{single_line(str(figures['practice_name']))}: {figures['status']}")
    typer.echo(str(figures["reason"]))
    if asked in briefing.assessed.frame.index:
        _show_figures(briefing, asked, figures)
    typer.echo(f"listed: {'yes' if figures['listed'] else 'no'}")
    if figures["not_listed_because"]:
        typer.echo(str(figures["not_listed_because"]))
    for fault in briefing.evaluation.faults:
        typer.echo(f"The feed looks broken, so a run of this day is held back: {fault}")
