"""ledger, quarter: what managers ask for."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from quietdrop.cli.app import AsOf, Json, judged, settings, show_json
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.domain.errors import UsageError
from quietdrop.domain.quarter import Quarter
from quietdrop.domain.reports import Ledger
from quietdrop.lib import safe_files
from quietdrop.lib.reader import full_day
from quietdrop.messages.compose import last_quarter
from quietdrop.messages.wording import summary
from quietdrop.messages.wording.quarter import facts
from quietdrop.reporting.oversight import ledgers
from quietdrop.reporting.quarter.dates import label
from quietdrop.reporting.quarter.sheets import all_sheets
from quietdrop.web.quarter_page import standalone


def ledger(as_of: AsOf = None, as_json: Json = False) -> None:
    """What came back after check-ins, against what would have come anyway."""
    of = settings()
    day = parse_day(as_of, today_in(of), source=of.source)
    briefing = judged(of, day)
    results = ledgers(briefing.evaluation)
    if as_json:
        show_json({f"weeks_{each.weeks}": _plain(each) for each in results})
        return
    for each in results:
        typer.echo(f"In the {each.weeks} weeks after:")
        for name, figures in each.groups:
            typer.echo(f"  {summary.group(name)}: {summary.back(figures)}")
        for finding in summary.findings(each):
            typer.echo(f"  {finding}")


def quarter(
    as_of: AsOf = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")] = Path(
        "quarter"
    ),
) -> None:
    """The last complete quarter as a page with pictures, and its tables as CSV files."""
    safe_files.refuse_link(output, "-o")
    of = settings()
    day = parse_day(as_of, today_in(of), source=of.source)
    briefing = judged(of, day)
    result = last_quarter(of, briefing.evaluation, briefing.table)
    if result is None:
        raise UsageError(
            f"The data begin after the last calendar quarter that was over on {full_day(day)}."
        )
    try:
        page = write_quarter(result, output)
    except OSError as error:
        raise UsageError(f"-o {output}: cannot be written: {error.strerror}.") from None
    for fact in facts(result):
        typer.echo(fact)
    typer.echo(page)


def write_quarter(result: Quarter, output: Path) -> Path:
    """Writes a quarter's page and tables into a folder of its own.

    Args:
        result: The quarter.
        output: The folder above that folder.

    Returns:
        The page.

    Raises:
        OSError, UnsafePath: where it cannot be written.
    """
    files = {"quarter.html": standalone(result)}
    files |= {f"{name}.csv": text for name, text in all_sheets(result).items()}
    folder = output / label(result.first)
    safe_files.refuse_link(folder)
    safe_files.make_folder(folder)
    for name, text in files.items():
        safe_files.write_text(folder / name, text)
    return folder / "quarter.html"


def _plain(each: Ledger) -> dict[str, Any]:
    values = asdict(each) | {"groups": {name: rows._asdict() for name, rows in each.groups}}
    for name in ("over_model", "over_left", "over_held"):
        gain = getattr(each, name)
        values[name] = gain and gain._asdict()
    return values
