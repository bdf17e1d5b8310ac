"""network: one huge network, judged block by block from a folder of counts."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietdrop.cli.app import AsOf, Json, settings, show_json
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.cli.engine import Engine, EngineOption, Scheduler, check_engine
from quietdrop.cli.screen import progress
from quietdrop.domain.assessment import Status
from quietdrop.lib.reader import decimal

if TYPE_CHECKING:
    from quietdrop.jobs.network.assess_network import NetworkOrder, NetworkSummary


def network(
    counts: Annotated[
        Path, typer.Argument(help="A folder of Parquet files, each practice in one of them.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A new folder for the assessments.")
    ],
    as_of: AsOf = None,
    engine: EngineOption = Engine.cores,
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Assess one huge network from a folder of counts, block by block."""
    check_engine(engine, scheduler)
    from quietdrop.jobs.network.assess_network import (
        NetworkOrder,
        assess_network,
        on_own_cores,
    )

    of = settings()
    order = NetworkOrder(counts, output, parse_day(as_of, today_in(of), source=of.source))
    with ExitStack() as entered:
        tell = entered.enter_context(progress())
        if scheduler is None:
            summary = assess_network(order, of, on_own_cores(tell))
        else:
            from quietdrop.jobs.network.on_dask import on_dask

            summary = assess_network(order, of, entered.enter_context(on_dask(scheduler, tell)))
    if as_json:
        show_json(
            {
                "as_of": order.as_of.isoformat(),
                "output": str(output),
                "files": summary.files,
                "weeks": summary.weeks,
                "rows": summary.rows,
                "rows_later": summary.later,
                "rows_left_out": dict(summary.left_out.most_common()),
                "statuses": dict(summary.statuses.most_common()),
            }
        )
        return
    for line in lines(summary, order):
        typer.echo(line)


def lines(summary: NetworkSummary, order: NetworkOrder) -> list[str]:
    """What became of the practices and the rows, for a person."""
    practices = decimal(summary.statuses.total())
    words = [f"{status.value} {decimal(summary.statuses[status.value])}" for status in Status]
    said = [word for word in words if not word.endswith(" 0")]
    left_out = [f"{reason} {decimal(rows)}" for reason, rows in summary.left_out.most_common()]
    result = [
        f"practices {practices}, {summary.weeks} weeks up to {order.as_of}: {', '.join(said)}",
        f"files {decimal(summary.files)}, rows {decimal(summary.rows)}, left out: "
        f"{', '.join(left_out) or 'none'}",
    ]
    if summary.later:
        result.append(f"rows of days from {order.as_of} on, not counted: {decimal(summary.later)}")
    also = f", and the rows left out to {order.output / 'left-out'}" if left_out else ""
    return [*result, f"Wrote {order.output / 'assessments'}{also}."]
