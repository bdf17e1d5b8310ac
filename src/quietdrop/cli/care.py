"""checkin, snooze, touch, status: what the liaison did, and how things stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

import typer

from quietdrop.cli.frame import (
    Json,
    app,
    now,
    parse_day,
    settings,
    show_json,
    today,
)
from quietdrop.errors import StoreError, UsageError
from quietdrop.model import CheckIn, Snooze, Touch
from quietdrop.store import Store
from quietdrop.urls import masked

OUTCOMES = (
    "access",
    "report-back",
    "complaint",
    "staff change",
    "moved",
    "retired",
    "acquired",
    "vacation",
    "seasonal",
    "competitor named",
    "nothing wrong",
    "could not reach",
)
KINDS = ("visit", "call", "lunch", "note", "thank_you", "complaint")

PracticeId = Annotated[str, typer.Argument(help="The practice's id.")]
Day = Annotated[str | None, typer.Option("--on", help="The day, as 2026-07-06; today if left out.")]


@app.command()
def checkin(
    practice: PracticeId,
    outcome: Annotated[str, typer.Option(help=f"One of: {', '.join(OUTCOMES)}.")],
    whom: Annotated[str, typer.Option(help="Whom you spoke with.")] = "",
    on: Day = None,
) -> None:
    """Answer a practice's open check-in with what was learned."""
    if outcome not in OUTCOMES:
        raise UsageError(f'--outcome "{outcome}" is not one of: {", ".join(OUTCOMES)}.')
    of = settings()
    day = parse_day(on, today(of), "--on")
    store = Store.open(of.store.url)
    found = next((c for c in store.open_checkins() if c.practice_id == practice), None)
    if found is None:
        raise UsageError(f'"{practice}" has no open check-in; `quietdrop status` lists them.')
    with store.begin() as conn:
        store.save_checkin(conn, replace(found, state="closed", resolved_on=day, outcome=outcome))
    store.add_touch(Touch(day, practice, found.liaison, "call", whom, outcome, day), "")
    typer.echo(f"{found.practice_name}: closed, {outcome}.")


@app.command()
def snooze(
    practice: PracticeId,
    until: Annotated[str, typer.Option(help="Hide it until this day, as 2026-09-01.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Hide a practice until a date; nothing is closed."""
    of = settings()
    start = today(of)
    end = parse_day(until, start + timedelta(weeks=8), "--until")
    if end <= start:
        raise UsageError(f"--until {end} is not after today, {start}.")
    Store.open(of.store.url).add_snooze(Snooze(practice, start, end, reason))
    typer.echo(f"{practice}: hidden until {end}.")


@app.command()
def touch(
    practice: PracticeId,
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(KINDS)}.")] = "visit",
    whom: Annotated[str, typer.Option(help="Whom you met.")] = "",
    liaison: Annotated[str, typer.Option(help="The liaison's e-mail.")] = "",
    note: Annotated[str, typer.Option(help="Never name a patient here.")] = "",
    on: Day = None,
) -> None:
    """Record a visit, call, lunch or note. A complaint opens a check-in the same day."""
    if kind not in KINDS:
        raise UsageError(f'--kind "{kind}" is not one of: {", ".join(KINDS)}.')
    of = settings()
    day = parse_day(on, today(of), "--on")
    store = Store.open(of.store.url)
    store.add_touch(Touch(day, practice, liaison, kind, whom), note)
    if kind == "complaint" and all(c.practice_id != practice for c in store.open_checkins()):
        opened = CheckIn(practice, practice, liaison, "complaint", day)
        with store.begin() as conn:
            store.save_checkin(conn, opened)
    typer.echo(f"{practice}: {kind} on {day} recorded.")


@app.command()
def status(as_json: Json = False) -> None:
    """Last runs, open check-ins, outbox and feed."""
    of = settings()
    if of.store.url.startswith("sqlite") and not Store.exists(of.store.url):
        raise StoreError(
            f"{masked(of.store.url)}: no run has been recorded yet; `quietdrop run` does."
        )
    store = Store.open(of.store.url)
    last = store.last_run()
    messages: dict[str, int] = {}
    for message in store.messages():
        messages[message.state] = messages.get(message.state, 0) + 1
    open_items = store.open_checkins()
    beat = store.heartbeat("serve")
    state: dict[str, Any] = {
        "last_run": last.as_of if last else None,
        "last_state": last.state if last else None,
        "newest_referral": (last.summary or {}).get("newest") if last else None,
        "open_checkins": [
            {"practice": c.practice_name, "liaison": c.liaison, "since": c.opened_on}
            for c in open_items
        ],
        "outbox": messages,
        "serve_seen": beat,
        "at": now(),
    }
    if as_json:
        show_json(state)
    else:
        typer.echo(f"last run: {state['last_run'] or 'none'} ({state['last_state'] or '-'})")
        typer.echo(f"newest referral: {state['newest_referral'] or 'unknown'}")
        typer.echo(f"outbox: {', '.join(f'{k} {v}' for k, v in messages.items()) or 'empty'}")
        typer.echo(f"open check-ins: {len(open_items)}")
        for c in open_items:
            typer.echo(f"  {c.opened_on}  {c.liaison}  {c.practice_name}")
    if last is not None and last.state == "held":
        raise typer.Exit(3)
    if messages.get("failed") or messages.get("unknown"):
        raise typer.Exit(1)
