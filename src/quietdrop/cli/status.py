"""status: how things stand."""

from __future__ import annotations

from dataclasses import asdict

import typer

from quietdrop.cli.app import Json, app, now, settings, show_json, today
from quietdrop.domain.errors import StoreError
from quietdrop.jobs.health import Health, health
from quietdrop.lib.cron import next_slot
from quietdrop.lib.urls import masked
from quietdrop.store import Store


@app.command()
def status(as_json: Json = False) -> None:
    """How things stand: runs, feed, outbox, open check-ins. Exits with 0 where all is well."""
    of = settings()
    if of.store.url.startswith("sqlite") and not Store.exists(of.store.url):
        raise StoreError(
            f"{masked(of.store.url)}: no run has been recorded yet; `quietdrop run` does."
        )
    store = Store.open(of.store.url)
    due = next_slot(of.schedule.cron, of.schedule.timezone, now())
    found = health(store, of.feed.max_age_days, today(of), now(), due, of.source.period)
    if as_json:
        show_json(asdict(found) | {"at": now(), "exit_code": found.exit_code})
    else:
        _say(found)
        for checkin in store.open_checkins():
            who = f"{checkin.practice_id}  {checkin.practice_name}"
            typer.echo(f"  {checkin.opened_on}  {checkin.liaison}  {who}")
    raise typer.Exit(found.exit_code)


def _say(found: Health) -> None:
    for problem in found.problems:
        typer.echo(f"!! {problem.words}")
    typer.echo(f"last run: {found.last_run or 'none'} ({found.last_state or '-'})")
    if found.next_run:
        typer.echo(f"next run: {found.next_run:%Y-%m-%d %H:%M %Z}, where `quietdrop serve` runs")
    age = "" if found.feed_age_days is None else f", {found.feed_age_days} days ago"
    typer.echo(f"newest referral: {found.newest_referral or 'unknown'}{age}")
    outbox = ", ".join(f"{state} {number}" for state, number in found.outbox.items())
    twice = f"; {found.sent_again} of them perhaps twice" if found.sent_again else ""
    typer.echo(f"outbox: {outbox or 'empty'}{twice}")
    if found.serve_seen:
        typer.echo(f"serve: last alive {found.serve_seen:%Y-%m-%d %H:%M %Z}")
    typer.echo(f"open check-ins: {found.open_checkins}")
