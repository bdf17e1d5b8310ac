"""rehearse: the weekly job over the past."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from quietdrop import ingest
from quietdrop.cli.app import Json, chosen_config, now, recall, show_json, tell
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.cli.export import check_output, write_table
from quietdrop.config import load
from quietdrop.domain.errors import UsageError
from quietdrop.jobs.backtest import Rehearsal
from quietdrop.jobs.backtest import rehearse as rehearsed
from quietdrop.jobs.replay import Replay, mondays

WORDS = (
    ("weeks", "weeks replayed"),
    ("weeks_held", "weeks in which the feed looked broken"),
    ("listed", "check-ins listed"),
    ("listed_a_week", "check-ins listed a week"),
    ("confirmed", "check-ins behind which hindsight sees a lasting loss"),
    ("losses", "lasting losses that hindsight sees"),
    ("losses_listed", "of them listed"),
    ("lost_referrals", "referrals lost in their first 26 weeks"),
    ("lost_referrals_after_listing", "of them after the listing"),
    ("median_weeks_to_listing", "weeks from the onset to the listing, half of them sooner"),
    ("median_weeks_of_lead", "weeks of lead over a quarterly report, half of them more"),
)


def rehearse(
    first: Annotated[str, typer.Option("--from", help="The first date to replay.")],
    last: Annotated[str, typer.Option("--to", help="Replay up to this date.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting to try, as drift.alert_probability=0.4; repeatable."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", help="Every week's assessments: .csv, .parquet or .json.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Replay the weekly job over the past with only what was known then; send nothing."""
    if output is not None:
        check_output(output)
    of = load(chosen_config(), os.environ, dict(_change(text) for text in changes or []))
    today = today_in(of)
    begin, end = (
        parse_day(first, today, "--from", of.source),
        parse_day(last, today, "--to", of.source),
    )
    if not begin <= end <= today:
        raise UsageError(f"--from {begin} --to {end}: give two past dates, the earlier one first.")
    tell("Reading referrals")
    began = now()
    register = recall(of, today).register
    intake = ingest.as_spelled(of.source, today, today, register)
    what = Replay(intake, tuple(mondays(begin, end)), register)
    rehearsal = rehearsed(of, what, tell, with_table=output is not None)
    if output is not None and len(rehearsal.table):
        write_table(rehearsal.table, output)
    if as_json:
        show_json(rehearsal.figures() | {"alerts": _alerts(rehearsal)})
        return
    figures = rehearsal.figures()
    for key, words in WORDS:
        value = figures[key]
        typer.echo(f"{'-' if value is None else value:>8}  {words}")
    tell(f"Took {(now() - began).total_seconds():.0f} s")


def _alerts(rehearsal: Rehearsal) -> dict[str, int]:
    """Check-ins listed on each date."""
    return {
        as_of.isoformat() if isinstance(as_of, date) else str(as_of): int(listed)
        for as_of, listed in zip(rehearsal.weeks["as_of"], rehearsal.weeks["listed"], strict=True)
    }


def _change(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f'--set "{text}": write it as KEY=VALUE, as drift.alert_probability=0.4.')
    return key.strip(), value.strip()
