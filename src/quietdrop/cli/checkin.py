"""checkin, snooze, forget: what the liaison learned, and what is to be left alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.checkins.touches import unresolved
from quietdrop.cli.app import local_user, now, settings, today
from quietdrop.cli.completion import PracticeName, practices
from quietdrop.cli.days import parse_day
from quietdrop.cli.practices import asked_practice, done_on, known_practices, name_of, resolve
from quietdrop.domain.audit import FORGOTTEN, Actor, AuditAction
from quietdrop.domain.checkin import Kind, Snooze, Touch
from quietdrop.domain.errors import UsageError
from quietdrop.domain.outcomes import (
    HIDES_A_COMPLAINT,
    OUTCOMES,
    consequence,
    fault,
    named,
    refusal,
)
from quietdrop.ingest.directory import read_directory
from quietdrop.ingest.touches import NO_AMOUNT, WITHOUT_A_DAY
from quietdrop.jobs.record_answer import Occasion, record_answer, record_snooze
from quietdrop.jobs.record_answer import undo as undo_answer
from quietdrop.jobs.record_touch import record_all
from quietdrop.jobs.record_visit import passed_limits
from quietdrop.lib.reader import full_day, money
from quietdrop.lib.text import single_line
from quietdrop.store import Store

NEEDS_NO_CHECKIN = ("complains", "closes for good", "reopens")

Day = Annotated[str | None, typer.Option("--on", help="The day, as 2026-07-06; today if left out.")]


def checkin(
    practice: Annotated[
        str | None,
        typer.Argument(help="The practice's id or name.", autocompletion=practices),
    ] = None,
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
    undo: Annotated[
        bool,
        typer.Option("--undo", help="Take the latest answer or visit back, until the next run."),
    ] = False,
) -> None:
    """Answer a practice's open check-in with what was learned, or many from a file."""
    if (practice is None) == (file is None):
        raise UsageError("Name a practice, or a file by --from, and not both.")
    if undo and (outcome or file is not None):
        raise UsageError("--undo takes a practice alone: leave --outcome and --from out.")
    if file is not None:
        _import(file)
        return
    assert practice is not None
    if undo:
        _undo(practice)
        return
    learned = named(outcome)
    if learned is None:
        what = (
            f'--outcome "{outcome}" is not' if outcome else "Say what was learned with --outcome,"
        )
        raise UsageError(f"{what} one of: {', '.join(OUTCOMES)}.")
    of = settings()
    day = done_on(on, of)
    end = parse_day(until, day, "--until", of.source) if until else None
    if learned.needs_date and end is None:
        raise UsageError(f"A {learned.name} needs the day on which it ends: --until 2026-07-06.")
    store = Store.open(of.store.url)
    names = known_practices(of, store)
    asked = asked_practice(store, names, practice)
    touch = Touch(day, asked, "", "call", whom, learned.name, snooze_until=end)
    if fault(touch):
        raise UsageError(f"--until {end} is not after {day}; give --until a later day.")
    name = name_of(names, asked)
    with store.begin() as conn:
        existing = store.checkins.lock_open(conn, asked)
        if existing is None and learned.follows not in NEEDS_NO_CHECKIN:
            raise UsageError(f'"{name}" has no open check-in; `quietdrop status` lists them.')
        if refusal(touch, existing):
            raise UsageError(_not_hidden(name, asked))
        touch = replace(touch, liaison=existing.liaison if existing else "")
        dated = f", until {full_day(end)}" if end else ""
        occasion = Occasion(local_user(), now(), f"{learned.name}{dated}")
        _, became = record_answer(store, conn, touch, note, occasion)
    follows = consequence(learned, became, dated=end is not None)
    typer.echo(f"{name}: {learned.name}{dated}. {follows}")


def _undo(practice: str) -> None:
    """Takes the latest answer of a practice back."""
    of = settings()
    store = Store.open(of.store.url)
    names = known_practices(of, store)
    asked = asked_practice(store, names, practice)
    name = name_of(names, asked)
    answer = store.answers.last_of(asked)
    if answer is None:
        raise UsageError(f"{name}: there is no answer to undo.")
    stands = undo_answer(store, answer, local_user(), now(), today(of))
    if stands:
        raise UsageError(
            f"{name}: {answer.said} stands. {stands} What was closed by mistake is opened by "
            f'`quietdrop checkin "{single_line(asked)}" --outcome reopened`.'
        )
    typer.echo(f"{name}: {answer.said} is undone; it stays on record and no longer counts.")


