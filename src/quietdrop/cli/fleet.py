"""fleet: many clinics, each with its own config and store, run or looked at together."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import AsOf, Json, show_json
from quietdrop.cli.days import EARLIEST, parse_day
from quietdrop.cli.engine import Engine, EngineOption, Scheduler, check_engine
from quietdrop.cli.screen import is_read, progress, show_table
from quietdrop.config.fleet import Clinic, Fleet, load_fleet
from quietdrop.domain.errors import RunBusy, StoreError, UsageError
from quietdrop.jobs.fleet.disk import disk_of
from quietdrop.jobs.fleet.order import Order, Outcome, State, Work, exit_code
from quietdrop.jobs.fleet.own_cores import on_own_cores
from quietdrop.lib.cores import cores
from quietdrop.lib.file_lock import locked

# What a status says of a clinic: all is well, its feed is the problem, somebody should look.
_STANDING = {State.DONE: "well", State.HELD: "feed", State.FAILED: "look"}


class Action(StrEnum):
    """What to do with the fleet."""

    run = "run"
    status = "status"
    serve = "serve"


def fleet(
    action: Annotated[
        Action,
        typer.Argument(
            help="run: the weekly job of each clinic; status: how each stands; serve: the same as "
            "a page."
        ),
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
    engine: EngineOption = Engine.cores,
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Run many clinics, each with its own config and store, or show how all of them stand."""
    options = _options(as_of, send=send, dry_run=dry_run)
    if options and (due or action is not Action.run):
        raise UsageError("--as-of, --send and --dry-run go with `fleet run` without --due.")
    if due and action is not Action.run:
        raise UsageError("--due goes with `fleet run`.")
    if as_json and action is Action.serve:
        raise UsageError("--json goes with `fleet run` and `fleet status`.")
    check_engine(engine, scheduler)
    if engine is Engine.dask and jobs is not None:
        raise UsageError("--jobs goes with the own cores; on Dask the workers' threads count.")
    of = load_fleet(file, os.environ)
    if action is Action.serve:
        from quietdrop.cli.fleet_page import serve_page

        serve_page(file, of, lambda of: _begun(of, _orders(of, Work.STATUS), jobs, scheduler))
        return
    work = Work.STATUS if action is Action.status else Work.DUE if due else Work.RUN
    orders = _orders(of, work, options)
    outcomes = _begun(of, orders, jobs, scheduler)
    with _alone(file, needed=work is not Work.STATUS and not dry_run):
        ended = _all(orders, outcomes)
    code = exit_code(ended)
    if as_json:
        show_json(_for_a_program(ended, code))
    else:
        _say(ended, work)
    raise typer.Exit(code)


def _options(as_of: str | None, *, send: bool, dry_run: bool) -> tuple[str, ...]:
    """The options of `run` that hold for each clinic."""
    day = parse_day(as_of, EARLIEST)  # each clinic knows its own today
    return (
        *(("--as-of", day.isoformat()) if as_of is not None else ()),
        *(("--send",) if send else ()),
        *(("--dry-run",) if dry_run else ()),
    )


def _begun(
    of: Fleet, orders: Sequence[Order], jobs: int | None, scheduler: str | None
) -> Iterator[Outcome]:
    """The outcomes as they come, from the own cores or from a cluster."""
    if scheduler is None:
        return on_own_cores(orders, jobs or of.settings.jobs or cores())
    disks = [_disk_of(clinic) for clinic in of.clinics]
    placed = [replace(one, disk=disk) for one, disk in zip(orders, disks, strict=True)]
    return _on_dask(placed, scheduler)


def _orders(of: Fleet, work: Work, options: tuple[str, ...] = ()) -> list[Order]:
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


def _on_dask(orders: Sequence[Order], scheduler: str) -> Iterator[Outcome]:
    from quietdrop.jobs.fleet.on_dask import on_dask

    return on_dask(orders, scheduler)


def _disk_of(clinic: Clinic) -> str:
    """The disk of a clinic's SQLite store; empty where it has none, or it is not here."""
    if not clinic.store.startswith("sqlite"):
        return ""
    from quietdrop.store.database import file_of, parse

    with suppress(StoreError):  # the clinic's own process says what is wrong with the URL
        file = file_of(parse(clinic.store))
        return disk_of(file) if file else ""
    return ""


def _all(orders: Sequence[Order], outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Every clinic's outcome, in the order of the file."""
    by_name: dict[str, Outcome] = {}
    with progress() as tell:
        for outcome in outcomes:
            by_name[outcome.name] = outcome
            tell("Clinics", len(by_name), len(orders))
    return [by_name[order.name] for order in orders]


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
