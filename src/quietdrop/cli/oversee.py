"""ledger: what managers ask for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from quietdrop.cli.frame import AsOf, Json, app, parse_day, recall, settings, show_json, tell
from quietdrop.cli.frame import today as today_in
from quietdrop.digest import manager_words
from quietdrop.judge import judge
from quietdrop.oversight import ledgers
from quietdrop.reports import Ledger


@app.command()
def ledger(as_of: AsOf = None, as_json: Json = False) -> None:
    """What came back after check-ins, against what would have come anyway."""
    of = settings()
    day = parse_day(as_of, today_in(of))
    judged = judge(of, recall(of, day), day, today_in(of), tell)
    made = ledgers(judged.decided)
    if as_json:
        show_json({f"weeks_{each.weeks}": _plain(each) for each in made})
        return
    for each in made:
        typer.echo(f"In the {each.weeks} weeks after:")
        for name, figures in each.groups:
            typer.echo(f"  {manager_words.group(name)}: {manager_words.back(figures)}")
        for finding in manager_words.findings(each):
            typer.echo(f"  {finding}")


def _plain(each: Ledger) -> dict[str, Any]:
    values = asdict(each) | {"groups": {name: rows._asdict() for name, rows in each.groups}}
    for name in ("over_model", "over_left", "over_held"):
        gain = getattr(each, name)
        values[name] = gain and gain._asdict()
    return values
