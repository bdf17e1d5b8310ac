"""fleet: many clinics, each with its own config and store, run or looked at together."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import AsOf, Json, show_json
from quietdrop.cli.days import EARLIEST, parse_day
from quietdrop.cli.screen import is_read, progress, show_table
from quietdrop.config.fleet import Fleet, load_fleet
from quietdrop.domain.errors import RunBusy, UsageError
from quietdrop.jobs.fleet.order import Order, Outcome, State, Work, exit_code
from quietdrop.jobs.fleet.own_cores import on_own_cores
from quietdrop.lib.file_lock import locked

# What a status says of a clinic: all is well, its feed is the problem, somebody should look.
_STANDING = {State.DONE: "well", State.HELD: "feed", State.FAILED: "look"}


class Action(StrEnum):
    """What to do with the fleet."""

    run = "run"
    status = "status"


def fleet(
    action: Annotated[
        Action, typer.Argument(help="run: the weekly job of each clinic; status: how each stands.")
    ],
    file: Annotated[Path, typer.Argument(help="The fleet file.")],
    due: Annotated[
        bool,
        typer.Option("--due", help="With run: only where a slot has come; else send. For cron."),
    ] = False,
    as_of: AsOf = None,
    send: Annotated[bool, typer.Option("--send", help="Send for a date in the past.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Record and send nothing.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, help="Clinics at once; one a core if left out."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run many clinics, each with its own config and store, or say how all of them stand."""
    options = _options(as_of, send=send, dry_run=dry_run)
    if options and (due or action is Action.status):
        raise UsageError("--as-of, --send and --dry-run go with `fleet run` without --due.")
    if due and action is Action.status:
        raise UsageError("--due goes with `fleet run`.")
    of = load_fleet(file, os.environ)
    work = Work.STATUS if action is Action.status else Work.DUE if due else Work.RUN
    orders = _orders(of, work, options)
    with _alone(file, needed=work is not Work.STATUS and not dry_run):
        outcomes = _all(orders, jobs or of.settings.jobs or _cores())
    code = exit_code(outcomes)
    if as_json:
        show_json(_for_a_program(outcomes, code))
    else:
        _say(outcomes, work)
    raise typer.Exit(code)


def _options(as_of: str | None, *, send: bool, dry_run: bool) -> tuple[str, ...]:
    """The options of `run` that hold for each clinic."""
    day = parse_day(as_of, EARLIEST)  # each clinic knows its own today
    return (
        *(("--as-of", day.isoformat()) if as_of is not None else ()),
        *(("--send",) if send else ()),
        *(("--dry-run",) if dry_run else ()),
    )


def _orders(of: Fleet, work: Work, options: tuple[str, ...]) -> list[Order]:
    return [
        Order(
            name=clinic.name,
            config=str(clinic.config),
            work=work,
            options=options,
            cron=clinic.cron,
            offset_seconds=int(clinic.offset.total_seconds()),
            memory_mb=of.settings.memory_mb,
            minutes=of.settings.minutes,
        )
        for clinic in of.clinics
    ]


@contextmanager
def _alone(file: Path, *, needed: bool) -> Iterator[None]:
    """Enters where no other process runs the same fleet. RunBusy where one does."""
    if not needed:
        yield
        return
    with locked(file) as alone:
        if not alone:
            raise RunBusy(f"{file}: another `quietdrop fleet run` of this file is under way.")
        yield


def _all(orders: Sequence[Order], jobs: int) -> list[Outcome]:
    """Every clinic's outcome, in the order of the file."""
    by_name: dict[str, Outcome] = {}
    with progress() as tell:
        for outcome in on_own_cores(orders, jobs):
            by_name[outcome.name] = outcome
            tell("Clinics", len(by_name), len(orders))
    return [by_name[order.name] for order in orders]


def _cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _for_a_program(outcomes: Sequence[Outcome], code: int) -> dict[str, object]:
    clinics = []
    for one in outcomes:
        plain = asdict(one)
        figures = plain.pop("figures")
        clinics.append(plain | figures)
    return {"clinics": clinics, **_counts(outcomes), "exit_code": code}


def _counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    states = Counter(one.state for one in outcomes)
    return {state.value: states[state] for state in State}


def _say(outcomes: Sequence[Outcome], work: Work) -> None:
    """A line for each clinic that somebody should look at, of a status for all, and the sum."""
    words = _STANDING if work is Work.STATUS else {state: state.value for state in State}
    shown = [one for one in outcomes if work is Work.STATUS or one.state is not State.DONE]
    rows = [(one.name, words[one.state], _when(one, work), one.words) for one in shown]
    if rows and is_read(sys.stdout):
        show_table(("clinic", "state", "last run" if work is Work.STATUS else "as of", ""), rows)
    else:
        for row in rows:
            typer.echo("  ".join(cell for cell in row if cell))
    counts = ", ".join(f"{words[State(state)]} {n}" for state, n in _counts(outcomes).items())
    typer.echo(f"clinics {len(outcomes)}: {counts}")


def _when(one: Outcome, work: Work) -> str:
    """The day that an outcome is of; a dash where there is none."""
    return str(one.figures.get("last_run" if work is Work.STATUS else "as_of") or "-")
