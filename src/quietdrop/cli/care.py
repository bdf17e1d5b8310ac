"""checkin, snooze, touch: what the liaison did and learned."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.answers import record, record_all
from quietdrop.cli.frame import (
    app,
    parse_day,
    settings,
    today,
)
from quietdrop.errors import UsageError
from quietdrop.ingest.directory import read_directory
from quietdrop.model import Snooze, Touch
from quietdrop.outcomes import OUTCOMES, consequence, fault, named
from quietdrop.store import Store

NEEDS_NO_CHECKIN = ("complains", "closes for good", "reopens")
KINDS = ("visit", "call", "lunch", "note", "thank_you", "complaint")

PracticeId = Annotated[str, typer.Argument(help="The practice's id.")]
Day = Annotated[str | None, typer.Option("--on", help="The day, as 2026-07-06; today if left out.")]


@app.command()
def checkin(
    practice: Annotated[str | None, typer.Argument(help="The practice's id.")] = None,
    outcome: Annotated[str, typer.Option(help=f"One of: {', '.join(OUTCOMES)}.")] = "",
    whom: Annotated[str, typer.Option(help="Whom you spoke with.")] = "",
    until: Annotated[
        str | None, typer.Option(help="Hide it until this day; a vacation needs it.")
    ] = None,
    note: Annotated[str, typer.Option(help="Never name a patient here.")] = "",
    on: Day = None,
    file: Annotated[
        Path | None, typer.Option("--from", help="A file of touches with outcomes instead.")
    ] = None,
) -> None:
    """Answer a practice's open check-in with what was learned, or many from a file."""
    if file is not None:
        _import(file)
        return
    if practice is None:
        raise UsageError("Name a practice, or a file by --from.")
    learned = named(outcome)
    if learned is None:
        raise UsageError(f'--outcome "{outcome}" is not one of: {", ".join(OUTCOMES)}.')
    of = settings()
    day = parse_day(on, today(of), "--on")
    end = parse_day(until, day, "--until") if until else None
    said = Touch(day, practice, "", "call", whom, learned.name, snooze_until=end)
    if wrong := fault(said):
        raise UsageError(f"{practice}: {wrong}; give --until a later day.")
    store = Store.open(of.store.url)
    with store.begin() as conn:
        found = store.open_checkin(conn, practice)
        if found is None and learned.follows not in NEEDS_NO_CHECKIN:
            raise UsageError(f'"{practice}" has no open check-in; `quietdrop status` lists them.')
        said = replace(said, liaison=found.liaison if found else "")
        became = record(store, conn, said, note)
    name = found.practice_name if found else practice
    typer.echo(f"{name}: {learned.name}. {consequence(learned, became)}")


def _import(file: Path) -> None:
    """Records a file's touches with their consequences, and says what was left out and why."""
    of = settings()
    source = of.source.model_copy(update={"touches": str(file.absolute())})
    directory = read_directory(source)
    last = today(of)
    usable, tally = [], Counter[str]()
    for said in directory.touches:
        if directory.given and said.practice_id not in directory.practices:
            tally["practice not known"] += 1
        elif said.touched_on > last:
            tally["a day that is still to come"] += 1
        else:
            usable.append(said)
    tally += record_all(Store.open(of.store.url), usable)
    dropped = "touches: row left out, "
    for reason, rows in directory.notes.items():
        if reason.startswith(dropped):
            tally[reason.removeprefix(dropped)] += rows
    recorded = tally.pop("recorded", 0)
    typer.echo(f"recorded: {recorded}")
    for reason, rows in tally.most_common():
        typer.echo(f"left out: {rows}, {reason}")


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
    with store.begin() as conn:
        record(store, conn, Touch(day, practice, liaison, kind, whom), note)
    typer.echo(f"{practice}: {kind} on {day} recorded.")


@app.command()
def forget(
    practice: PracticeId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all that the store knows of a practice, and the bodies of mails that name it."""
    of = settings()
    store = Store.open(of.store.url, create=False)
    if not yes:
        typer.confirm(f"Forget {practice} for good?", abort=True)
    gone = store.forget(practice)
    told = ", ".join(f"{table} {rows}" for table, rows in gone.items() if rows)
    typer.echo(f"{practice}: {told or 'nothing was known'}.")
    typer.echo("It comes back with the next run while its referrals are in the source.")
