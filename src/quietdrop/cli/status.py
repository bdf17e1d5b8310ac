"""status: how things stand."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime

import typer

from quietdrop.cli.app import Json, now, settings, show_json, today
from quietdrop.cli.screen import is_read, show_problem, show_table
from quietdrop.config import Settings
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.errors import StoreError
from quietdrop.jobs.health import Freshness, Health, health
from quietdrop.lib.cron import next_slot
from quietdrop.lib.reader import full_day, moment
from quietdrop.lib.text import single_line
from quietdrop.lib.urls import masked
from quietdrop.store import Store


def status(as_json: Json = False) -> None:
    """Show runs, feed, outbox and open check-ins. Exits with 0 if all is well."""
    of = settings()
    store = recorded(of)
    due = next_slot(of.schedule.cron, of.schedule.timezone, now())
    condition = condition_of(of, store, due)
    if as_json:
        show_json(as_json_of(condition))
    else:
        _say(condition)
        _list(store.checkins.open())
    raise typer.Exit(condition.exit_code)


def recorded(of: Settings) -> Store:
    """The store. StoreError where no run has made it yet."""
    if of.store.url.startswith("sqlite") and not Store.exists(of.store.url):
        raise StoreError(
            f"{masked(of.store.url)}: no run has been recorded yet; `quietdrop run` does."
        )
    return Store.open(of.store.url)


def condition_of(of: Settings, store: Store, due: datetime | None) -> Health:
    """How things stand now. `due`: when the weekly job is due next."""
    fresh = Freshness(of.feed.max_age_days, of.source.period)
    return health(store, fresh, today(of), now(), due)


def as_json_of(condition: Health) -> dict[str, object]:
    """The status as other programs read it."""
    return asdict(condition) | {"at": now(), "exit_code": condition.exit_code}


def _list(checkins: list[CheckIn]) -> None:
    rows = [(c.opened_on, c.liaison, c.practice_id, c.practice_name) for c in checkins]
    if rows and is_read(sys.stdout):
        shown = [(full_day(day), *others) for day, *others in rows]
        show_table(("open since", "liaison", "practice", "name"), shown)
        return
    for row in rows:  # in a pipe days are ISO, so they sort
        typer.echo("  " + "  ".join(single_line(str(cell)) for cell in row))


def _say(condition: Health) -> None:
    for problem in condition.problems:
        show_problem(problem.words)
    last = full_day(condition.last_run) if condition.last_run else "none"
    typer.echo(f"last run: {last} ({condition.last_state or '-'})")
    if condition.next_run:
        typer.echo(f"next run: {moment(condition.next_run)}, where `quietdrop serve` runs")
    age = "" if condition.feed_age_days is None else f", {condition.feed_age_days} days ago"
    newest = full_day(condition.newest_referral) if condition.newest_referral else "unknown"
    typer.echo(f"newest referral: {newest}{age}")
    outbox = ", ".join(f"{state} {number}" for state, number in condition.outbox.items())
    twice = f"; {condition.sent_again} of them perhaps twice" if condition.sent_again else ""
    typer.echo(f"outbox: {outbox or 'empty'}{twice}")
    if condition.events:
        events = ", ".join(f"{state} {number}" for state, number in condition.events.items())
        typer.echo(f"events to other systems: {events}")
    if condition.serve_seen:
        typer.echo(f"serve: last alive {moment(condition.serve_seen)}")
    typer.echo(f"open check-ins: {condition.open_checkins}")