def _not_hidden(name: str, practice_id: str) -> str:
    return (
        f"{name}: {HIDES_A_COMPLAINT}, so they cannot be hidden. Once they have their answer: "
        f'`quietdrop checkin "{single_line(practice_id)}" --outcome resolved`.'
    )


def _import(file: Path) -> None:
    """Records a file's touches with their consequences, and says what was left out and why."""
    of = settings()
    source = of.source.model_copy(update={"touches": str(file.absolute())})
    directory = read_directory(source)
    last = today(of)
    usable, tally = [], Counter[str]()
    for touch in directory.touches:
        if directory.given and touch.practice_id not in directory.practices:
            tally["unknown practice"] += 1
        elif touch.touched_on > last:
            tally["a day that is in the future"] += 1
        else:
            usable.append(touch)
    store = Store.open(of.store.url)
    tally += record_all(store, usable)
    done = {(touch.practice_id, touch.touched_on) for touch in usable}
    with store.begin() as conn:
        promised = store.promises.save_new(
            conn, (p for p in directory.promises if (p.practice_id, p.made_on) in done)
        )
        if tally["recorded"] or promised:
            count = f"touches: {tally['recorded']}, promises: {promised}"
            store.audit.add(conn, Actor(local_user(), now()).did(AuditAction.IMPORTED, "", count))
    dropped = "touches: row left out, "
    for reason, rows in directory.notes.items():
        if reason.startswith(dropped):
            tally[reason.removeprefix(dropped)] += rows
    recorded = tally.pop("recorded", 0)
    typer.echo(f"recorded: {recorded}")
    if promised:
        typer.echo(f"promised: {promised}")
    for reason, rows in tally.most_common():
        typer.echo(f"left out: {rows}, {reason}")
    for reason in (WITHOUT_A_DAY, NO_AMOUNT):
        if rows := directory.notes[reason]:
            typer.echo(f"noted: {rows}, {reason.removeprefix('touches: ')}")
    gift_years = (touch.touched_on.year for touch in usable if touch.cost_cents)
    for total in passed_limits(of, store, gift_years):
        typer.echo(
            f"over the limit of a year: {single_line(total.recipient)}, {money(total.cents)}"
        )


def snooze(
    practice: PracticeName,
    until: Annotated[str, typer.Option(help="Hide it until this day, as 2026-09-01.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Hide a practice until a date; nothing is closed."""
    of = settings()
    start = today(of)
    end = parse_day(until, start + timedelta(weeks=8), "--until", of.source)
    if end <= start:
        raise UsageError(f"--until {end} is not after today, {start}.")
    store = Store.open(of.store.url)
    names = known_practices(of, store)
    asked = asked_practice(store, names, practice)
    name = name_of(names, asked)
    with store.begin() as conn:
        open_checkin = store.checkins.lock_open(conn, asked)
        complained = unresolved(store.touches.all(asked), start)
        if complained or (open_checkin is not None and open_checkin.kind == Kind.COMPLAINT):
            raise UsageError(_not_hidden(name, asked))
        occasion = Occasion(local_user(), now(), f"snoozed, until {full_day(end)}")
        record_snooze(store, conn, Snooze(asked, start, end, reason), occasion)
    typer.echo(f"{name}: hidden until {full_day(end)}.")


def forget(
    practice: PracticeName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete everything the store knows about a practice, and the bodies of mails that name it."""
    of = settings()
    store = Store.open(of.store.url, create=False)
    names = store.names.of_practices(ever=True)
    asked = resolve(practice, names)
    name = name_of(names, asked)
    shown = name if name == single_line(asked) else f"{single_line(asked)} ({name})"
    if not yes:
        typer.confirm(f"Forget {shown} for good?", abort=True)
    actor = Actor(local_user(), now())
    gone = store.retention.forget(asked, actor.did(AuditAction.FORGOT, FORGOTTEN))
    deleted = ", ".join(f"{table} {rows}" for table, rows in gone.items() if rows)
    typer.echo(f"{shown}: {deleted or 'nothing was known'}.")
    typer.echo("It comes back with the next run while its referrals are in the source.")
