"""rehearse: the weekly job over the past, under one setting or two side by side."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import Json, chosen_config, now, show_json, tell
from quietdrop.cli.app import today as today_in
from quietdrop.cli.changes import change
from quietdrop.cli.days import parse_day
from quietdrop.cli.export import check_output, say_wrote, write_table
from quietdrop.cli.past import read_past
from quietdrop.cli.screen import progress
from quietdrop.config import Settings, load
from quietdrop.domain.errors import UsageError
from quietdrop.jobs.backtest import Rehearsal
from quietdrop.jobs.backtest import rehearse as rehearsed
from quietdrop.jobs.past import Read, last_run_day, year_up_to
from quietdrop.jobs.trial import check_keys, tried
from quietdrop.lib import safe_files
from quietdrop.messages.comparison import as_text
from quietdrop.reporting.comparison_report import to_json
from quietdrop.web.comparison_page import standalone

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
    first: Annotated[
        str | None, typer.Option("--from", help="The first date to replay; else 52 weeks back.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Replay up to this date; else the last run's day.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting to try, as drift.alert_probability=0.4; repeatable."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Today's settings and those of --set, side by side.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="With --compare: write it as a page.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Every week's assessments: .csv, .parquet or .json."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Replay the weekly job over the past with only what was known then; send nothing."""
    values = dict(change(text) for text in changes or [])
    _check(output, html, values, compare=compare)
    proposed = load(chosen_config(), os.environ, values)
    days = _span(proposed, first, last)
    began = now()
    if compare:
        today = load(chosen_config(), os.environ)
        _compare(today, proposed, read_past(today, *days), html, as_json=as_json)
    else:
        _replay(proposed, read_past(proposed, *days), output, as_json=as_json)
    tell(f"Took {(now() - began).total_seconds():.0f} s")


def _check(
    output: Path | None, html: Path | None, values: dict[str, str], *, compare: bool
) -> None:
    """Refuses what cannot be done before any work is done for it."""
    if output is not None:
        check_output(output)
    if compare and output is not None:
        raise UsageError("-o writes one setting's assessments: leave out --compare, or use --html.")
    if html is not None and not compare:
        raise UsageError("--html writes a comparison: add --compare.")
    if html is not None:
        safe_files.refuse_link(html, "--html")
    if compare and not values:
        raise UsageError("--compare: name what to try, as --set drift.alert_probability=0.7.")
    if compare:
        check_keys(values)


def _span(of: Settings, first: str | None, last: str | None) -> tuple[date, date]:
    """The first and the last date to replay."""
    today = today_in(of)
    end = parse_day(last, last_run_day(of, now()), "--to", of.source)
    begin = parse_day(first, year_up_to(end)[0], "--from", of.source)
    if not begin <= end <= today:
        raise UsageError(f"--from {begin} --to {end}: give two past dates, the earlier one first.")
    return begin, end


def _replay(of: Settings, past: Read, output: Path | None, *, as_json: bool) -> None:
    with progress() as tell:
        rehearsal = rehearsed(of, past.replay, tell, with_table=output is not None)
    if output is not None and len(rehearsal.table):
        write_table(rehearsal.table, output)
        say_wrote(output, aside=as_json)
    figures = rehearsal.figures()
    if as_json:
        show_json(figures | {"alerts": _alerts(rehearsal)})
        return
    for key, words in WORDS:
        value = figures[key]
        typer.echo(f"{'-' if value is None else value:>8}  {words}")


def _compare(
    today: Settings, proposed: Settings, past: Read, html: Path | None, *, as_json: bool
) -> None:
    with progress() as tell:
        report = tried(today, proposed, past.replay, past.touches, tell)
    if html is not None:
        _write(html, standalone(report))
        say_wrote(html, aside=as_json)
    if as_json:
        typer.echo(to_json(report))
    else:
        typer.echo(as_text(report))


def _write(path: Path, page: str) -> None:
    try:
        safe_files.write_text(path, page)
    except OSError as error:
        raise UsageError(f"--html {path}: cannot be written: {error.strerror}.") from None


def _alerts(rehearsal: Rehearsal) -> dict[str, int]:
    """Check-ins listed on each date."""
    return {
        as_of.isoformat() if isinstance(as_of, date) else str(as_of): int(listed)
        for as_of, listed in zip(rehearsal.weeks["as_of"], rehearsal.weeks["listed"], strict=True)
    }
